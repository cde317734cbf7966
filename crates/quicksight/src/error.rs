//! Refusals in QuickSight's codes. The door gives each the status of the API's model.

use aws::ApiError;

use crate::asset::Kind;

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValueException", message)
}

pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new("ConflictException", message).with_status(409)
}

pub(crate) fn not_found(kind: &Kind, id: &str) -> ApiError {
    missing(
        kind.resource_type,
        format!("{} {id} is not found", kind.noun),
    )
}

/// Returns a refusal about something that is no asset: a user, an ingestion.
pub(crate) fn missing(resource_type: Option<&str>, message: impl Into<String>) -> ApiError {
    let error = ApiError::new("ResourceNotFoundException", message).with_status(404);
    match resource_type {
        Some(name) => error.with_field("ResourceType", name),
        None => error,
    }
}

pub(crate) fn exists(resource_type: Option<&str>, message: impl Into<String>) -> ApiError {
    let error = ApiError::new("ResourceExistsException", message).with_status(409);
    match resource_type {
        Some(name) => error.with_field("ResourceType", name),
        None => error,
    }
}
