//! Snapshot jobs: visuals of a dashboard as files in S3.

use std::sync::Arc;

use aws::{ApiError, Call, Principal, ids};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Scan, Store, StoreError};
use visual::{Definition, PlanError, Theme};

use super::{
    Figures,
    access::Viewer,
    csv::csv,
    drawing::{Answered, Picture, picture, report},
    figures::{Ask, ReportError, run},
    workbook::workbook,
};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD, Scope, Version},
    error::exists,
    event,
};

const JOBS: &str = "quicksight/snapshot-jobs";
/// Jobs that have not ended: what a restart looks through.
const PENDING: &str = "quicksight/snapshot-jobs-pending";

/// A snapshot job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SnapshotJob {
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) dashboard: String,
    pub(crate) status: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// As it was given.
    pub(crate) configuration: Value,
    /// Each anonymous viewer's tags.
    pub(crate) viewers: Vec<Vec<(String, String)>>,
    /// Per viewer and file group, once it has ended.
    #[serde(default)]
    pub(crate) results: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl SnapshotJob {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn(format!(
            "dashboard/{}/snapshot-job/{}",
            self.dashboard, self.id
        ))
    }

    pub(crate) async fn find(
        store: &Store,
        scope: &Scope,
        dashboard: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let found = store.get_json(JOBS, &scope.key(&[dashboard, id])).await;
        found.map_err(ApiError::internal)
    }

    fn put(&self, batch: &mut Batch, scope: &Scope, expect: Expect) -> Result<(), StoreError> {
        let key = scope.key(&[&self.dashboard, &self.id]);
        if matches!(self.status.as_str(), "COMPLETED" | "FAILED") {
            batch.delete(PENDING, key.clone());
        } else {
            batch.put(PENDING, key.clone(), "1");
        }
        batch.put_json(JOBS, key, self, expect)?;
        let detail = json!({
            "dashboardId": self.dashboard, "snapshotJobId": self.id, "status": self.status,
        });
        let arn = scope.arn(format!("dashboard/{}", self.dashboard));
        let name = "QuickSight Dashboard Snapshot Job State Change";
        batch.publish(event::internal(scope, name, &arn, &detail, self.updated_ms));
        Ok(())
    }
}

/// Starts a job.
///
/// **Errors**: `ResourceExistsException` for an id that was used before.
pub(crate) async fn start(
    service: &Arc<QuickSight>,
    scope: &Scope,
    job: SnapshotJob,
) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    job.put(&mut batch, scope, Expect::Absent)
        .map_err(ApiError::internal)?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => {
            let message = format!("Snapshot job {} already exists", job.id);
            return Err(exists(None, message));
        }
        other => other.map_err(ApiError::internal)?,
    }
    spawn(service, scope, job);
    Ok(())
}

fn spawn(service: &Arc<QuickSight>, scope: &Scope, mut job: SnapshotJob) {
    let (service, scope) = (Arc::clone(service), scope.clone());
    tokio::spawn(async move {
        job.status = "RUNNING".into();
        let outcome = async {
            keep(&service, &scope, &mut job).await?;
            match files(&service, &scope, &job).await {
                Ok(results) => {
                    job.results = results;
                    job.status = "COMPLETED".into();
                }
                Err(error) => {
                    job.error = Some(error.to_string());
                    job.status = "FAILED".into();
                }
            }
            keep(&service, &scope, &mut job).await
        };
        if let Err(error) = outcome.await {
            tracing::error!(%error, "a snapshot job's state could not be kept");
        }
    });
}

async fn keep(
    service: &QuickSight,
    scope: &Scope,
    job: &mut SnapshotJob,
) -> Result<(), StoreError> {
    job.updated_ms = service.clock.now_ms();
    let mut batch = Batch::new();
    job.put(&mut batch, scope, Expect::Any)?;
    service.store.commit(batch).await
}

/// Does again what had not ended when the process did: the files have the same names.
pub(crate) async fn resume(service: &Arc<QuickSight>) -> Result<(), StoreError> {
    for (key, _) in service.store.scan(PENDING, &Scan::prefix(&[])).await? {
        let parts = key.parts();
        let [account, region, dashboard, id] = parts.as_slice() else {
            continue;
        };
        let scope = Scope {
            account: account.clone(),
            region: region.clone(),
        };
        let key = scope.key(&[dashboard, id]);
        if let Some(job) = service.store.get_json(JOBS, &key).await? {
            spawn(service, &scope, job);
        }
    }
    Ok(())
}

/// What all files of a job are of.
struct Wanted<'a> {
    name: &'a str,
    definition: &'a Definition,
    parameters: &'a Value,
    viewer: &'a Viewer,
}

/// Makes all files, and returns the results per viewer.
async fn files(
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
                body: workbook(&sheets),
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
