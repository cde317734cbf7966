//! Snapshot jobs of dashboards.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};

use super::request::{Answer, Handlers, Request, accepted, time};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD},
    error::{invalid, missing},
    report::{self, SnapshotJob},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "StartDashboardSnapshotJob", start)
        .ask(service, "DescribeDashboardSnapshotJob", describe)
        .ask(service, "DescribeDashboardSnapshotJobResult", result)
}

async fn start(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let scope = request.scope.clone();
    let dashboard = request.take_text("DashboardId");
    let id = request.take_text("SnapshotJobId");
    Asset::get(&service.store, &DASHBOARD, &scope, &dashboard).await?;
    let configuration = request.take("SnapshotConfiguration").unwrap_or_default();
    let destination = configuration.pointer("/DestinationConfiguration/S3Destinations/0");
    if destination.is_none() {
        return Err(invalid("SnapshotConfiguration needs an S3 destination"));
    }
    let users = request.take("UserConfiguration").unwrap_or_default();
    let users = users
        .get("AnonymousUsers")
        .and_then(Value::as_array)
        .cloned();
    let viewers: Vec<Vec<(String, String)>> = users
        .unwrap_or_else(|| vec![json!({})])
        .iter()
        .map(|user| {
            let tags = user.get("RowLevelPermissionTags").and_then(Value::as_array);
            let text = |tag: &Value, name: &str| tag[name].as_str().unwrap_or("").to_owned();
            tags.into_iter()
                .flatten()
                .map(|t| (text(t, "Key"), text(t, "Value")))
                .collect()
        })
        .collect();
    let now_ms = service.clock.now_ms();
    let job = SnapshotJob {
        v: 1,
        id: id.clone(),
        dashboard,
        status: "QUEUED".into(),
        created_ms: now_ms,
        updated_ms: now_ms,
        configuration,
        viewers,
        results: Vec::new(),
        error: None,
    };
    let arn = job.arn(&scope);
    report::start_snapshot_job(&service, &scope, job).await?;
    Ok(accepted(json!({"Arn": arn, "SnapshotJobId": id})))
}

async fn find(service: &QuickSight, request: &Request) -> Result<SnapshotJob, ApiError> {
    let (dashboard, id) = (request.text("DashboardId"), request.text("SnapshotJobId"));
    let found = SnapshotJob::find(&service.store, &request.scope, dashboard, id).await?;
    found.ok_or_else(|| missing(None, format!("Snapshot job {id} is not found")))
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let job = find(&service, &request).await?;
    let users: Vec<Value> = job
        .viewers
        .iter()
        .map(|tags| {
            let keys: Vec<&String> = tags.iter().map(|(key, _)| key).collect();
            match keys.is_empty() {
                true => json!({}),
                false => json!({"RowLevelPermissionTagKeys": keys}),
            }
        })
        .collect();
    let members = json!({
        "AwsAccountId": request.scope.account, "DashboardId": job.dashboard, "SnapshotJobId": job.id,
        "UserConfiguration": {"AnonymousUsers": users}, "SnapshotConfiguration": job.configuration,
        "Arn": job.arn(&request.scope), "JobStatus": job.status,
        "CreatedTime": time(job.created_ms), "LastUpdatedTime": time(job.updated_ms),
    });
    Ok(members)
}

async fn result(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let job = find(&service, &request).await?;
    if !matches!(job.status.as_str(), "COMPLETED" | "FAILED") {
        let message = format!("Snapshot job {} has not ended: {}", job.id, job.status);
        return Err(ApiError::new("PreconditionNotMetException", message));
    }
    let mut members = json!({
        "Arn": job.arn(&request.scope), "JobStatus": job.status,
        "CreatedTime": time(job.created_ms), "LastUpdatedTime": time(job.updated_ms),
    });
    match job.error {
        Some(message) => {
            members["ErrorInfo"] = json!({"ErrorType": "INTERNAL_ERROR", "ErrorMessage": message});
        }
        None => members["Result"] = json!({"AnonymousUsers": job.results}),
    }
    Ok(members)
}
