//! Pages of tiles as SVG.

use std::collections::BTreeMap;

use serde_json::Value;
use visual::Drawing;

use crate::{
    ChartError, Report,
    markup::{Anchor, Markup, Style},
    report::{Content, Sheet, Tile},
    tiles::{self, Grid, ROW},
};

/// A4 across, in pixels of 1/96 inch.
const PAGE: (f64, f64) = (1123.0, 794.0);
const MARGIN: f64 = 36.0;
const WIDTH: f64 = PAGE.0 - 2.0 * MARGIN;
const GAP: f64 = 8.0;
const INNER: f64 = 10.0;
/// No tile is higher than a page.
const HIGHEST: f64 = PAGE.1 - 2.0 * MARGIN - 80.0;

/// Charts by the place of their tile: sheet and tile.
pub(crate) type Drawn = BTreeMap<(usize, usize), Result<String, ChartError>>;

/// A chart and its box.
pub(crate) struct ChartBox<'a> {
    pub(crate) place: (usize, usize),
    pub(crate) spec: &'a Value,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A tile's frame on the sheet, in pixels.
#[derive(Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

fn frame(sheet: &Sheet, tile: &Tile) -> Frame {
    let unit = WIDTH / sheet.width.max(1.0);
    Frame {
        x: tile.x * unit,
        y: tile.y * unit,
        width: (tile.width * unit - GAP).max(40.0),
        height: (tile.height * unit - GAP).clamp(40.0, HIGHEST),
    }
}

/// Returns what is left for the content: offset from the tile's corner, width and height.
fn content(tile: &Tile, frame: Frame) -> (f64, f64, f64, f64) {
    let mut top = INNER;
    if !tile.title.is_empty() {
        top += 20.0;
    }
    if tile.subtitle.is_some() {
        top += 16.0;
    }
    let below = if tile.note.is_some() { 14.0 } else { 0.0 };
    (
        INNER,
        top,
        (frame.width - 2.0 * INNER).max(20.0),
        (frame.height - top - INNER - below).max(20.0),
    )
}

/// Returns all charts of a report with their boxes.
pub(crate) fn chart_boxes(report: &Report) -> Vec<ChartBox<'_>> {
    let mut boxes = Vec::new();
    for (s, sheet) in report.sheets.iter().enumerate() {
        for (t, tile) in sheet.tiles.iter().enumerate() {
            if let Content::Visual(Drawing::Chart { spec }) = &tile.content {
                let (_, _, width, height) = content(tile, frame(sheet, tile));
                boxes.push(ChartBox {
                    place: (s, t),
                    spec,
                    width: width.floor(),
                    height: height.floor(),
                });
            }
        }
    }
    boxes
}

/// Returns the report as one drawing.
pub(crate) fn whole(report: &Report, drawn: &Drawn) -> String {
    let mut markup = Markup::default();
    let mut y = MARGIN;
    let mut inner = Markup::default();
    y += header(&mut inner, report, y);
    for (s, sheet) in report.sheets.iter().enumerate() {
        y += sheet_name(&mut inner, report, sheet, y);
        let mut bottom = y;
        for (t, tile) in sheet.tiles.iter().enumerate() {
            let at = frame(sheet, tile);
            draw_tile(
                &mut inner,
                report,
                tile,
                Frame {
                    x: at.x + MARGIN,
                    y: at.y + y,
                    ..at
                },
                drawn.get(&(s, t)),
                (s, t),
            );
            bottom = bottom.max(y + at.y + at.height + GAP);
        }
        y = bottom + GAP;
    }
    let height = y + MARGIN - GAP;
    markup.rect(0.0, 0.0, PAGE.0, height, report.theme.ground(), None);
    markup.0.push_str(&inner.0);
    markup.document(PAGE.0, height)
}

/// Returns the report as pages, each a drawing of its own.
pub(crate) fn pages(report: &Report, drawn: &Drawn) -> Vec<String> {
    let mut pages: Vec<(Markup, f64)> = Vec::new();
    let mut rest: Vec<(String, Grid, usize)> = Vec::new();
    let new_page = |pages: &mut Vec<(Markup, f64)>| {
        let mut page = Markup::default();
        page.rect(0.0, 0.0, PAGE.0, PAGE.1, report.theme.ground(), None);
        let mut top = MARGIN;
        if pages.is_empty() {
            top += header(&mut page, report, top);
        }
        pages.push((page, top));
    };
    let bottom = PAGE.1 - MARGIN;
    for (s, sheet) in report.sheets.iter().enumerate() {
        new_page(&mut pages);
        let mut order: Vec<usize> = (0..sheet.tiles.len()).collect();
        let frames: Vec<Frame> = sheet.tiles.iter().map(|t| frame(sheet, t)).collect();
        order.sort_by(|a, b| {
            let (a, b) = (frames[*a], frames[*b]);
            a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x))
        });
        if let Some((page, top)) = pages.last_mut() {
            *top += sheet_name(page, report, sheet, *top);
        }
        // Where on the sheet the page begins.
        let mut begins = 0.0;
        for t in order {
            let (tile, at) = (&sheet.tiles[t], frames[t]);
            let top = pages.last().map_or(MARGIN, |(_, top)| *top);
            if top + (at.y - begins) + at.height > bottom && at.y > begins {
                new_page(&mut pages);
                begins = at.y;
            }
            let Some((page, top)) = pages.last_mut() else {
                continue;
            };
            let placed = Frame {
                x: at.x + MARGIN,
                y: *top + at.y - begins,
                height: at.height.min(bottom - *top - (at.y - begins)).max(40.0),
                ..at
            };
            let shown = draw_tile(page, report, tile, placed, drawn.get(&(s, t)), (s, t));
            if let Some(grid) = grid(&tile.content)
                && shown < grid.rows.len()
            {
                let name = if tile.title.is_empty() {
                    sheet.name.clone()
                } else {
                    tile.title.clone()
                };
                rest.push((name, grid, shown));
            }
        }
        for (name, grid, mut from) in rest.drain(..) {
            while from < grid.rows.len() {
                new_page(&mut pages);
                let Some((page, top)) = pages.last_mut() else {
                    break;
                };
                let style = Style::new(13.0, report.theme.text()).bold();
                page.text(
                    MARGIN,
                    *top + 14.0,
                    WIDTH,
                    &format!("{name} (continued)"),
                    style,
                );
                let area = (MARGIN, *top + 24.0, WIDTH, bottom - *top - 24.0);
                let shown = grid.draw(page, area, from, &report.theme);
                if shown == 0 {
                    break;
                }
                from += shown;
            }
        }
    }
    if pages.is_empty() {
        new_page(&mut pages);
    }
    let count = pages.len();
    pages
        .into_iter()
        .enumerate()
        .map(|(i, (mut page, _))| {
            let style = Style::new(9.0, report.theme.text()).anchored(Anchor::End);
            page.text(
                MARGIN,
                PAGE.1 - 14.0,
                WIDTH,
                &format!("{} / {count}", i + 1),
                style,
            );
            page.document(PAGE.0, PAGE.1)
        })
        .collect()
}

/// Draws title and notes; returns how high they are.
fn header(markup: &mut Markup, report: &Report, y: f64) -> f64 {
    let mut height = 0.0;
    let ink = report.theme.text();
    if !report.title.is_empty() {
        markup.text(
            MARGIN,
            y + 20.0,
            WIDTH,
            &report.title,
            Style::new(20.0, ink).bold(),
        );
        height += 28.0;
    }
    for note in &report.notes {
        height += markup.paragraph(MARGIN, y + height, WIDTH, note, Style::new(10.0, ink));
    }
    height + 6.0
}

fn sheet_name(markup: &mut Markup, report: &Report, sheet: &Sheet, y: f64) -> f64 {
    if sheet.name.is_empty() {
        return 0.0;
    }
    markup.text(
        MARGIN,
        y + 16.0,
        WIDTH,
        &sheet.name,
        Style::new(14.0, report.theme.text()).bold(),
    );
    24.0
}

fn grid(content: &Content) -> Option<Grid> {
    match content {
        Content::Visual(Drawing::Table(table)) => Some(Grid::from(table)),
        Content::Visual(Drawing::Pivot(pivot)) => Some(Grid::from(pivot)),
        _ => None,
    }
}

/// Draws a tile; returns how many rows of a table are shown.
fn draw_tile(
    markup: &mut Markup,
    report: &Report,
    tile: &Tile,
    frame: Frame,
    chart: Option<&Result<String, ChartError>>,
    place: (usize, usize),
) -> usize {
    let theme = &report.theme;
    let ink = theme.text();
    markup.rect(
        frame.x,
        frame.y,
        frame.width,
        frame.height,
        theme.ground(),
        Some(theme.grid()),
    );
    let (dx, dy, width, height) = content(tile, frame);
    let (x, y) = (frame.x + dx, frame.y + dy);
    if !tile.title.is_empty() {
        markup.text(
            x,
            frame.y + INNER + 12.0,
            width,
            &tile.title,
            Style::new(13.0, ink).bold(),
        );
    }
    if let Some(subtitle) = &tile.subtitle {
        markup.text(x, y - 5.0, width, subtitle, Style::new(11.0, ink));
    }
    if let Some(note) = &tile.note {
        let style = Style::new(9.0, ink);
        markup.text(x, frame.y + frame.height - 6.0, width, note, style);
    }
    match &tile.content {
        Content::Text(text) => {
            markup.paragraph(x, y, width, text, Style::new(12.0, ink));
        }
        Content::Visual(Drawing::Empty { message }) => {
            message_in(markup, (x, y, width, height), message, ink)
        }
        Content::Visual(Drawing::Kpi(kpi)) => tiles::kpi(markup, (x, y, width, height), kpi, theme),
        Content::Visual(Drawing::Chart { .. }) => match chart {
            Some(Ok(svg)) => markup.placed(x, y, &own_ids(svg, place)),
            Some(Err(error)) => message_in(markup, (x, y, width, height), &error.to_string(), ink),
            None => {}
        },
        Content::Visual(Drawing::Table(_) | Drawing::Pivot(_)) => {
            let Some(grid) = grid(&tile.content) else {
                return 0;
            };
            let more = grid.rows.len() > grid.fits(height) || grid.truncated;
            let room = if more { height - ROW } else { height };
            let shown = grid.draw(markup, (x, y, width, room), 0, theme);
            if more {
                let left = grid.rows.len() - shown;
                let text = match (left, grid.truncated) {
                    (0, _) => "More rows are not shown".to_owned(),
                    (n, false) => format!("{n} more rows"),
                    (n, true) => format!("more than {n} more rows"),
                };
                markup.text(x, y + height - 5.0, width, &text, Style::new(10.0, ink));
            }
            return shown;
        }
    }
    0
}

fn message_in(
    markup: &mut Markup,
    (x, y, width, height): (f64, f64, f64, f64),
    text: &str,
    ink: &str,
) {
    let style = Style::new(12.0, ink).anchored(Anchor::Middle);
    markup.text(x, y + height / 2.0, width, text, style);
}

/// Charts count their definitions from one; side by side each needs names of its own.
fn own_ids(svg: &str, (sheet, tile): (usize, usize)) -> String {
    let prefix = format!("c{sheet}-{tile}-");
    svg.replace("Path id=\"", &format!("Path id=\"{prefix}"))
        .replace("Gradient id=\"", &format!("Gradient id=\"{prefix}"))
        .replace("url(#", &format!("url(#{prefix}"))
        .replace("href=\"#", &format!("href=\"#{prefix}"))
}
