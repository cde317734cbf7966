//! The operations, a file per resource. Only here are wire shapes known.

pub(crate) mod job_runs;
pub(crate) mod job_templates;
mod page;
pub(crate) mod tags;
mod tokens;
pub(crate) mod virtual_clusters;

use aws::ApiError;
use store::StoreError;

/// Returns a timestamp as Calls carry it: epoch seconds with a fraction of milliseconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds fit a double until the year 287396"
)]
pub(crate) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// Returns the milliseconds of a timestamp in a Call.
#[expect(clippy::cast_possible_truncation, reason = "a cast to i64 saturates")]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

/// What the store could not do is ours to answer for.
fn internal(error: StoreError) -> ApiError {
    match error {
        StoreError::Full => {
            let mut answer = ApiError::internal(error);
            answer.message = "The data folder has no space left.".into();
            answer
        }
        other => ApiError::internal(other),
    }
}
