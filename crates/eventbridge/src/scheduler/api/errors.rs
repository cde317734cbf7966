//! The one place that knows which code and words each refusal has.

use aws::ApiError;
use store::StoreError;

pub(crate) fn store(error: StoreError) -> ApiError {
    match error {
        StoreError::Conflict { .. } => {
            ApiError::new("ConflictException", "The resource is being changed.").with_status(409)
        }
        other => ApiError::internal(other),
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

fn missing(message: String) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}

pub(crate) fn no_schedule(name: &str) -> ApiError {
    missing(format!("Schedule {name} does not exist."))
}

pub(crate) fn no_group(name: &str) -> ApiError {
    missing(format!("Schedule group {name} does not exist."))
}

fn conflict(message: String) -> ApiError {
    ApiError::new("ConflictException", message).with_status(409)
}

pub(crate) fn schedule_exists(name: &str) -> ApiError {
    conflict(format!("Schedule {name} already exists."))
}

pub(crate) fn group_exists(name: &str) -> ApiError {
    conflict(format!("Schedule group {name} already exists."))
}
