//! A visual, a sheet or a whole report as a file.

use super::{question::Asked, visual::theme};
use crate::{
    QuickSight,
    error::invalid,
    report::{Answered, Picture, ReportError, csv, picture, report, workbook},
};

/// A file.
pub(super) struct Exported {
    pub(super) name: String,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Makes the file that is asked for.
pub(super) async fn export(service: &QuickSight, asked: &Asked) -> Result<Exported, ReportError> {
    match asked.question.format.as_deref() {
        Some("csv") => {
            let visuals = asked.visuals()?;
            let [(sheet, id)] = visuals.as_slice() else {
                return Err(invalid("A CSV file is of one visual: visualId is missing").into());
            };
            let figures = asked.figures(service, sheet, id, false, None).await?;
            Ok(Exported {
                name: format!("{}.csv", asked.title(sheet, id)),
                content_type: "text/csv; charset=utf-8",
                body: csv(&figures).into_bytes(),
            })
        }
        Some("xlsx") => {
            let mut sheets = Vec::new();
            for (sheet, id) in asked.visuals()? {
                let figures = asked.figures(service, &sheet, &id, false, None).await?;
                sheets.push((asked.title(&sheet, &id), figures));
            }
            Ok(Exported {
                name: format!("{}.xlsx", asked.name),
                content_type: XLSX,
                body: workbook(&sheets),
            })
        }
        Some("pdf") => drawn(service, asked, Picture::Pdf, "pdf", "application/pdf").await,
        Some("png") => drawn(service, asked, Picture::Png, "png", "image/png").await,
        Some("svg") => drawn(service, asked, Picture::Svg, "svg", "image/svg+xml").await,
        other => {
            let name = other.unwrap_or("none");
            let message = format!("Format {name} is not supported: use pdf, png, svg, csv or xlsx");
            Err(invalid(message).into())
        }
    }
}

async fn drawn(
    service: &QuickSight,
    asked: &Asked,
    kind: Picture,
    ending: &str,
    content_type: &'static str,
) -> Result<Exported, ReportError> {
    let mut answered = Vec::new();
    for (sheet, visual) in asked.visuals()? {
        let figures = asked.figures(service, &sheet, &visual, false, None).await;
        answered.push(Answered {
            sheet,
            visual,
            figures,
        });
    }
    let theme = theme(asked.question.theme.as_deref());
    let notes = asked.notes();
    let report = report(&asked.name, notes, &asked.definition, &answered, theme);
    Ok(Exported {
        name: format!("{}.{ending}", asked.name),
        content_type,
        body: picture(&service.renderer, report, kind).await?,
    })
}

impl Asked {
    /// Returns the visual that is asked for, else those of the sheet, else all.
    fn visuals(&self) -> Result<Vec<(String, String)>, ReportError> {
        if self.question.visual_id.is_some() {
            let (sheet, id) = self.visual()?;
            return Ok(vec![(sheet.to_owned(), id.to_owned())]);
        }
        let wanted = self.question.sheet_id.as_deref();
        let sheets = self.definition.sheets.iter();
        let sheets = sheets.filter(|s| wanted.is_none_or(|id| id == s.id));
        Ok(sheets
            .flat_map(|s| s.visuals.iter().map(|v| (s.id.clone(), v.id.clone())))
            .collect())
    }

    fn title(&self, sheet: &str, id: &str) -> String {
        let found = self.definition.visual(sheet, id);
        let title = found.and_then(|(_, v)| v.title.clone());
        title.unwrap_or_else(|| id.to_owned())
    }
}
