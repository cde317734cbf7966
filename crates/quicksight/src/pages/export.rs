//! A visual, a sheet or a whole report as a file.

use chrono::DateTime;

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
            let title = asked.title(sheet, id);
            let mut body = String::new();
            if asked.question.annotated {
                let notes = asked.notes(service, &visuals);
                body = comments(&asked.about(&[(title.clone(), figures.as_of_ms)], notes));
            }
            body.push_str(&csv(&figures));
            Ok(Exported {
                name: format!("{title}.csv"),
                content_type: "text/csv; charset=utf-8",
                body: body.into_bytes(),
            })
        }
        Some("xlsx") => {
            let mut sheets = Vec::new();
            let visuals = asked.visuals()?;
            for (sheet, id) in &visuals {
                let figures = asked.figures(service, sheet, id, false, None).await?;
                sheets.push((asked.title(sheet, id), figures));
            }
            let times = sheets.iter();
            let times: Vec<(String, i64)> = times.map(|(t, f)| (t.clone(), f.as_of_ms)).collect();
            let about = asked.about(&times, asked.notes(service, &visuals));
            Ok(Exported {
                name: format!("{}.xlsx", asked.name),
                content_type: XLSX,
                body: workbook(&sheets, &about),
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
    let visuals = asked.visuals()?;
    for (sheet, visual) in visuals.clone() {
        let figures = asked.figures(service, &sheet, &visual, false, None).await;
        answered.push(Answered {
            sheet,
            visual,
            figures,
        });
    }
    let theme = theme(asked.question.theme.as_deref());
    let notes = asked.notes(service, &visuals);
    let report = report(&asked.name, notes, &asked.definition, &answered, theme);
    Ok(Exported {
        name: format!("{}.{ending}", asked.name),
        content_type,
        body: picture(&service.renderer, report, kind).await?,
    })
}

/// Returns lines that readers of CSV know as comments, or can be told to skip.
fn comments(about: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in about {
        let line = format!("# {name}: {value}").replace(['\r', '\n'], " ");
        out.push_str(&line);
        out.push_str("\r\n");
    }
    out
}

impl Asked {
    /// Returns what a file of data says of itself: the report, when its data are of, which filters hold.
    fn about(&self, times: &[(String, i64)], notes: Vec<String>) -> Vec<(String, String)> {
        let mut about = vec![("Report".to_owned(), self.name.clone())];
        for (title, as_of_ms) in times {
            let at = DateTime::from_timestamp_millis(*as_of_ms).unwrap_or_default();
            let at = at.format("%Y-%m-%d %H:%M:%S UTC");
            about.push(("Data".to_owned(), format!("{title}, as of {at}")));
        }
        about.extend(notes.into_iter().map(|note| ("Filter".to_owned(), note)));
        about
    }

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

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn a_comment_is_one_line() {
        let about = [("Filter".to_owned(), "kind: a\r\nb".to_owned())];
        assert_eq!(comments(&about), "# Filter: kind: a  b\r\n");
        assert_eq!(comments(&[]), "");
    }
}
