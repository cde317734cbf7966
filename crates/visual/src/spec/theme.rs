//! Colours and fonts of charts, light and dark.

use serde_json::{Value, json};

/// How charts look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub dark: bool,
    pub font: String,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            dark: false,
            font: "Open Sans, Helvetica Neue, Arial, sans-serif".to_owned(),
        }
    }
}

/// Colours of series: at least 3:1 against the ground, and told apart by the colour-blind by their lightness.
const LIGHT: [&str; 10] = [
    "#3759ce", "#c33d69", "#07857a", "#8456ce", "#b0500f", "#5f6b7a", "#962249", "#096f64",
    "#6237a7", "#7d5b00",
];
const DARK: [&str; 10] = [
    "#7698fe", "#e07f9d", "#40bfa9", "#b088f5", "#f89256", "#b6bec9", "#f2a7c3", "#78dec7",
    "#d3bcfb", "#dbbd5a",
];

impl Theme {
    #[must_use]
    pub fn dark() -> Self {
        Self {
            dark: true,
            ..Self::default()
        }
    }

    /// Returns the colours of series, one after the other.
    #[must_use]
    pub fn palette(&self) -> &'static [&'static str] {
        if self.dark { &DARK } else { &LIGHT }
    }

    #[must_use]
    pub fn text(&self) -> &'static str {
        if self.dark { "#d1d5db" } else { "#414d5c" }
    }

    #[must_use]
    pub fn grid(&self) -> &'static str {
        if self.dark { "#414d5c" } else { "#e9ebed" }
    }

    #[must_use]
    pub fn ground(&self) -> &'static str {
        if self.dark { "#0f1b2a" } else { "#ffffff" }
    }

    /// Returns the colours of a scale from little to much.
    #[must_use]
    pub fn ramp(&self) -> [&'static str; 3] {
        if self.dark {
            ["#1b2d4f", "#3f6bd6", "#c9d8ff"]
        } else {
            ["#e8effe", "#688ae8", "#1d3a94"]
        }
    }

    /// Returns the spec's `config`.
    pub(super) fn config(&self) -> Value {
        let (text, grid) = (self.text(), self.grid());
        json!({
            "background": "transparent",
            "font": self.font,
            "view": {"stroke": null},
            "axis": {
                "labelColor": text, "titleColor": text, "gridColor": grid, "domainColor": grid,
                "tickColor": grid, "labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": 600,
                "labelLimit": 140, "titleLimit": 260, "labelOverlap": true,
            },
            "legend": {
                "labelColor": text, "titleColor": text, "labelFontSize": 11, "titleFontSize": 12,
                "titleFontWeight": 600, "symbolFillColor": text, "labelLimit": 160, "symbolLimit": 20,
            },
            "header": {"labelColor": text, "titleColor": text},
            "title": {"color": text},
            "text": {"color": text, "fontSize": 11},
            "range": {"category": self.palette(), "ramp": self.ramp(), "heatmap": self.ramp()},
            "bar": {"color": self.palette()[0], "cornerRadiusEnd": 2},
            "line": {"color": self.palette()[0], "strokeWidth": 2},
            "area": {"color": self.palette()[0]},
            "point": {"color": self.palette()[0], "filled": true},
        })
    }
}
