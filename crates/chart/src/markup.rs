//! SVG as text.

use std::fmt::Write;

use crate::fonts::{FAMILY, fitted, measure};

/// Returns a text as it may stand in SVG: markup characters escaped, control characters left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\t' | '\n' | '\r' => made.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => made.push(c),
        }
    }
    made
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is written.
#[derive(Clone, Copy)]
pub(crate) struct Style<'a> {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) color: &'a str,
    pub(crate) anchor: Anchor,
}

impl<'a> Style<'a> {
    pub(crate) fn new(size: f64, color: &'a str) -> Self {
        Self {
            size,
            bold: false,
            color,
            anchor: Anchor::Start,
        }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// SVG that grows.
#[derive(Default)]
pub(crate) struct Markup(pub(crate) String);

impl Markup {
    /// Writes a text with its baseline at `y`, cut to a width.
    pub(crate) fn text(&mut self, x: f64, y: f64, width: f64, text: &str, style: Style<'_>) {
        let shown = fitted(text, style.size, style.bold, width);
        if shown.trim().is_empty() {
            return;
        }
        let x = match style.anchor {
            Anchor::Start => x,
            Anchor::Middle => x + width / 2.0,
            Anchor::End => x + width,
        };
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if style.bold { 600 } else { 400 };
        let _ = write!(
            self.0,
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-family=\"{FAMILY}\" font-size=\"{:.2}\" font-weight=\"{weight}\" \
             fill=\"{}\" text-anchor=\"{anchor}\" xml:space=\"preserve\">{}</text>",
            style.size,
            style.color,
            escaped(&shown)
        );
    }

    /// Writes a text in as many lines as it needs, and returns how high they are.
    pub(crate) fn paragraph(
        &mut self,
        x: f64,
        y: f64,
        width: f64,
        text: &str,
        style: Style<'_>,
    ) -> f64 {
        let step = style.size * 1.4;
        let mut top = y;
        for line in lines(text, style.size, style.bold, width) {
            top += step;
            self.text(x, top - style.size * 0.35, width, &line, style);
        }
        top - y
    }

    pub(crate) fn rect(
        &mut self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        fill: &str,
        stroke: Option<&str>,
    ) {
        let stroke = stroke.map_or_else(String::new, |s| format!(" stroke=\"{s}\""));
        let _ = write!(
            self.0,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"{fill}\"{stroke}/>",
            width.max(0.0),
            height.max(0.0)
        );
    }

    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), color: &str) {
        let _ = write!(
            self.0,
            "<path d=\"M{x1:.2},{y1:.2}L{x2:.2},{y2:.2}\" stroke=\"{color}\" stroke-width=\"1\" fill=\"none\"/>"
        );
    }

    /// Writes a finished drawing at a place.
    pub(crate) fn placed(&mut self, x: f64, y: f64, inner: &str) {
        let _ = write!(
            self.0,
            "<g transform=\"translate({x:.2},{y:.2})\">{inner}</g>"
        );
    }

    /// Returns the whole as a document.
    pub(crate) fn document(self, width: f64, height: f64) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">{}</svg>",
            self.0
        )
    }
}

/// Breaks a text between words.
fn lines(text: &str, size: f64, bold: bool, width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if !line.is_empty() && measure(&longer, size, bold) > width {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
    }
    lines
}
