//! A layered layout: states in rows by their distance from the start, boxes around what is inside a state.
//!
//! Edges that go down pass rows by invisible points of their own; edges that go back are drawn at the side.

use std::collections::{HashMap, HashSet};

use super::model::{Node, Program};

/// Lengths are in pixels.
const NODE_HEIGHT: f64 = 40.0;
const CHARACTER: f64 = 7.6;
const MIN_WIDTH: f64 = 84.0;
const MAX_WIDTH: f64 = 320.0;
const ROW_GAP: f64 = 44.0;
const COLUMN_GAP: f64 = 28.0;
const PADDING: f64 = 18.0;
const TITLE: f64 = 24.0;
const DOT: f64 = 16.0;
const POINT: f64 = 12.0;
/// Room to the right for each edge that goes back.
const LANE: f64 = 18.0;
/// How often rows are put in the order of their neighbours' middles.
const SWEEPS: usize = 4;

/// Something with a place. Coordinates are of the upper left corner, from the program's own.
#[derive(Debug)]
pub(crate) struct Laid<'a> {
    pub what: What<'a>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub inside: Vec<(f64, f64, Picture<'a>)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'a> {
    Start,
    End,
    State(&'a Node),
    /// Where an edge passes a row.
    Point,
}

#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub points: Vec<(f64, f64)>,
    pub label: &'a str,
    pub catches: bool,
}

/// A program with places for all it has.
#[derive(Debug, Default)]
pub(crate) struct Picture<'a> {
    pub width: f64,
    pub height: f64,
    pub boxes: Vec<Laid<'a>>,
    pub lines: Vec<Line<'a>>,
}

struct Arrow<'a> {
    from: usize,
    to: usize,
    label: &'a str,
    catches: bool,
}

/// Lays a program out.
pub(crate) fn layout(program: &Program) -> Picture<'_> {
    let mut boxes = vec![plain(What::Start, DOT, DOT)];
    let mut index = HashMap::new();
    for node in &program.nodes {
        index.insert(node.name.as_str(), boxes.len());
        boxes.push(sized(node));
    }
    let end = boxes.len();
    boxes.push(plain(What::End, DOT, DOT));
    let mut arrows = Vec::new();
    let mut arrow = |from, to, label, catches| {
        arrows.push(Arrow {
            from,
            to,
            label,
            catches,
        });
    };
    if let Some(first) = index.get(program.start.as_str()) {
        arrow(0, *first, "", false);
    }
    for node in &program.nodes {
        let from = index[node.name.as_str()];
        for edge in &node.edges {
            if let Some(to) = index.get(edge.to.as_str()) {
                arrow(from, *to, &edge.label, edge.catches);
            }
        }
        if node.ends {
            arrow(from, end, "", false);
        }
    }
    let back = back_arrows(boxes.len(), &arrows);
    let mut rank = ranks(boxes.len(), &arrows, &back);
    let ended = arrows.iter().any(|a| a.to == end);
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let put = |rows: &mut Vec<Vec<usize>>, row: usize, what: usize| {
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        rows[row].push(what);
    };
    for (what, row) in rank.iter().enumerate() {
        if what != end || ended {
            put(&mut rows, *row, what);
        }
    }
    // the way of each edge: its ends, and a point in each row between
    let mut ways = Vec::new();
    for (number, arrow) in arrows.iter().enumerate() {
        let mut way = vec![arrow.from];
        if !back.contains(&number) {
            for row in rank[arrow.from] + 1..rank[arrow.to] {
                put(&mut rows, row, boxes.len());
                way.push(boxes.len());
                rank.push(row);
                boxes.push(plain(What::Point, POINT, 0.0));
            }
        }
        way.push(arrow.to);
        ways.push(way);
    }
    order(&mut rows, &ways, &back, boxes.len());
    place(boxes, &rows, &ways, &arrows, &back, ended)
}

fn plain(what: What<'_>, width: f64, height: f64) -> Laid<'_> {
    Laid {
        what,
        x: 0.0,
        y: 0.0,
        width,
        height,
        inside: Vec::new(),
    }
}

fn sized(node: &Node) -> Laid<'_> {
    let characters = node.name.chars().count().max(node.kind.len()) as f64;
    let own = (characters * CHARACTER + 2.0 * PADDING).clamp(MIN_WIDTH, MAX_WIDTH);
    let mut laid = plain(What::State(node), own, NODE_HEIGHT);
    if node.children.is_empty() {
        return laid;
    }
    let (mut x, mut tallest) = (PADDING, 0.0_f64);
    for child in &node.children {
        let picture = layout(child);
        tallest = tallest.max(picture.height);
        let width = picture.width;
        laid.inside.push((x, TITLE + PADDING, picture));
        x += width + PADDING;
    }
    laid.width = own.max(x);
    let spare = (laid.width - x) / 2.0;
    for (x, _, _) in &mut laid.inside {
        *x += spare;
    }
    laid.height = TITLE + tallest + 2.0 * PADDING;
    laid
}

/// Returns the edges that close a circle, found depth first from the start.
fn back_arrows(count: usize, arrows: &[Arrow<'_>]) -> HashSet<usize> {
    let mut leaving = vec![Vec::new(); count];
    for (number, arrow) in arrows.iter().enumerate() {
        leaving[arrow.from].push(number);
    }
    let (mut back, mut open, mut seen) = (HashSet::new(), vec![false; count], vec![false; count]);
    for root in 0..count {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        open[root] = true;
        let mut path = vec![(root, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(number) = leaving[*at].get(*next).copied() else {
                open[*at] = false;
                path.pop();
                continue;
            };
            *next += 1;
            let to = arrows[number].to;
            if open[to] {
                back.insert(number);
            } else if !seen[to] {
                seen[to] = true;
                open[to] = true;
                path.push((to, 0));
            }
        }
    }
    back
}

/// Returns each box's row: the longest way to it. Without the edges back there are no circles.
fn ranks(count: usize, arrows: &[Arrow<'_>], back: &HashSet<usize>) -> Vec<usize> {
    let mut rank = vec![0; count];
    for _ in 0..count {
        let mut changed = false;
        for (number, arrow) in arrows.iter().enumerate() {
            if !back.contains(&number) && rank[arrow.to] < rank[arrow.from] + 1 {
                rank[arrow.to] = rank[arrow.from] + 1;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    rank
}

/// Puts what is in a row in the order of the middles of its neighbours, down and up in turn.
fn order(rows: &mut [Vec<usize>], ways: &[Vec<usize>], back: &HashSet<usize>, count: usize) {
    let mut neighbours = [vec![Vec::new(); count], vec![Vec::new(); count]];
    for (number, way) in ways.iter().enumerate() {
        if back.contains(&number) {
            continue;
        }
        for pair in way.windows(2) {
            neighbours[0][pair[1]].push(pair[0]);
            neighbours[1][pair[0]].push(pair[1]);
        }
    }
    let mut position = vec![0.0; count];
    let note = |position: &mut Vec<f64>, row: &[usize]| {
        for (n, what) in row.iter().enumerate() {
            position[*what] = n as f64 - row.len() as f64 / 2.0;
        }
    };
    rows.iter().for_each(|row| note(&mut position, row));
    for sweep in 0..SWEEPS {
        let up = sweep % 2;
        let mut numbers: Vec<usize> = (0..rows.len()).collect();
        if up == 1 {
            numbers.reverse();
        }
        for number in numbers {
            let row = &mut rows[number];
            let middle = |what: &usize| {
                let near = &neighbours[up][*what];
                if near.is_empty() {
                    position[*what]
                } else {
                    near.iter().map(|n| position[*n]).sum::<f64>() / near.len() as f64
                }
            };
            row.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
            note(&mut position, row);
        }
    }
}

/// Gives everything its coordinates.
fn place<'a>(
    mut boxes: Vec<Laid<'a>>,
    rows: &[Vec<usize>],
    ways: &[Vec<usize>],
    arrows: &[Arrow<'a>],
    back: &HashSet<usize>,
    ended: bool,
) -> Picture<'a> {
    let row_width = |row: &[usize], boxes: &[Laid<'_>]| {
        let gaps = row.len().saturating_sub(1) as f64 * COLUMN_GAP;
        row.iter().map(|b| boxes[*b].width).sum::<f64>() + gaps
    };
    let width = rows
        .iter()
        .map(|r| row_width(r, &boxes))
        .fold(0.0, f64::max);
    let mut y = 0.0;
    for row in rows {
        let mut x = (width - row_width(row, &boxes)) / 2.0;
        let height = row.iter().map(|b| boxes[*b].height).fold(0.0, f64::max);
        for number in row {
            let laid = &mut boxes[*number];
            if matches!(laid.what, What::Point) {
                laid.height = height;
            }
            laid.x = x;
            laid.y = y + (height - laid.height) / 2.0;
            x += laid.width + COLUMN_GAP;
        }
        y += height + ROW_GAP;
    }
    let mut lines = Vec::new();
    let mut lanes = 0.0;
    for (number, (arrow, way)) in arrows.iter().zip(ways).enumerate() {
        let points = if back.contains(&number) {
            lanes += 1.0;
            let (from, to) = (&boxes[arrow.from], &boxes[arrow.to]);
            let x = width + lanes * LANE;
            let (leaves, enters) = (from.y + from.height * 0.65, to.y + to.height * 0.35);
            vec![
                (from.x + from.width, leaves),
                (x, leaves),
                (x, enters),
                (to.x + to.width, enters),
            ]
        } else {
            way.iter()
                .enumerate()
                .flat_map(|(n, b)| {
                    let b = &boxes[*b];
                    let (top, bottom) = (
                        (b.x + b.width / 2.0, b.y),
                        (b.x + b.width / 2.0, b.y + b.height),
                    );
                    if n == 0 {
                        vec![bottom]
                    } else if n + 1 == way.len() {
                        vec![top]
                    } else {
                        vec![top, bottom]
                    }
                })
                .collect()
        };
        lines.push(Line {
            points,
            label: arrow.label,
            catches: arrow.catches,
        });
    }
    boxes.retain(|b| match b.what {
        What::Point => false,
        What::End => ended,
        What::Start | What::State(_) => true,
    });
    let lanes = if lanes > 0.0 {
        (lanes + 1.0) * LANE
    } else {
        0.0
    };
    Picture {
        width: width + lanes,
        height: (y - ROW_GAP).max(0.0),
        boxes,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(picture: &Picture<'_>) {
        for (n, a) in picture.boxes.iter().enumerate() {
            assert!(a.x >= 0.0 && a.x + a.width <= picture.width + 0.01, "{a:?}");
            assert!(a.y >= 0.0 && a.y + a.height <= picture.height + 0.01);
            for b in &picture.boxes[n + 1..] {
                let apart = a.x + a.width <= b.x
                    || b.x + b.width <= a.x
                    || a.y + a.height <= b.y
                    || b.y + b.height <= a.y;
                assert!(apart, "{a:?} and {b:?} overlap");
            }
            for (x, y, inside) in &a.inside {
                assert!(x + inside.width <= a.width + 0.01 && y + inside.height <= a.height + 0.01);
                check(inside);
            }
        }
    }

    #[test]
    fn nothing_overlaps_and_all_is_inside() {
        let definition = json!({"StartAt": "w", "States": {
            "w": {"Type": "Wait", "Next": "c"},
            "c": {"Type": "Choice", "Default": "p", "Choices": [
                {"Variable": "$.x", "IsNull": true, "Next": "w"}, {"Variable": "$.x", "IsNull": false, "Next": "f"}]},
            "p": {"Type": "Parallel", "Next": "z", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "f"}], "Branches": [
                {"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "b"}, "b": {"Type": "Pass", "End": true}}},
                {"StartAt": "m", "States": {"m": {"Type": "Map", "End": true, "Iterator": {
                    "StartAt": "i", "States": {"i": {"Type": "Task", "End": true}}}}}}]},
            "z": {"Type": "Succeed"}, "f": {"Type": "Fail"}}});
        let program = Program::read(&definition);
        let picture = layout(&program);
        check(&picture);
        assert_eq!(picture.boxes.len(), 7);
        // start, w→c, c→w, c→f, c→p, p→z, p→f, z→end, f→end
        assert_eq!(picture.lines.len(), 9);
        let y = |name: &str| {
            let found = picture
                .boxes
                .iter()
                .find(|b| matches!(b.what, What::State(n) if n.name == name));
            found.unwrap().y
        };
        assert!(y("w") < y("c") && y("c") < y("p") && y("p") < y("z"));
    }

    #[test]
    fn a_machine_that_never_ends_has_no_end() {
        let definition = json!({"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "a"}}});
        let program = Program::read(&definition);
        let picture = layout(&program);
        assert_eq!(picture.boxes.len(), 2);
        check(&picture);
    }
}
