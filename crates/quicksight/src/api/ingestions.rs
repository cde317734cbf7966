//! Ingestions.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};

use super::{
    list::Page,
    request::{Answer, Handlers, Request, created, time},
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset::DataSet,
    error::{invalid, missing},
    spice::{self, Ingestion, RequestType},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateIngestion", create)
        .ask(service, "DescribeIngestion", describe)
        .ask(service, "ListIngestions", list)
        .ask(service, "CancelIngestion", cancel)
}

async fn create(service: Arc<QuickSight>, request: Request) -> Result<Answer, ApiError> {
    let (found, _) = Asset::get(
        &service.store,
        &DATA_SET,
        &request.scope,
        request.text("DataSetId"),
    )
    .await?;
    let data_set = DataSet::of(&found);
    if !data_set.is_spice() {
        return Err(invalid(
            "Ingestion can only be created for a SPICE data set",
        ));
    }
    let what = match request.text("IngestionType") {
        "INCREMENTAL_REFRESH" if data_set.refresh_window().is_none() => {
            return Err(invalid(
                "Incremental refresh needs a lookback window: see PutDataSetRefreshProperties",
            ));
        }
        "INCREMENTAL_REFRESH" => RequestType::Incremental,
        _ => RequestType::Full,
    };
    let id = request.text("IngestionId");
    let made = spice::request(
        &service,
        &request.scope,
        &found,
        id,
        what,
        spice::Source::Manual,
    )
    .await?;
    let members = json!({
        "Arn": made.arn(&request.scope), "IngestionId": made.id, "IngestionStatus": made.status.name(),
    });
    Ok(created(members))
}

fn shown(found: &Ingestion, scope: &Scope) -> Value {
    let mut members = json!({
        "Arn": found.arn(scope),
        "IngestionId": found.id,
        "IngestionStatus": found.status.name(),
        "CreatedTime": time(found.created_ms),
        "RequestSource": found.source.name(),
        "RequestType": found.request.name(),
    });
    if let Some(error) = &found.error {
        members["ErrorInfo"] = json!({"Type": error.kind, "Message": error.message});
    }
    if let Some(rows) = &found.rows {
        members["RowInfo"] = json!({
            "RowsIngested": rows.ingested, "RowsDropped": rows.dropped, "TotalRowsInDataset": rows.total,
        });
    }
    if let Some(bytes) = found.bytes {
        members["IngestionSizeInBytes"] = bytes.into();
    }
    if let Some(ended) = found.ended_ms {
        members["IngestionTimeInSeconds"] = ((ended - found.created_ms) / 1000).into();
    }
    members
}

async fn find(service: &QuickSight, request: &Request) -> Result<Ingestion, ApiError> {
    let (data_set, id) = (request.text("DataSetId"), request.text("IngestionId"));
    Asset::get(&service.store, &DATA_SET, &request.scope, data_set).await?;
    let found = Ingestion::find(&service.store, &request.scope, data_set, id).await?;
    found.ok_or_else(|| missing(Some("INGESTION"), format!("Ingestion {id} is not found")))
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let found = find(&service, &request).await?;
    Ok(json!({"Ingestion": shown(&found, &request.scope)}))
}

async fn list(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let data_set = request.text("DataSetId");
    Asset::get(&service.store, &DATA_SET, &request.scope, data_set).await?;
    let mut all = Ingestion::all(&service.store, &request.scope, data_set).await?;
    // The newest first.
    let key = |i: &Ingestion| format!("{:020}{}", i64::MAX - i.created_ms, i.id);
    all.sort_by_cached_key(key);
    let answer = Page::of(&request)?.answer("Ingestions", all, key, |i| shown(i, &request.scope));
    Ok(answer)
}

async fn cancel(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let found = find(&service, &request).await?;
    spice::cancel(&service, &request.scope, &found).await?;
    let members = json!({"Arn": found.arn(&request.scope), "IngestionId": found.id});
    Ok(members)
}
