//! How long a group's events stay.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::Deserialize;

use super::{Nothing, groups};
use crate::{Logs, error};

/// The only numbers of days that CloudWatch Logs takes.
const DAYS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PutInput {
    log_group_name: String,
    retention_in_days: i64,
}

pub(crate) async fn put(
    logs: Arc<Logs>,
    context: Context,
    input: PutInput,
) -> Result<Nothing, ApiError> {
    if !DAYS.contains(&input.retention_in_days) {
        let valid = DAYS.map(|days| days.to_string()).join(", ");
        return Err(error::invalid(format!(
            "1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy constraint: \
             Member must satisfy enum value set: [{valid}]",
            input.retention_in_days
        )));
    }
    let days = Some(input.retention_in_days);
    groups::change(&logs, &context, &input.log_group_name, |group| {
        group.retention_days = days
    })
    .await?;
    logs.swept.notify_one();
    Ok(Nothing {})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteInput {
    log_group_name: String,
}

pub(crate) async fn delete(
    logs: Arc<Logs>,
    context: Context,
    input: DeleteInput,
) -> Result<Nothing, ApiError> {
    groups::change(&logs, &context, &input.log_group_name, |group| {
        group.retention_days = None
    })
    .await?;
    Ok(Nothing {})
}
