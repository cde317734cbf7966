//! The files of a snapshot job.

use aws::{Call, Principal, ids};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use visual::{Definition, PlanError, Theme};

use super::{
    Figures, SnapshotJob,
    access::Viewer,
    csv::csv,
    drawing::{Answered, Picture, picture, report},
    figures::{Ask, ReportError, run},
    workbook::workbook,
};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD, Scope, Version},
};

/// What all files of a job are of.
struct Wanted<'a> {
    name: &'a str,
    definition: &'a Definition,
    parameters: &'a Value,
    viewer: &'a Viewer,
}

/// Makes all files, and returns the results per viewer.
pub(super) async fn files(
    service: &QuickSight,
    scope: &Scope,
    job: &SnapshotJob,
) -> Result<Vec<Value>, ReportError> {
    let (found, _) = Asset::get(&service.store, &DASHBOARD, scope, &job.dashboard).await?;
    let version = Version::get(&service.store, &DASHBOARD, scope, &found, found.published).await?;
    let definition = Definition::read(version.body.get("Definition").unwrap_or(&Value::Null));
    let parameters = job.configuration.get("Parameters").unwrap_or(&Value::Null);
    let mut results = Vec::new();
    for (i, tags) in job.viewers.iter().enumerate() {
        let viewer = Viewer::Anonymous { tags: tags.clone() };
        let wanted = Wanted {
            name: &found.name,
            definition: &definition,
            parameters,
            viewer: &viewer,
        };
        let mut groups = Vec::new();
        for group in list(&job.configuration, "FileGroups") {
            let mut stored = Vec::new();
            for file in list(group, "Files") {
                let made = make(service, scope, &wanted, file).await?;
                stored.extend(put(service, scope, job, i, made).await?);
            }
            groups.push(json!({"Files": group.get("Files"), "S3Results": stored}));
        }
        results.push(json!({"FileGroups": groups}));
    }
    Ok(results)
}

/// A file: its name, its type, its bytes.
struct Made {
    name: String,
    content_type: &'static str,
    body: Vec<u8>,
}

async fn make(
    service: &QuickSight,
    scope: &Scope,
    wanted: &Wanted<'_>,
    file: &Value,
) -> Result<Vec<Made>, ReportError> {
    match file.get("FormatType").and_then(Value::as_str) {
        Some("CSV") => {
            let mut made = Vec::new();
            for (sheet, visual) in visuals(wanted.definition, file)? {
                let figures = ask(service, scope, wanted, &sheet, &visual).await?;
                made.push(Made {
                    name: format!("{sheet}_{visual}.csv"),
                    content_type: "text/csv",
                    body: csv(&figures).into_bytes(),
                });
            }
            Ok(made)
        }
        Some("EXCEL") => {
            let mut sheets = Vec::new();
            for (sheet, visual) in visuals(wanted.definition, file)? {
                let figures = ask(service, scope, wanted, &sheet, &visual).await?;
                let found = wanted.definition.visual(&sheet, &visual);
                let title = found.and_then(|(_, v)| v.title.clone());
                sheets.push((title.unwrap_or(visual), figures));
            }
            Ok(vec![Made {
                name: "report.xlsx".into(),
                content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                body: workbook(&sheets, &[]),
            }])
        }
        Some("PDF") => {
            let mut answered = Vec::new();
            for (sheet, visual) in visuals(wanted.definition, file)? {
                let figures = ask(service, scope, wanted, &sheet, &visual).await;
                answered.push(Answered {
                    sheet,
                    visual,
                    figures,
                });
            }
            let drawn = report(
                wanted.name,
                Vec::new(),
                wanted.definition,
                &answered,
                Theme::default(),
            );
            Ok(vec![Made {
                name: "report.pdf".into(),
                content_type: "application/pdf",
                body: picture(&service.renderer, drawn, Picture::Pdf).await?,
            }])
        }
        other => {
            let name = other.unwrap_or("without a name");
            Err(ReportError::Draw(format!(
                "Format {name} is not supported here"
            )))
        }
    }
}

async fn ask(
    service: &QuickSight,
    scope: &Scope,
    wanted: &Wanted<'_>,
    sheet: &str,
    visual: &str,
) -> Result<Figures, ReportError> {
    let ask = Ask {
        definition: wanted.definition,
        sheet,
        visual,
        parameters: wanted.parameters,
        filters: &[],
        selections: &[],
        level: 0,
        detail: false,
        limit: None,
        viewer: wanted.viewer,
    };
    run(service, scope, &ask).await
}

/// Returns the sheets and visuals that a file is of.
fn visuals(definition: &Definition, file: &Value) -> Result<Vec<(String, String)>, ReportError> {
    let mut found = Vec::new();
    for selection in list(file, "SheetSelections") {
        let id = selection
            .get("SheetId")
            .and_then(Value::as_str)
            .unwrap_or("");
        let sheet = definition.sheets.iter().find(|s| s.id == id);
        let sheet = sheet.ok_or_else(|| PlanError::Sheet(id.to_owned()))?;
        let scope = selection.get("SelectionScope").and_then(Value::as_str);
        if scope == Some("SELECTED_VISUALS") {
            let ids = list(selection, "VisualIds").filter_map(Value::as_str);
            found.extend(ids.map(|v| (id.to_owned(), v.to_owned())));
        } else {
            found.extend(sheet.visuals.iter().map(|v| (id.to_owned(), v.id.clone())));
        }
    }
    Ok(found)
}

/// Puts files where the job says.
async fn put(
    service: &QuickSight,
    scope: &Scope,
    job: &SnapshotJob,
    viewer: usize,
    made: Vec<Made>,
) -> Result<Vec<Value>, ReportError> {
    let destination = job
        .configuration
        .pointer("/DestinationConfiguration/S3Destinations/0");
    let Some(destination) = destination else {
        return Err(ReportError::Draw("The job has no destination".into()));
    };
    let text = |name: &str| {
        let value = destination.pointer(&format!("/BucketConfiguration/{name}"));
        value.and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let (bucket, prefix) = (text("BucketName"), text("BucketPrefix"));
    let mut stored = Vec::new();
    for file in made {
        let key = format!(
            "{}/{}/{}/{viewer}/{}",
            prefix.trim_end_matches('/'),
            job.dashboard,
            job.id,
            file.name
        );
        let call = Call {
            service: "s3".into(),
            operation: "PutObject".into(),
            input: json!({
                "Bucket": bucket, "Key": key, "Body": BASE64_STANDARD.encode(&file.body),
                "ContentType": file.content_type,
            }),
            principal: Principal::root(&scope.account, &scope.region),
            request_id: ids::request_id(),
        };
        service.invoke.call(call).await?;
        stored.push(json!({
            "S3DestinationConfiguration": destination, "S3Uri": format!("s3://{bucket}/{key}"),
        }));
    }
    Ok(stored)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
