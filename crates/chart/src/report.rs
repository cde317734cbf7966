//! What is drawn: a report of sheets of tiles.

use visual::{Drawing, Theme};

/// What is in a tile.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Visual(Drawing),
    Text(String),
}

/// A visual or a text, in its place on the sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// In the units of the sheet's width.
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub title: String,
    pub subtitle: Option<String>,
    /// Printed small below the visual: how old its data are.
    pub note: Option<String>,
    pub content: Content,
}

/// A sheet of a dashboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    pub name: String,
    /// The width of the grid that tiles are placed in.
    pub width: f64,
    pub tiles: Vec<Tile>,
}

/// A report to be drawn.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub title: String,
    /// Printed below the title: filters and parameters in force, the time of the data.
    pub notes: Vec<String>,
    pub sheets: Vec<Sheet>,
    pub theme: Theme,
}

impl Report {
    /// Makes a report of one visual.
    #[must_use]
    pub fn of_visual(title: String, notes: Vec<String>, drawing: Drawing, theme: Theme) -> Self {
        Self {
            title,
            notes,
            sheets: vec![Sheet {
                name: String::new(),
                width: 36.0,
                tiles: vec![Tile {
                    x: 0.0,
                    y: 0.0,
                    width: 36.0,
                    height: 19.0,
                    title: String::new(),
                    subtitle: None,
                    note: None,
                    content: Content::Visual(drawing),
                }],
            }],
            theme,
        }
    }
}
