//! A sheet: visuals, texts, controls and their places.

use serde_json::Value;

use super::{Layout, Visual, list, text, union, visual::without_tags};

/// A text on a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBox {
    pub id: String,
    pub text: String,
}

/// A control that sets a parameter or a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    pub id: String,
    /// `Dropdown`, `Slider`, …
    pub kind: String,
    pub title: String,
    pub parameter: Option<String>,
    pub filter: Option<String>,
}

/// A sheet of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub visuals: Vec<Visual>,
    pub texts: Vec<TextBox>,
    pub controls: Vec<Control>,
    pub layout: Option<Layout>,
}

impl Sheet {
    pub(super) fn read(value: &Value) -> Self {
        let id = text(value, "SheetId").unwrap_or_default();
        Self {
            name: text(value, "Name").unwrap_or_else(|| id.clone()),
            id,
            title: text(value, "Title"),
            visuals: list(value, "Visuals")
                .iter()
                .filter_map(Visual::read)
                .collect(),
            texts: list(value, "TextBoxes")
                .iter()
                .filter_map(|t| {
                    Some(TextBox {
                        id: text(t, "SheetTextBoxId")?,
                        text: without_tags(&text(t, "Content").unwrap_or_default()),
                    })
                })
                .collect(),
            controls: ["ParameterControls", "FilterControls"]
                .iter()
                .flat_map(|m| list(value, m))
                .filter_map(control)
                .collect(),
            layout: list(value, "Layouts").iter().find_map(Layout::read),
        }
    }
}

fn control(value: &Value) -> Option<Control> {
    let (kind, inner) = union(value)?;
    let id = text(inner, "ParameterControlId").or_else(|| text(inner, "FilterControlId"))?;
    Some(Control {
        title: text(inner, "Title").unwrap_or_else(|| id.clone()),
        id,
        kind: kind.to_owned(),
        parameter: text(inner, "SourceParameterName"),
        filter: text(inner, "SourceFilterId"),
    })
}
