//! Data sets.

use std::sync::Arc;

use aws::{ApiError, Operations, ids};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    folders,
    making::Making,
    request::{Answer, Handlers, Request, created, time},
};
use crate::{
    QuickSight,
    asset::{self, Asset, DATA_SET, Document, Scope},
    dataset::{self, DataSet},
    event,
    spice::{self, RequestType},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateDataSet", create)
        .ask(service, "DescribeDataSet", describe)
        .ask(service, "UpdateDataSet", update)
        .ask(service, "DeleteDataSet", delete)
        .ask(service, "PutDataSetRefreshProperties", put_refresh)
        .ask(
            service,
            "DescribeDataSetRefreshProperties",
            describe_refresh,
        )
        .ask(service, "DeleteDataSetRefreshProperties", delete_refresh)
}

async fn create(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let mut making = Making::begin(&service, &DATA_SET, &mut request)?;
    let scope = making.scope.clone();
    making.asset.body = request.rest();
    dataset::fill_columns(&service, &scope, &mut making.asset).await?;
    dataset::check(&service, &scope, &making.asset).await?;
    let mut batch = making.batch(&service).await?;
    publish(&service, &mut batch, &scope, &making.asset, "Created");
    let found = making.commit(&service, batch).await?;
    let mut members = json!({"Arn": found.arn, "DataSetId": found.id});
    if DataSet::of(&found).is_spice() {
        add_ingestion(&service, &scope, &found, RequestType::Initial, &mut members).await?;
    }
    Ok(created(members))
}

/// A SPICE data set fills itself when it is made or changed.
async fn add_ingestion(
    service: &Arc<QuickSight>,
    scope: &Scope,
    found: &Asset,
    what: RequestType,
    members: &mut Value,
) -> Result<(), ApiError> {
    let made = spice::request(
        service,
        scope,
        found,
        &ids::uuid(),
        what,
        spice::Source::Manual,
    )
    .await?;
    members["IngestionId"] = made.id.clone().into();
    members["IngestionArn"] = made.arn(scope).into();
    Ok(())
}

fn publish(service: &QuickSight, batch: &mut Batch, scope: &Scope, found: &Asset, what: &str) {
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(
        scope,
        &DATA_SET,
        found,
        what,
        &json!({}),
        now_ms,
    ));
}

/// Members of a data set's body that its description has not.
const INNER: [&str; 2] = ["DataSetRefreshProperties", "ValidationStrategy"];

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let scope = &request.scope;
    let id = request.text("DataSetId");
    let (found, _) = Asset::get(&service.store, &DATA_SET, scope, id).await?;
    let mut members = found.body.clone();
    members.retain(|name, _| !INNER.contains(&name.as_str()));
    for (name, value) in common(&found) {
        members.insert(name, value);
    }
    let columns = dataset::columns(&service, scope, &found).await?;
    let columns: Vec<Value> = columns.iter().map(dataset::Column::output).collect();
    members.insert("OutputColumns".into(), columns.into());
    let bytes = match spice::snapshot(&service, scope, id).await? {
        Some(snapshot) => snapshot.bytes,
        None => 0,
    };
    members.insert("ConsumedSpiceCapacityInBytes".into(), bytes.into());
    Ok(json!({"DataSet": members}))
}

fn common(found: &Asset) -> Document {
    let mut members = Document::new();
    members.insert("Arn".into(), found.arn.clone().into());
    members.insert("DataSetId".into(), found.id.clone().into());
    members.insert("Name".into(), found.name.clone().into());
    members.insert("CreatedTime".into(), time(found.created_ms));
    members.insert("LastUpdatedTime".into(), time(found.updated_ms));
    members
}

pub(super) fn summary(found: &Asset) -> Value {
    let mut members = common(found);
    for name in ["ImportMode", "RowLevelPermissionDataSet", "UseAs"] {
        if let Some(value) = found.body.get(name) {
            members.insert(name.into(), value.clone());
        }
    }
    for (name, from) in [
        (
            "RowLevelPermissionTagConfigurationApplied",
            "RowLevelPermissionTagConfiguration",
        ),
        (
            "ColumnLevelPermissionRulesApplied",
            "ColumnLevelPermissionRules",
        ),
    ] {
        let applied = found.body.get(from).is_some_and(|v| !v.is_null());
        members.insert(name.into(), applied.into());
    }
    Value::Object(members)
}

async fn update(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let scope = request.scope.clone();
    let id = request.take_text("DataSetId");
    let (mut found, version) = Asset::get(&service.store, &DATA_SET, &scope, &id).await?;
    found.name = request.take_text("Name");
    found.updated_ms = service.clock.now_ms();
    let refresh = found.body.shift_remove("DataSetRefreshProperties");
    found.body = request.rest();
    if let Some(refresh) = refresh {
        found
            .body
            .insert("DataSetRefreshProperties".into(), refresh);
    }
    dataset::fill_columns(&service, &scope, &mut found).await?;
    dataset::check(&service, &scope, &found).await?;
    let mut batch = Batch::new();
    found.put(&mut batch, &DATA_SET, &scope, Expect::Version(version))?;
    publish(&service, &mut batch, &scope, &found, "Updated");
    asset::commit_change(&service.store, batch).await?;
    service.answers.forget(&scope, &id);
    let mut members = json!({"Arn": found.arn, "DataSetId": id});
    if DataSet::of(&found).is_spice() {
        add_ingestion(&service, &scope, &found, RequestType::Edit, &mut members).await?;
    }
    Ok(members)
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DataSetId");
    let found = folders::remove(&service, &request.scope, &DATA_SET, id).await?;
    spice::forget(&service, &request.scope, id).await?;
    Ok(json!({"Arn": found.arn, "DataSetId": id}))
}

async fn put_refresh(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let properties = request.take("DataSetRefreshProperties").unwrap_or_default();
    let id = request.take_text("DataSetId");
    set_refresh(&service, &request.scope, &id, Some(properties)).await?;
    Ok(json!({}))
}

async fn delete_refresh(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DataSetId");
    set_refresh(&service, &request.scope, id, None).await?;
    Ok(json!({}))
}

async fn set_refresh(
    service: &QuickSight,
    scope: &Scope,
    id: &str,
    properties: Option<Value>,
) -> Result<(), ApiError> {
    let (mut found, version) = Asset::get(&service.store, &DATA_SET, scope, id).await?;
    match properties {
        Some(properties) => {
            let columns = dataset::columns(service, scope, &found).await?;
            spice::check_window(&properties, &columns)?;
            found
                .body
                .insert("DataSetRefreshProperties".into(), properties);
        }
        None => {
            let former = found.body.shift_remove("DataSetRefreshProperties");
            former.ok_or_else(|| crate::error::missing(DATA_SET.resource_type, NO_REFRESH))?;
        }
    }
    let mut batch = Batch::new();
    found.put(&mut batch, &DATA_SET, scope, Expect::Version(version))?;
    asset::commit_change(&service.store, batch).await
}

const NO_REFRESH: &str = "Dataset refresh properties are not found";

async fn describe_refresh(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DataSetId");
    let (found, _) = Asset::get(&service.store, &DATA_SET, &request.scope, id).await?;
    let properties = found.body.get("DataSetRefreshProperties");
    let properties =
        properties.ok_or_else(|| crate::error::missing(DATA_SET.resource_type, NO_REFRESH))?;
    Ok(json!({"DataSetRefreshProperties": properties}))
}
