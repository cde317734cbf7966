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

    /// A grid has 36 columns. What has no place is put where there is room for it, row after row.
    fn grid(value: &Value) -> Self {
        let elements: Vec<Element> = list(value, "Elements")
            .iter()
            .filter_map(Element::read)
            .collect();
        let mut grid = Grid::default();
        let (fixed, floating): (Vec<&Element>, Vec<&Element>) = elements
            .iter()
            .partition(|e| e.x.is_some() && e.y.is_some());
        for element in fixed {
            grid.put(
                element,
                element.x.unwrap_or_default(),
                element.y.unwrap_or_default(),
            );
        }
        for element in floating {
            let (x, y) = grid.room_for(element);
            grid.put(element, x, y);
            grid.next = (x + element.width, y);
        }
        Self {
            width: COLUMNS,
            places: grid.places,
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

const COLUMNS: f64 = 36.0;
/// The lowest row that an element may begin in.
const ROWS: f64 = 9009.0;

/// An element of a grid, in columns and rows.
struct Element {
    id: String,
    x: Option<f64>,
    y: Option<f64>,
    width: f64,
    height: f64,
}

impl Element {
    fn read(value: &Value) -> Option<Self> {
        let number = |member: &str, least: f64, most: f64| {
            let given = value.get(member).and_then(Value::as_f64)?;
            Some(given.floor().clamp(least, most))
        };
        Some(Self {
            id: text(value, "ElementId")?,
            x: number("ColumnIndex", 0.0, COLUMNS - 1.0),
            y: number("RowIndex", 0.0, ROWS),
            width: number("ColumnSpan", 1.0, COLUMNS).unwrap_or(18.0),
            height: number("RowSpan", 1.0, ROWS).unwrap_or(12.0),
        })
    }
}

#[derive(Default)]
struct Grid {
    places: Vec<Place>,
    /// Where the next element without a place may begin.
    next: (f64, f64),
}

impl Grid {
    fn put(&mut self, element: &Element, x: f64, y: f64) {
        self.places.push(Place {
            element: element.id.clone(),
            x,
            y,
            width: element.width,
            height: element.height,
        });
    }

    /// Returns the first free place behind those that were found before, in the element's column or row if it has one.
    fn room_for(&self, element: &Element) -> (f64, f64) {
        let (mut x, mut y) = self.next;
        if let Some(row) = element.y {
            (x, y) = (0.0, row);
        }
        if let Some(column) = element.x {
            // Behind its own column there is none.
            if column < x {
                y += 1.0;
            }
            x = column;
        }
        loop {
            let Some(in_the_way) = self.at(x, y, element) else {
                if x + element.width <= COLUMNS || element.x.is_some() {
                    return (x, y);
                }
                if element.y.is_some() {
                    return (0.0, y);
                }
                (x, y) = (0.0, y + 1.0);
                continue;
            };
            x = in_the_way.x + in_the_way.width;
            if element.x.is_some() || x + element.width > COLUMNS {
                if element.y.is_some() {
                    return (element.x.unwrap_or_default(), y);
                }
                (x, y) = (element.x.unwrap_or_default(), y + 1.0);
            }
        }
    }

    /// Returns an element that lies where another would.
    fn at(&self, x: f64, y: f64, element: &Element) -> Option<&Place> {
        self.places.iter().find(|p| {
            p.x < x + element.width
                && x < p.x + p.width
                && p.y < y + element.height
                && y < p.y + p.height
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn placed(elements: Value) -> Vec<(String, [f64; 4])> {
        let layout = json!({"Configuration": {"GridLayout": {"Elements": elements}}});
        let layout = Layout::read(&layout).unwrap();
        assert!((layout.width - 36.0).abs() < f64::EPSILON);
        let places = layout.places.into_iter();
        places
            .map(|p| (p.element, [p.x, p.y, p.width, p.height]))
            .collect()
    }

    fn element(id: &str, span: [u32; 2], more: &Value) -> Value {
        let mut made = json!({"ElementId": id, "ElementType": "VISUAL", "ColumnSpan": span[0], "RowSpan": span[1]});
        let members = made.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        made
    }

    #[test]
    fn a_place_is_kept_as_it_is_said() {
        let found = placed(json!([
            element("a", [12, 9], &json!({"ColumnIndex": 20, "RowIndex": 30})),
            element("b", [36, 21], &json!({"ColumnIndex": 0, "RowIndex": 0})),
        ]));
        let want = [
            ("a".to_owned(), [20.0, 30.0, 12.0, 9.0]),
            ("b".to_owned(), [0.0, 0.0, 36.0, 21.0]),
        ];
        assert_eq!(found, want);
    }

    #[test]
    fn what_has_no_place_flows_into_what_is_free() {
        let nothing = json!({});
        let found = placed(json!([
            element("a", [18, 12], &nothing),
            element("b", [18, 6], &nothing),
            element("c", [18, 6], &nothing),
            element("d", [36, 4], &nothing),
            element("fixed", [10, 3], &json!({"ColumnIndex": 0, "RowIndex": 0})),
            element("column", [6, 2], &json!({"ColumnIndex": 30})),
            element("row", [6, 2], &json!({"RowIndex": 50})),
        ]));
        let found: std::collections::BTreeMap<_, _> = found.into_iter().collect();
        let at = |id: &str| [found[id][0], found[id][1]];
        assert_eq!(at("fixed"), [0.0, 0.0]);
        assert_eq!(at("a"), [10.0, 0.0], "beside what stands there");
        assert_eq!(at("b"), [0.0, 12.0], "no room beside the first");
        assert_eq!(at("c"), [18.0, 12.0]);
        assert_eq!(at("d"), [0.0, 18.0]);
        assert_eq!(at("column"), [30.0, 22.0]);
        assert_eq!(at("row"), [0.0, 50.0]);
    }
}
