//! The graph as an SVG picture, drawn from its layout.

use std::fmt::Write;

use super::{
    layout::{Laid, Line, Picture, What, layout},
    model::Program,
};

const MARGIN: f64 = 16.0;
/// A label longer than this is cut; the whole is its tooltip.
const LABEL_CHARS: usize = 28;
const NAME_CHARS: usize = 40;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1b2330}.k{font-size:10px;fill:#5b6675}\
.l{font-size:11px;fill:#5b6675;paint-order:stroke;stroke:#fff;stroke-width:3px}\
.s{fill:#fff;stroke:#5b6675}.t{stroke:#2a66c8}.f{stroke:#c43b3b}.o{stroke:#2f8f4e}.c{stroke:#b7791f}\
.g{fill:#f6f8fb;stroke:#9aa5b4;stroke-dasharray:5 3}.e{fill:none;stroke:#5b6675}.x{stroke:#c43b3b;stroke-dasharray:4 3}\
.d{fill:#5b6675}";

/// Returns the text of an SVG document.
pub(crate) fn svg(program: &Program) -> String {
    let picture = layout(program);
    let (width, height) = (picture.width + 2.0 * MARGIN, picture.height + 2.0 * MARGIN);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <style>{STYLE}</style>\n\
         <defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path class=\"d\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    draw(&mut out, &picture, MARGIN, MARGIN);
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, picture: &Picture<'_>, x: f64, y: f64) {
    let _ = writeln!(out, "<g transform=\"translate({x:.1} {y:.1})\">");
    for laid in &picture.boxes {
        shape(out, laid);
    }
    for line in &picture.lines {
        edge(out, line);
    }
    for line in &picture.lines {
        label(out, line);
    }
    out.push_str("</g>\n");
}

fn shape(out: &mut String, laid: &Laid<'_>) {
    let (x, y, w, h) = (laid.x, laid.y, laid.width, laid.height);
    let (cx, cy) = (x + w / 2.0, y + h / 2.0);
    match laid.what {
        What::Point => {}
        What::Start => {
            let _ = writeln!(
                out,
                "<circle class=\"d\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"6\"/>"
            );
        }
        What::End => {
            let _ = writeln!(
                out,
                "<circle class=\"e\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"7\"/><circle class=\"d\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"4\"/>"
            );
        }
        What::State(node) => {
            let (name, kind) = (escaped(&cut(&node.name, NAME_CHARS)), escaped(&node.kind));
            let class = match node.kind.as_str() {
                "Task" => "s t",
                "Fail" => "s f",
                "Succeed" => "s o",
                "Choice" => "s c",
                _ => "s",
            };
            let title = escaped(&format!("{}: {}", node.kind, node.name));
            let _ = write!(out, "<g><title>{title}</title>");
            if node.children.is_empty() {
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"6\"/>\
                     <text x=\"{cx:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>\
                     <text class=\"k\" x=\"{cx:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{kind}</text>",
                    cy - 1.0,
                    cy + 13.0
                );
            } else {
                let _ = write!(
                    out,
                    "<rect class=\"g\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"8\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\">{name} <tspan class=\"k\">{kind}</tspan></text>",
                    x + 12.0,
                    y + 20.0
                );
            }
            out.push_str("</g>\n");
            for (inner_x, inner_y, picture) in &laid.inside {
                draw(out, picture, x + inner_x, y + inner_y);
            }
        }
    }
}

fn edge(out: &mut String, line: &Line<'_>) {
    let mut points = line.points.iter();
    let Some((x, y)) = points.next() else { return };
    let mut path = format!("M{x:.1} {y:.1}");
    let (mut from, back) = ((*x, *y), is_back(line));
    for (x, y) in points {
        if back || from.0 == *x {
            let _ = write!(path, "L{x:.1} {y:.1}");
        } else {
            let middle = (from.1 + y) / 2.0;
            let _ = write!(
                path,
                "C{:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}",
                from.0
            );
        }
        from = (*x, *y);
    }
    let class = if line.catches { "e x" } else { "e" };
    let _ = writeln!(
        out,
        "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#a)\"/>"
    );
}

/// Edges that go back leave at the side, with right angles.
fn is_back(line: &Line<'_>) -> bool {
    matches!(line.points.as_slice(), [a, b, ..] if a.1 == b.1)
}

fn label(out: &mut String, line: &Line<'_>) {
    let [a, b, ..] = line.points.as_slice() else {
        return;
    };
    if line.label.is_empty() {
        return;
    }
    // nearer to the target than to the source, where the edges of one state have parted
    let (x, y) = (a.0 + (b.0 - a.0) * 0.72, a.1 + (b.1 - a.1) * 0.68);
    let _ = writeln!(
        out,
        "<text class=\"l\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}<title>{}</title></text>",
        escaped(&cut(line.label, LABEL_CHARS)),
        escaped(line.label)
    );
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_escaped_and_every_edge_is_drawn() {
        let definition = json!({"StartAt": "<a&\"b\">", "States": {
            "<a&\"b\">": {"Type": "Choice", "Default": "z", "Choices": [{"Condition": "{% $x < 1 %}", "Next": "z"}]},
            "z": {"Type": "Succeed"}}});
        let drawn = svg(&Program::read(&definition));
        assert!(drawn.contains("&lt;a&amp;&quot;b&quot;&gt;") && !drawn.contains("<a&"));
        assert!(drawn.contains("$x &lt; 1"));
        assert_eq!(drawn.matches("marker-end").count(), 4);
    }
}
