//! What is drawn: a report of sheets of tiles.

use std::collections::BTreeMap;

use visual::{Drawing, Place, Theme};

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

/// A visual that was asked and is to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub title: Option<String>,
    pub subtitle: Option<String>,
    pub note: Option<String>,
    pub drawing: Drawing,
}

impl Sheet {
    /// Puts the visuals and texts of a definition's sheet in their places; what has no place follows below, two
    /// in a row. Visuals without an answer are left out.
    #[must_use]
    pub fn of(sheet: &visual::Sheet, mut answers: BTreeMap<String, Answered>) -> Self {
        let layout = sheet.layout.as_ref();
        let width = layout.map_or(36.0, |l| l.width.max(1.0));
        let unit = width / 36.0;
        let places: &[Place] = layout.map_or(&[], |l| l.places.as_slice());
        let bottom = places.iter().map(|p| p.y + p.height).fold(0.0, f64::max);
        let mut free = 0;
        let mut place = |id: &str| {
            if let Some(place) = places.iter().find(|p| p.element == id) {
                return place.clone();
            }
            let made = Place {
                element: id.to_owned(),
                x: f64::from(free % 2) * 18.0 * unit,
                y: bottom + f64::from(free / 2) * 12.0 * unit,
                width: 18.0 * unit,
                height: 12.0 * unit,
            };
            free += 1;
            made
        };
        let tile = |at: Place, answered: Answered| Tile {
            x: at.x,
            y: at.y,
            width: at.width,
            height: at.height,
            title: answered.title.unwrap_or_default(),
            subtitle: answered.subtitle,
            note: answered.note,
            content: Content::Visual(answered.drawing),
        };
        let mut tiles: Vec<Tile> = sheet
            .visuals
            .iter()
            .filter_map(|v| Some(tile(place(&v.id), answers.remove(&v.id)?)))
            .collect();
        tiles.extend(sheet.texts.iter().map(|text| {
            let at = place(&text.id);
            Tile {
                x: at.x,
                y: at.y,
                width: at.width,
                height: at.height,
                title: String::new(),
                subtitle: None,
                note: None,
                content: Content::Text(text.text.clone()),
            }
        }));
        Self {
            name: sheet.name.clone(),
            width,
            tiles,
        }
    }
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
