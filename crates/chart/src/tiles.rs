//! What stands in tiles besides charts: tables, pivot tables, KPIs, texts.

use std::fmt::Write;

use visual::{Align, KpiLayout, PivotLayout, TableLayout, Theme};

use crate::{
    fonts::measure,
    markup::{Anchor, Markup, Style},
};

pub(crate) const ROW: f64 = 20.0;
const TEXT: f64 = 11.0;
const PADDING: f64 = 6.0;
const NARROWEST: f64 = 36.0;

/// A table as a grid of texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Grid {
    pub(crate) heads: Vec<Vec<String>>,
    pub(crate) right: Vec<bool>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Which rows are totals, by their place.
    pub(crate) totals: Vec<usize>,
    /// The total that stands below the rows, however many of them are shown.
    pub(crate) foot: Option<Vec<String>>,
    /// Some rows of the answer are not here.
    pub(crate) truncated: bool,
}

impl From<&TableLayout> for Grid {
    fn from(table: &TableLayout) -> Self {
        let at_start = table.total.clone().filter(|_| table.total_at_start);
        Self {
            totals: at_start.iter().map(|_| 0).collect(),
            foot: table.total.clone().filter(|_| !table.total_at_start),
            heads: vec![table.columns.iter().map(|c| c.label.clone()).collect()],
            right: table
                .columns
                .iter()
                .map(|c| c.align == Align::Right)
                .collect(),
            rows: at_start.into_iter().chain(table.rows.clone()).collect(),
            truncated: table.truncated,
        }
    }
}

impl From<&PivotLayout> for Grid {
    fn from(pivot: &PivotLayout) -> Self {
        let labels = pivot.row_labels.len();
        let depth = pivot.columns.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let heads = (0..depth)
            .map(|level| {
                let corner = (0..labels).map(|i| {
                    if level + 1 == depth {
                        pivot.row_labels[i].clone()
                    } else {
                        String::new()
                    }
                });
                let mut before: Option<&String> = None;
                let names = pivot.columns.iter().map(|path| {
                    let name = path.get(level);
                    // A name that goes on stands once.
                    let same = level + 1 < depth && name == before;
                    before = name;
                    name.filter(|_| !same).cloned().unwrap_or_default()
                });
                corner.chain(names).collect()
            })
            .collect();
        let mut before: Vec<String> = Vec::new();
        let rows = pivot
            .rows
            .iter()
            .map(|row| {
                let mut same = true;
                let mut path = Vec::with_capacity(labels);
                for (i, name) in row.path.iter().enumerate() {
                    same = same && before.get(i) == Some(name) && i + 1 < labels;
                    path.push(if same { String::new() } else { name.clone() });
                }
                before.clone_from(&row.path);
                path.into_iter().chain(row.cells.iter().cloned()).collect()
            })
            .collect();
        let right = (0..labels)
            .map(|_| false)
            .chain(pivot.columns.iter().map(|_| true))
            .collect();
        Self {
            heads,
            right,
            rows,
            totals: (0..pivot.rows.len())
                .filter(|i| pivot.rows[*i].total)
                .collect(),
            foot: None,
            truncated: pivot.truncated,
        }
    }
}

impl Grid {
    /// Returns how many rows fit in a height.
    pub(crate) fn fits(&self, height: f64) -> usize {
        let rows = (height / ROW).floor()
            - count(self.heads.len())
            - count(usize::from(self.foot.is_some()));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a page has few rows"
        )]
        let rows = rows.max(0.0) as usize;
        rows
    }

    /// Returns the widths of the columns that fit.
    fn widths(&self, width: f64) -> Vec<f64> {
        let wanted: Vec<f64> = (0..self.right.len())
            .map(|i| {
                let heads = self.heads.iter().map(|h| (h, true));
                let rows = self.rows.iter().take(200).map(|r| (r, false));
                let foot = self.foot.iter().map(|f| (f, true));
                heads
                    .chain(rows)
                    .chain(foot)
                    .filter_map(|(cells, bold)| Some(measure(cells.get(i)?, TEXT, bold)))
                    .fold(NARROWEST, f64::max)
                    + 2.0 * PADDING
            })
            .collect();
        let all: f64 = wanted.iter().sum();
        if all <= width {
            let more = (width - all) / count(wanted.len().max(1));
            return wanted.iter().map(|w| w + more).collect();
        }
        // What does not fit even when narrow is left out.
        let mut kept = wanted.len();
        while kept > 1 && count(kept) * (NARROWEST + 2.0 * PADDING) > width {
            kept -= 1;
        }
        let all: f64 = wanted[..kept].iter().sum();
        wanted[..kept].iter().map(|w| w * width / all).collect()
    }

    /// Draws rows from one on; returns how many.
    pub(crate) fn draw(
        &self,
        markup: &mut Markup,
        (x, y, width, height): (f64, f64, f64, f64),
        from: usize,
        theme: &Theme,
    ) -> usize {
        let widths = self.widths(width);
        let (ink, line) = (theme.text(), theme.grid());
        let mut top = y;
        let row = |markup: &mut Markup, cells: &[String], top: f64, bold: bool| {
            let mut left = x;
            for (i, width) in widths.iter().enumerate() {
                let mut style = Style::new(TEXT, ink);
                if bold {
                    style = style.bold();
                }
                if self.right.get(i) == Some(&true) {
                    style = style.anchored(Anchor::End);
                }
                let text = cells.get(i).map_or("", String::as_str);
                markup.text(
                    left + PADDING,
                    top + ROW - 6.0,
                    width - 2.0 * PADDING,
                    text,
                    style,
                );
                left += width;
            }
        };
        for head in &self.heads {
            row(markup, head, top, true);
            top += ROW;
        }
        markup.line((x, top), (x + width, top), ink);
        let shown = self.fits(height).min(self.rows.len().saturating_sub(from));
        for (place, cells) in self.rows.iter().enumerate().skip(from).take(shown) {
            row(markup, cells, top, self.totals.contains(&place));
            top += ROW;
            markup.line((x, top), (x + width, top), line);
        }
        if let Some(foot) = &self.foot {
            markup.line((x, top), (x + width, top), ink);
            row(markup, foot, top, true);
        }
        shown
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and columns")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Draws a KPI.
pub(crate) fn kpi(
    markup: &mut Markup,
    (x, y, width, height): (f64, f64, f64, f64),
    kpi: &KpiLayout,
    theme: &Theme,
) {
    let ink = theme.text();
    let palette = theme.palette();
    let at = kpi
        .at
        .as_deref()
        .map_or_else(String::new, |at| format!(" · {at}"));
    markup.text(
        x,
        y + 14.0,
        width,
        &format!("{}{at}", kpi.label),
        Style::new(12.0, ink),
    );
    let size = (height * 0.28).clamp(18.0, 44.0);
    let mut top = y + 22.0 + size;
    markup.text(x, top, width, &kpi.value, Style::new(size, ink).bold());
    if let Some(comparison) = &kpi.comparison {
        top += 22.0;
        let (color, shape) = match comparison.direction {
            "up" => (palette[2], "M0,8L5,0L10,8Z"),
            "down" => (palette[1], "M0,0L10,0L5,8Z"),
            _ => (ink, "M0,3L10,3L10,6L0,6Z"),
        };
        let _ = write!(
            markup.0,
            "<path transform=\"translate({:.2},{:.2})\" d=\"{shape}\" fill=\"{color}\"/>",
            x,
            top - 9.0
        );
        let text = format!(
            "{}  ({}: {})",
            comparison.difference, comparison.label, comparison.value
        );
        markup.text(x + 16.0, top, width - 16.0, &text, Style::new(12.0, ink));
        if let Some(progress) = comparison.progress {
            top += 10.0;
            markup.rect(x, top, width, 6.0, theme.grid(), None);
            markup.rect(
                x,
                top,
                width * progress.clamp(0.0, 1.0),
                6.0,
                palette[0],
                None,
            );
            top += 6.0;
        }
    }
    sparkline(
        markup,
        (x, top + 12.0, width, y + height - top - 16.0),
        kpi,
        palette[0],
    );
}

fn sparkline(
    markup: &mut Markup,
    (x, y, width, height): (f64, f64, f64, f64),
    kpi: &KpiLayout,
    color: &str,
) {
    let values: Vec<(usize, f64)> = kpi
        .trend
        .iter()
        .enumerate()
        .filter_map(|(i, t)| Some((i, t.value?)))
        .collect();
    if values.len() < 2 || height < 16.0 {
        return;
    }
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), (_, v)| {
        (l.min(*v), h.max(*v))
    });
    let range = if high > low { high - low } else { 1.0 };
    let step = width / count(kpi.trend.len() - 1);
    let mut path = String::new();
    for (i, value) in values {
        let sign = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(
            path,
            "{sign}{:.2},{:.2}",
            x + step * count(i),
            y + height - (value - low) / range * height
        );
    }
    let _ = write!(
        markup.0,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>"
    );
}
