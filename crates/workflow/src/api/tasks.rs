//! What workers tell of their tasks, by token.

use std::sync::Arc;

use asl::{TaskId, Trigger, Value};
use aws::{ApiError, Context};
use serde::Deserialize;

use super::Empty;
use crate::{
    StepFunctions,
    driver::{Delivered, Extra, row::TokenRow},
    refusal, tables,
};

/// Brings a task's owner what its worker says.
async fn tell(
    service: &StepFunctions,
    token: &str,
    trigger: impl FnOnce(TaskId) -> Result<Trigger, ApiError>,
) -> Result<Empty, ApiError> {
    let key = tables::key(&[token]);
    let found = service
        .store
        .get_json::<TokenRow>(tables::TOKENS, &key)
        .await
        .map_err(refusal::store)?;
    let row = found.ok_or_else(refusal::invalid_token)?;
    let trigger = trigger(TaskId(row.task))?;
    let driver = Arc::clone(&service.driver);
    let told = aws::whole(async move { driver.deliver(row.stream, trigger, Extra::None).await });
    match told.await.map_err(refusal::store)? {
        Delivered::Changed => Ok(Empty {}),
        Delivered::Unchanged | Delivered::Gone => Err(refusal::task_timed_out()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuccessInput {
    task_token: String,
    output: String,
}

pub(crate) async fn success(
    service: Arc<StepFunctions>,
    _: Context,
    input: SuccessInput,
) -> Result<Empty, ApiError> {
    tell(&service, &input.task_token, |task| {
        let output = Value::parse(&input.output)
            .map_err(|why| ApiError::new("InvalidOutput", format!("Invalid Output: '{why}'")))?;
        Ok(Trigger::TaskSucceeded { task, output })
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FailureInput {
    task_token: String,
    error: Option<Arc<str>>,
    cause: Option<Arc<str>>,
}

pub(crate) async fn failure(
    service: Arc<StepFunctions>,
    _: Context,
    input: FailureInput,
) -> Result<Empty, ApiError> {
    let FailureInput {
        task_token,
        error,
        cause,
    } = input;
    tell(&service, &task_token, |task| {
        Ok(Trigger::TaskFailed { task, error, cause })
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeartbeatInput {
    task_token: String,
}

pub(crate) async fn heartbeat(
    service: Arc<StepFunctions>,
    _: Context,
    input: HeartbeatInput,
) -> Result<Empty, ApiError> {
    let told = tell(&service, &input.task_token, |task| {
        Ok(Trigger::Heartbeat { task })
    });
    match told.await {
        // A task without HeartbeatSeconds has no timer to move; it is fine all the same.
        Err(error) if error.code == "TaskTimedOut" => {
            still_awaited(&service, &input.task_token, error).await
        }
        other => other,
    }
}

async fn still_awaited(
    service: &StepFunctions,
    token: &str,
    error: ApiError,
) -> Result<Empty, ApiError> {
    let row = service
        .store
        .get_json::<TokenRow>(tables::TOKENS, &tables::key(&[token]))
        .await
        .map_err(refusal::store)?;
    let Some(row) = row else { return Err(error) };
    let key = tables::key(&[&tables::stream(row.stream), &format!("{:x}", row.task)]);
    match service
        .store
        .get(tables::TASKS, &key)
        .await
        .map_err(refusal::store)?
    {
        Some(_) => Ok(Empty {}),
        None => Err(error),
    }
}
