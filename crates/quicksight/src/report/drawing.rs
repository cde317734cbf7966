//! A whole report as something to draw: its sheets, each visual in its place.

use std::collections::BTreeMap;

use chart::{Renderer, Report, Sheet};
use chrono::DateTime;
use visual::{Definition, Drawing, Theme, draw};

use super::figures::{Figures, ReportError};

/// One visual's figures, or why there are none.
pub(crate) struct Answered {
    pub(crate) sheet: String,
    pub(crate) visual: String,
    pub(crate) figures: Result<Figures, ReportError>,
}

/// Returns the report of the answered visuals. One without figures is a tile that says why.
pub(crate) fn report(
    title: &str,
    mut notes: Vec<String>,
    definition: &Definition,
    answered: &[Answered],
    theme: Theme,
) -> Report {
    let times = answered.iter().filter_map(|a| a.figures.as_ref().ok());
    let oldest = times.map(|f| f.as_of_ms).min();
    if let Some(at) = oldest.and_then(DateTime::from_timestamp_millis) {
        let at = at.format("%Y-%m-%d %H:%M:%S");
        notes.push(format!("Data as of {at} UTC"));
    }
    let mut sheets = Vec::new();
    for sheet in &definition.sheets {
        let mut tiles = BTreeMap::new();
        for one in answered.iter().filter(|a| a.sheet == sheet.id) {
            let Some(found) = sheet.visuals.iter().find(|v| v.id == one.visual) else {
                continue;
            };
            let drawing = match &one.figures {
                Ok(figures) => draw(
                    found,
                    &figures.query,
                    &figures.rows,
                    &figures.totals,
                    &theme,
                ),
                Err(error) => Drawing::Empty {
                    message: error.to_string(),
                },
            };
            let tile = chart::Answered {
                title: found.title.clone(),
                subtitle: found.subtitle.clone(),
                note: None,
                drawing,
            };
            tiles.insert(one.visual.clone(), tile);
        }
        if !tiles.is_empty() {
            sheets.push(Sheet::of(sheet, tiles));
        }
    }
    Report {
        title: title.to_owned(),
        notes,
        sheets,
        theme,
    }
}

/// What a report is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    Svg,
    Png,
    Pdf,
}

/// Pixels of a picture for each of the drawing's.
const SCALE: f32 = 2.0;

/// Draws a report, off the threads that answer requests.
pub(crate) async fn picture(
    renderer: &Renderer,
    report: Report,
    kind: Picture,
) -> Result<Vec<u8>, ReportError> {
    let renderer = renderer.clone();
    let drawn = tokio::task::spawn_blocking(move || match kind {
        Picture::Svg => renderer.svg(&report).map(String::into_bytes),
        Picture::Png => renderer.png(&report, SCALE),
        Picture::Pdf => renderer.pdf(&report),
    });
    let drawn = drawn.await.map_err(|e| ReportError::Draw(e.to_string()))?;
    drawn.map_err(|e| ReportError::Draw(e.to_string()))
}
