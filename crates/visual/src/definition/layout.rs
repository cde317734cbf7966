//! Where the elements of a sheet stand.

use serde_json::Value;

use super::{list, text, union};

/// An element's place, in the units of its layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub element: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The places of a sheet's elements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The width of the whole: 36 columns of a grid, or pixels.
    pub width: f64,
    pub places: Vec<Place>,
}

impl Layout {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let (name, inner) = union(value.get("Configuration")?)?;
        match name {
            "GridLayout" => Some(Self::grid(inner)),
            "FreeFormLayout" => Some(Self::free(inner, list(inner, "Elements"))),
            "SectionBasedLayout" => Some(Self::sections(inner)),
            _ => None,
        }
    }

    /// A grid has 36 columns; what has no place follows below what has one.
    fn grid(value: &Value) -> Self {
        let number = |e: &Value, member: &str| e.get(member).and_then(Value::as_f64);
        let mut bottom: f64 = 0.0;
        let mut places = Vec::new();
        for e in list(value, "Elements") {
            let Some(element) = text(e, "ElementId") else {
                continue;
            };
            let height = number(e, "RowSpan").unwrap_or(12.0).max(1.0);
            let y = number(e, "RowIndex").unwrap_or(bottom);
            bottom = bottom.max(y + height);
            places.push(Place {
                element,
                x: number(e, "ColumnIndex").unwrap_or(0.0),
                y,
                width: number(e, "ColumnSpan").unwrap_or(18.0).max(1.0),
                height,
            });
        }
        Self {
            width: 36.0,
            places,
        }
    }

    fn free(value: &Value, elements: &[Value]) -> Self {
        let pixels = |e: &Value, member: &str| {
            e.get(member)
                .and_then(Value::as_str)
                .and_then(|t| t.trim_end_matches("px").parse::<f64>().ok())
                .filter(|n| n.is_finite())
        };
        let places: Vec<Place> = elements
            .iter()
            .filter_map(|e| {
                Some(Place {
                    element: text(e, "ElementId")?,
                    x: pixels(e, "XAxisLocation")?,
                    y: pixels(e, "YAxisLocation")?,
                    width: pixels(e, "Width")?.max(1.0),
                    height: pixels(e, "Height")?.max(1.0),
                })
            })
            .collect();
        let right = places.iter().map(|p| p.x + p.width).fold(1.0, f64::max);
        let width = value
            .pointer("/CanvasSizeOptions/ScreenCanvasSizeOptions")
            .and_then(|o| pixels(o, "OptimizedViewPortWidth"))
            .unwrap_or(right);
        Self { width, places }
    }

    /// Sections stand one below the other.
    fn sections(value: &Value) -> Self {
        let mut whole = Self {
            width: 1.0,
            places: Vec::new(),
        };
        let mut top = 0.0;
        for section in list(value, "BodySections") {
            let Some(inner) = section.pointer("/Content/Layout/FreeFormLayout") else {
                continue;
            };
            let part = Self::free(&Value::Null, list(inner, "Elements"));
            whole.width = whole.width.max(part.width);
            let height = part
                .places
                .iter()
                .map(|p| p.y + p.height)
                .fold(0.0, f64::max);
            whole
                .places
                .extend(part.places.into_iter().map(|p| Place { y: p.y + top, ..p }));
            top += height;
        }
        whole
    }
}
