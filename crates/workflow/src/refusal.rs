//! What this service refuses, in AWS's words: the one place that maps what went wrong to error codes.

use aws::ApiError;
use store::StoreError;

use crate::arn::{ArnError, Resource, StatesArn};

pub(crate) fn store(error: StoreError) -> ApiError {
    match error {
        StoreError::Full => ApiError::new(
            "ServiceUnavailable",
            "The disk that holds the data is full.",
        )
        .with_status(503),
        other => ApiError::internal(other),
    }
}

pub(crate) fn invalid_arn(why: impl std::fmt::Display) -> ApiError {
    ApiError::new("InvalidArn", format!("Invalid Arn: '{why}'"))
}

pub(crate) fn wrong_kind(arn: &StatesArn) -> ApiError {
    invalid_arn(ArnError::Kind {
        kind: arn.kind().into(),
    })
}

/// Parses an ARN that must name a state machine (with or without a qualifier).
pub(crate) fn machine_arn(text: &str) -> Result<StatesArn, ApiError> {
    let arn = StatesArn::parse(text).map_err(invalid_arn)?;
    match arn.resource {
        Resource::Machine { .. } => Ok(arn),
        _ => Err(wrong_kind(&arn)),
    }
}

/// Parses an ARN that must name a Standard execution.
pub(crate) fn execution_arn(text: &str) -> Result<StatesArn, ApiError> {
    let arn = StatesArn::parse(text).map_err(invalid_arn)?;
    match arn.resource {
        Resource::Execution { .. } => Ok(arn),
        _ => Err(wrong_kind(&arn)),
    }
}

pub(crate) fn machine_does_not_exist(arn: &str) -> ApiError {
    ApiError::new(
        "StateMachineDoesNotExist",
        format!("State Machine Does Not Exist: '{arn}'"),
    )
}

pub(crate) fn machine_exists(arn: &str) -> ApiError {
    ApiError::new(
        "StateMachineAlreadyExists",
        format!("State Machine Already Exists: '{arn}'"),
    )
}

pub(crate) fn machine_deleting(arn: &str) -> ApiError {
    ApiError::new(
        "StateMachineDeleting",
        format!("State machine is being deleted: '{arn}'"),
    )
}

pub(crate) fn type_not_supported() -> ApiError {
    ApiError::new(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )
}

pub(crate) fn execution_does_not_exist(arn: &str) -> ApiError {
    ApiError::new(
        "ExecutionDoesNotExist",
        format!("Execution Does Not Exist: '{arn}'"),
    )
}

pub(crate) fn execution_exists(arn: &str) -> ApiError {
    ApiError::new(
        "ExecutionAlreadyExists",
        format!("Execution Already Exists: '{arn}'"),
    )
}

pub(crate) fn invalid_input(why: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        "InvalidExecutionInput",
        format!("Invalid State Machine Execution Input: '{why}'"),
    )
}

pub(crate) fn invalid_name(name: &str) -> ApiError {
    ApiError::new("InvalidName", format!("Invalid Name: '{name}'"))
}

pub(crate) fn invalid_token() -> ApiError {
    ApiError::new("InvalidToken", "Invalid Token: 'Invalid token'")
}

pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

/// An ARN of a distributed Map's own state machine, where only whole machines are known.
pub(crate) fn labelled() -> ApiError {
    validation("API does not support labelled ARNs")
        .with_field("reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS")
}

pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new("ConflictException", message)
}

/// One more than a state machine may have. The API reference gives this error the status 402.
pub(crate) fn quota_exceeded(what: &str, limit: usize, arn: &str) -> ApiError {
    ApiError::new(
        "ServiceQuotaExceededException",
        format!("The state machine already has the maximum number of {what}, {limit}: '{arn}'"),
    )
    .with_status(402)
}

pub(crate) fn resource_not_found(arn: &str) -> ApiError {
    ApiError::new("ResourceNotFound", format!("Resource not found: '{arn}'"))
        .with_field("resourceName", arn)
}

pub(crate) fn activity_does_not_exist(arn: &str) -> ApiError {
    ApiError::new(
        "ActivityDoesNotExist",
        format!("Activity Does Not Exist: '{arn}'"),
    )
}

pub(crate) fn task_timed_out() -> ApiError {
    ApiError::new(
        "TaskTimedOut",
        "Task Timed Out: 'Provided task does not exist anymore'",
    )
}
