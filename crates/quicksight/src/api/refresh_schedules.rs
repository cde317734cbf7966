//! Refresh schedules.

use std::sync::Arc;

use aws::{ApiError, Operations, ids};
use serde_json::{Value, json};
use store::{Batch, Expect, StoreError};

use super::request::{Answer, Handlers, Request, created};
use crate::{
    QuickSight,
    asset::{self, Asset, DATA_SET},
    dataset::DataSet,
    error::{exists, invalid, missing},
    schedule::{SCHEDULES, Schedule, next},
};

/// A data set has at most this many schedules.
const SCHEDULES_MAX: usize = 5;

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateRefreshSchedule", create)
        .ask(service, "UpdateRefreshSchedule", update)
        .ask(service, "DescribeRefreshSchedule", describe)
        .ask(service, "DeleteRefreshSchedule", delete)
        .ask(service, "ListRefreshSchedules", list)
}

/// Reads a schedule, and finds its next time.
async fn read(service: &QuickSight, request: &Request) -> Result<Schedule, ApiError> {
    let data_set = request.text("DataSetId");
    let (asset, _) = Asset::get(&service.store, &DATA_SET, &request.scope, data_set).await?;
    let read = DataSet::of(&asset);
    if !read.is_spice() {
        return Err(invalid("Only a SPICE data set can have a refresh schedule"));
    }
    let mut given = request.input.get("Schedule").cloned().unwrap_or_default();
    let id = match given["ScheduleId"].as_str() {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => ids::uuid(),
    };
    if given["RefreshType"] == "INCREMENTAL_REFRESH" && read.refresh_window().is_none() {
        return Err(invalid(
            "Incremental refresh needs a lookback window: see PutDataSetRefreshProperties",
        ));
    }
    let now_ms = service.clock.now_ms();
    let next_ms = next(&given, now_ms);
    let next_ms = next_ms.ok_or_else(|| {
        invalid("ScheduleFrequency cannot be read: see RefreshOnDay, Timezone and TimeOfTheDay")
    })?;
    given["ScheduleId"] = id.clone().into();
    let mut made = Schedule {
        v: 1,
        id,
        data_set: data_set.to_owned(),
        given,
        next_ms,
    };
    made.given["Arn"] = made.arn(&request.scope).into();
    Ok(made)
}

fn shown(made: &Schedule, request: &Request) -> Value {
    json!({"ScheduleId": made.id, "Arn": made.arn(&request.scope)})
}

async fn create(service: Arc<QuickSight>, request: Request) -> Result<Answer, ApiError> {
    let made = read(&service, &request).await?;
    let scan = request.scope.scan(&[&made.data_set]);
    let held = service
        .store
        .scan(SCHEDULES, &scan)
        .await
        .map_err(ApiError::internal)?;
    if held.len() >= SCHEDULES_MAX {
        let message = format!("A data set can have at most {SCHEDULES_MAX} refresh schedules");
        return Err(ApiError::new("LimitExceededException", message).with_status(409));
    }
    let mut batch = Batch::new();
    made.put(&mut batch, &request.scope, Expect::Absent)?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => {
            return Err(exists(
                None,
                format!("Refresh schedule {} already exists", made.id),
            ));
        }
        other => other.map_err(ApiError::internal)?,
    }
    service.schedules.notify_one();
    Ok(created(shown(&made, &request)))
}

async fn update(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let made = read(&service, &request).await?;
    find(&service, &request, &made.id).await?;
    let mut batch = Batch::new();
    made.put(&mut batch, &request.scope, Expect::Present)?;
    asset::commit_change(&service.store, batch).await?;
    service.schedules.notify_one();
    Ok(shown(&made, &request))
}

async fn find(service: &QuickSight, request: &Request, id: &str) -> Result<Schedule, ApiError> {
    let data_set = request.text("DataSetId");
    Asset::get(&service.store, &DATA_SET, &request.scope, data_set).await?;
    let key = Schedule::key(&request.scope, data_set, id);
    let found = service
        .store
        .get_json(SCHEDULES, &key)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| missing(None, format!("Refresh schedule {id} is not found")))
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let found = find(&service, &request, request.text("ScheduleId")).await?;
    let members = json!({"RefreshSchedule": found.given, "Arn": found.arn(&request.scope)});
    Ok(members)
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let found = find(&service, &request, request.text("ScheduleId")).await?;
    let mut batch = Batch::new();
    Schedule::delete(&mut batch, &request.scope, &found.data_set, &found.id);
    asset::commit_change(&service.store, batch).await?;
    Ok(shown(&found, &request))
}

async fn list(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let data_set = request.text("DataSetId");
    Asset::get(&service.store, &DATA_SET, &request.scope, data_set).await?;
    let rows = service
        .store
        .scan_json::<Schedule>(SCHEDULES, &request.scope.scan(&[data_set]))
        .await
        .map_err(ApiError::internal)?;
    let all: Vec<Value> = rows.into_iter().map(|(_, s)| s.given).collect();
    Ok(json!({"RefreshSchedules": all}))
}
