//! Analyses.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    folders,
    making::Making,
    request::{Answer, Handlers, Request, accepted, time},
    sheets,
};
use crate::{
    QuickSight,
    asset::{self, ANALYSIS, Asset, Scope},
    error::{conflict, invalid, not_found},
    event,
};

/// How long a deleted analysis can be restored, unless said otherwise.
const RECOVERY_DAYS: u64 = 30;
const DAY_MS: i64 = 86_400_000;

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateAnalysis", create)
        .ask(service, "UpdateAnalysis", update)
        .ask(service, "DescribeAnalysis", describe)
        .ask(service, "DescribeAnalysisDefinition", definition)
        .ask(service, "DeleteAnalysis", delete)
        .ask(service, "RestoreAnalysis", restore)
}

async fn create(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let mut making = Making::begin(&service, &ANALYSIS, &mut request)?;
    let scope = making.scope.clone();
    sheets::define(&service, &mut request, &ANALYSIS).await?;
    making.asset.body = request.rest();
    judge(&service, &scope, &mut making.asset, "CREATION").await?;
    let mut batch = making.batch(&service).await?;
    publish(&service, &mut batch, &scope, &making.asset, "Creation");
    let found = making.commit(&service, batch).await?;
    let members =
        json!({"Arn": found.arn, "AnalysisId": found.id, "CreationStatus": "CREATION_IN_PROGRESS"});
    Ok(accepted(members))
}

/// Says whether an analysis's definition can be drawn.
async fn judge(
    service: &QuickSight,
    scope: &Scope,
    found: &mut Asset,
    what: &str,
) -> Result<(), ApiError> {
    (found.errors, found.status) = sheets::judged(service, scope, &found.body, what).await?;
    Ok(())
}

fn publish(service: &QuickSight, batch: &mut Batch, scope: &Scope, found: &Asset, what: &str) {
    let mut detail = json!({});
    if found.status.ends_with("FAILED") {
        detail["errors"] = found.errors.clone().into();
    }
    let what = event::outcome(what, &found.status);
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(
        scope, &ANALYSIS, found, &what, &detail, now_ms,
    ));
}

async fn update(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let scope = request.scope.clone();
    let id = request.take_text("AnalysisId");
    let (mut found, version) = live(&service, &scope, &id).await?;
    sheets::define(&service, &mut request, &ANALYSIS).await?;
    found.name = request.take_text("Name");
    found.updated_ms = service.clock.now_ms();
    found.body = request.rest();
    judge(&service, &scope, &mut found, "UPDATE").await?;
    let mut batch = Batch::new();
    found.put(&mut batch, &ANALYSIS, &scope, Expect::Version(version))?;
    publish(&service, &mut batch, &scope, &found, "Update");
    asset::commit_change(&service.store, batch).await?;
    let members = json!({"Arn": found.arn, "AnalysisId": id, "UpdateStatus": "UPDATE_IN_PROGRESS"});
    Ok(members)
}

/// Returns an analysis whose time to be restored is not over.
async fn find(service: &QuickSight, scope: &Scope, id: &str) -> Result<(Asset, u64), ApiError> {
    let (found, version) = Asset::get(&service.store, &ANALYSIS, scope, id).await?;
    let gone = found
        .deleted_until_ms
        .is_some_and(|until| until <= service.clock.now_ms());
    if gone {
        return Err(not_found(&ANALYSIS, id));
    }
    Ok((found, version))
}

/// Returns an analysis that is not deleted.
async fn live(service: &QuickSight, scope: &Scope, id: &str) -> Result<(Asset, u64), ApiError> {
    let (found, version) = find(service, scope, id).await?;
    if found.deleted_until_ms.is_some() {
        return Err(conflict(format!("Analysis {id} is deleted")));
    }
    Ok((found, version))
}

pub(super) fn summary(found: &Asset) -> Value {
    json!({
        "Arn": found.arn, "AnalysisId": found.id, "Name": found.name, "Status": found.status,
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    })
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (found, _) = find(&service, &request.scope, request.text("AnalysisId")).await?;
    let mut members = summary(&found);
    members["DataSetArns"] = sheets::data_set_arns(&found.body).into();
    members["Sheets"] = sheets::sheets(&found.body);
    if let Some(theme) = found.body.get("ThemeArn") {
        members["ThemeArn"] = theme.clone();
    }
    if !found.errors.is_empty() {
        members["Errors"] = found.errors.clone().into();
    }
    Ok(json!({"Analysis": members}))
}

async fn definition(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (found, _) = live(&service, &request.scope, request.text("AnalysisId")).await?;
    let mut members = json!({
        "AnalysisId": found.id, "Name": found.name, "ResourceStatus": found.status,
        "ThemeArn": found.body.get("ThemeArn"), "Definition": found.body.get("Definition"),
    });
    if !found.errors.is_empty() {
        members["Errors"] = found.errors.into();
    }
    Ok(members)
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, id) = (&request.scope, request.text("AnalysisId"));
    let forced = request
        .input
        .get("ForceDeleteWithoutRecovery")
        .and_then(Value::as_bool);
    let days = request.number("RecoveryWindowInDays");
    if forced == Some(true) {
        if days.is_some() {
            return Err(invalid(
                "RecoveryWindowInDays and ForceDeleteWithoutRecovery cannot be given together",
            ));
        }
        let found = folders::remove(&service, scope, &ANALYSIS, id).await?;
        return Ok(json!({"Arn": found.arn, "AnalysisId": id}));
    }
    let (mut found, version) = live(&service, scope, id).await?;
    let days = i64::try_from(days.unwrap_or(RECOVERY_DAYS)).unwrap_or(DAY_MS);
    let until = service
        .clock
        .now_ms()
        .saturating_add(days.saturating_mul(DAY_MS));
    found.deleted_until_ms = Some(until);
    found.status = "DELETED".into();
    let mut batch = Batch::new();
    found.put(&mut batch, &ANALYSIS, scope, Expect::Version(version))?;
    batch.publish(event::of_asset(
        scope,
        &ANALYSIS,
        &found,
        "Deleted",
        &json!({}),
        service.clock.now_ms(),
    ));
    asset::commit_change(&service.store, batch).await?;
    let members = json!({"Arn": found.arn, "AnalysisId": id, "DeletionTime": time(until)});
    Ok(members)
}

async fn restore(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, id) = (&request.scope, request.text("AnalysisId"));
    let (mut found, version) = find(&service, scope, id).await?;
    if found.deleted_until_ms.take().is_none() {
        return Err(conflict(format!("Analysis {id} is not deleted")));
    }
    judge(&service, scope, &mut found, "CREATION").await?;
    let mut batch = Batch::new();
    found.put(&mut batch, &ANALYSIS, scope, Expect::Version(version))?;
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({"Arn": found.arn, "AnalysisId": id}))
}
