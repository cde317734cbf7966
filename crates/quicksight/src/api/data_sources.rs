//! Data sources.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    folders,
    making::Making,
    request::{Answer, Handlers, Request, accepted, time},
};
use crate::{
    QuickSight,
    asset::{self, Asset, DATA_SOURCE, Scope},
    error::invalid,
    event, source,
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateDataSource", create)
        .ask(service, "DescribeDataSource", describe)
        .ask(service, "UpdateDataSource", update)
        .ask(service, "DeleteDataSource", delete)
}

async fn create(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let mut making = Making::begin(&service, &DATA_SOURCE, &mut request)?;
    // Neither kind of source that there is needs any; what is not used is not kept.
    request.take("Credentials");
    making.asset.body = request.rest();
    check_type(&making.asset)?;
    test(&service, &request.context, &mut making.asset, "CREATION").await;
    let mut batch = making.batch(&service).await?;
    publish(
        &service,
        &mut batch,
        &making.scope,
        &making.asset,
        "Creation",
    );
    let found = making.commit(&service, batch).await?;
    let members = json!({"Arn": found.arn, "DataSourceId": found.id, "CreationStatus": "CREATION_IN_PROGRESS"});
    Ok(accepted(members))
}

/// **Errors**: a type of source that nothing here can read, or parameters of another type.
fn check_type(found: &Asset) -> Result<(), ApiError> {
    let kind = found.body.get("Type").and_then(Value::as_str).unwrap_or("");
    let parameters = found.body.get("DataSourceParameters");
    let member = match kind {
        "ATHENA" => "AthenaParameters",
        "S3" => "S3Parameters",
        _ => {
            let message =
                format!("Data source type {kind} is not supported here: use ATHENA or S3");
            return Err(invalid(message));
        }
    };
    // Athena's may be left out: the primary work group.
    let absent = parameters.is_none() && kind == "ATHENA";
    if absent || parameters.is_some_and(|p| p.get(member).is_some()) {
        return Ok(());
    }
    Err(invalid("DataSourceParameters field is incorrectly set"))
}

/// Tries the connection, and keeps what came of it.
async fn test(service: &QuickSight, context: &Context, found: &mut Asset, what: &str) {
    found.body.shift_remove("ErrorInfo");
    match source::test(service, &context.principal, found).await {
        Ok(()) => found.status = format!("{what}_SUCCESSFUL"),
        Err(error) => {
            found.status = format!("{what}_FAILED");
            let info = json!({"Type": error.data_source_type(), "Message": error.message});
            found.body.insert("ErrorInfo".into(), info);
        }
    }
}

fn publish(service: &QuickSight, batch: &mut Batch, scope: &Scope, found: &Asset, what: &str) {
    let mut detail = json!({});
    if let Some(error) = found.body.get("ErrorInfo") {
        detail["error"] = error.clone();
    }
    let (what, now_ms) = (event::outcome(what, &found.status), service.clock.now_ms());
    batch.publish(event::of_asset(
        scope,
        &DATA_SOURCE,
        found,
        &what,
        &detail,
        now_ms,
    ));
}

pub(super) fn shown(found: &Asset) -> Value {
    let mut members = found.body.clone();
    members.insert("Arn".into(), found.arn.clone().into());
    members.insert("DataSourceId".into(), found.id.clone().into());
    members.insert("Name".into(), found.name.clone().into());
    members.insert("Status".into(), found.status.clone().into());
    members.insert("CreatedTime".into(), time(found.created_ms));
    members.insert("LastUpdatedTime".into(), time(found.updated_ms));
    Value::Object(members)
}

pub(super) fn summary(found: &Asset) -> Value {
    json!({
        "Arn": found.arn, "DataSourceId": found.id, "Name": found.name,
        "Type": found.body.get("Type"),
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    })
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DataSourceId");
    let (found, _) = Asset::get(&service.store, &DATA_SOURCE, &request.scope, id).await?;
    Ok(json!({"DataSource": shown(&found)}))
}

async fn update(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let id = request.take_text("DataSourceId");
    let scope = request.scope.clone();
    let (mut found, version) = Asset::get(&service.store, &DATA_SOURCE, &scope, &id).await?;
    found.name = request.take_text("Name");
    found.updated_ms = service.clock.now_ms();
    request.take("Credentials");
    for (member, value) in request.rest() {
        found.body.insert(member, value);
    }
    check_type(&found)?;
    test(&service, &request.context, &mut found, "UPDATE").await;
    let mut batch = Batch::new();
    found.put(&mut batch, &DATA_SOURCE, &scope, Expect::Version(version))?;
    publish(&service, &mut batch, &scope, &found, "Update");
    asset::commit_change(&service.store, batch).await?;
    let members =
        json!({"Arn": found.arn, "DataSourceId": id, "UpdateStatus": "UPDATE_IN_PROGRESS"});
    Ok(accepted(members))
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DataSourceId");
    let found = folders::remove(&service, &request.scope, &DATA_SOURCE, id).await?;
    Ok(json!({"Arn": found.arn, "DataSourceId": id}))
}
