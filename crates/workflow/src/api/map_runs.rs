//! Map runs.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Key, Scan};

use super::{Empty, seconds::Seconds};
use crate::{
    StepFunctions,
    arn::{self, Resource, StatesArn},
    map_run::{Counts, MapRun, MapStatus},
    paging, refusal, tables,
};

/// Returns the Map run that an ARN names.
pub(super) async fn find(service: &StepFunctions, text: &str) -> Result<MapRun, ApiError> {
    let arn = StatesArn::parse(text).map_err(refusal::invalid_arn)?;
    let Resource::MapRun { machine, id } = &arn.resource else {
        return Err(refusal::wrong_kind(&arn));
    };
    if let Some(live) = service.driver.live_map_run(text) {
        return Ok(live);
    }
    let key = tables::key(&[&arn.account, &arn.region, machine, id]);
    let found = service
        .store
        .get_json(tables::MAP_RUNS, &key)
        .await
        .map_err(refusal::store)?;
    found.ok_or_else(|| refusal::resource_not_found(text))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    map_run_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    map_run_arn: Arc<str>,
    execution_arn: Arc<str>,
    status: MapStatus,
    start_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Seconds>,
    max_concurrency: u64,
    tolerated_failure_percentage: f64,
    tolerated_failure_count: u64,
    item_counts: Counts,
    execution_counts: Counts,
    redrive_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Seconds>,
}

pub(crate) async fn describe(
    service: Arc<StepFunctions>,
    _: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let run = find(&service, &input.map_run_arn).await?;
    Ok(DescribeOutput {
        map_run_arn: run.arn,
        execution_arn: run.execution_arn,
        status: run.status,
        start_date: Seconds(run.start_ms),
        stop_date: run.stop_ms.map(Seconds),
        max_concurrency: run.max_concurrency,
        tolerated_failure_percentage: run.tolerated_failure_percentage,
        tolerated_failure_count: run.tolerated_failure_count,
        item_counts: run.items,
        execution_counts: run.executions,
        redrive_count: run.redrive_count,
        redrive_date: run.redrive_ms.map(Seconds),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateInput {
    map_run_arn: String,
    max_concurrency: Option<u64>,
    tolerated_failure_percentage: Option<f64>,
    tolerated_failure_count: Option<u64>,
}

pub(crate) async fn update(
    service: Arc<StepFunctions>,
    _: Context,
    input: UpdateInput,
) -> Result<Empty, ApiError> {
    let mut run = find(&service, &input.map_run_arn).await?;
    if run.status != MapStatus::Running {
        return Err(
            refusal::validation("Map Run cannot be updated because it has completed")
                .with_field("reason", "CANNOT_UPDATE_COMPLETED_MAP_RUN"),
        );
    }
    run.max_concurrency = input.max_concurrency.unwrap_or(run.max_concurrency);
    run.tolerated_failure_count = input
        .tolerated_failure_count
        .unwrap_or(run.tolerated_failure_count);
    run.tolerated_failure_percentage = input
        .tolerated_failure_percentage
        .unwrap_or(run.tolerated_failure_percentage);
    service
        .driver
        .update_map_run(&run)
        .await
        .map_err(refusal::store)?;
    Ok(Empty {})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    execution_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    map_runs: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    execution_arn: Arc<str>,
    map_run_arn: Arc<str>,
    state_machine_arn: String,
    start_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Seconds>,
}

pub(crate) async fn list(
    service: Arc<StepFunctions>,
    _: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let record = service.record(&input.execution_arn).await?;
    let home = &record.home;
    let size = paging::size(input.max_results);
    let prefix = Key::prefix(&[&home.account, &home.region, &home.machine, &home.name]);
    let after = paging::after(input.next_token.as_deref(), &prefix)?;
    let scan = Scan {
        prefix,
        after,
        limit: size + 1,
        reverse: false,
    };
    let found = service
        .store
        .scan(tables::MAP_RUNS_OF, &scan)
        .await
        .map_err(refusal::store)?;
    let (page, next_token) = paging::cut(found, size);
    let mut map_runs = Vec::with_capacity(page.len());
    for (key, _) in page {
        let parts = key.parts();
        let [.., machine, id] = parts.as_slice() else {
            continue;
        };
        let run_arn = format!(
            "arn:aws:states:{}:{}:mapRun:{machine}:{id}",
            home.region, home.account
        );
        let run = find(&service, &run_arn).await?;
        map_runs.push(Item {
            state_machine_arn: arn::machine(&home.region, &home.account, machine),
            execution_arn: run.execution_arn,
            map_run_arn: run.arn,
            start_date: Seconds(run.start_ms),
            stop_date: run.stop_ms.map(Seconds),
        });
    }
    Ok(ListOutput {
        map_runs,
        next_token,
    })
}
