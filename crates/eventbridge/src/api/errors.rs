//! The one place that knows which code and words each refusal has.

use aws::ApiError;
use store::StoreError;

use crate::rules::{BusRef, RuleRef};

pub(crate) fn store(error: StoreError) -> ApiError {
    match error {
        StoreError::Conflict { .. } => ApiError::new(
            "ConcurrentModificationException",
            "There was a concurrent modification of the resource.",
        ),
        StoreError::Full => ApiError {
            code: "InternalException".into(),
            message: "There is no space left to store this.".into(),
            ..ApiError::internal(error)
        },
        other => ApiError {
            code: "InternalException".into(),
            ..ApiError::internal(other)
        },
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

pub(crate) fn not_an_arn(text: &str) -> ApiError {
    invalid(format!(
        "Parameter {text} is not valid. Reason: Provided Arn is not in correct format."
    ))
}

fn missing(message: String) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

pub(crate) fn no_rule(rule: &RuleRef) -> ApiError {
    missing(format!(
        "Rule {} does not exist on EventBus {}.",
        rule.name, rule.bus.name
    ))
}

pub(crate) fn no_bus(bus: &BusRef) -> ApiError {
    missing(format!("Event bus {} does not exist.", bus.name))
}

pub(crate) fn no_statement() -> ApiError {
    missing("Statement with the provided id does not exist.".into())
}

pub(crate) fn no_policy() -> ApiError {
    missing("EventBus does not have a policy.".into())
}

pub(crate) fn bus_exists(bus: &BusRef) -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        format!("Event bus {} already exists.", bus.name),
    )
}

pub(crate) fn limit() -> ApiError {
    ApiError::new(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    )
}

pub(crate) fn pattern(error: &crate::pattern::PatternError) -> ApiError {
    ApiError::new(
        "InvalidEventPatternException",
        format!("Event pattern is not valid. Reason: {error}"),
    )
}

pub(crate) fn no_archive(name: &str) -> ApiError {
    missing(format!("Archive {name} does not exist."))
}

pub(crate) fn no_replay(name: &str) -> ApiError {
    missing(format!("Replay {name} does not exist."))
}

pub(crate) fn archive_exists(name: &str) -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        format!("Archive {name} already exists."),
    )
}

pub(crate) fn replay_exists(name: &str) -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        format!("Replay {name} already exists."),
    )
}

pub(crate) fn no_connection(name: &str) -> ApiError {
    missing(format!("Connection '{name}' does not exist."))
}

pub(crate) fn connection_exists(name: &str) -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        format!("Connection {name} already exists."),
    )
}

pub(crate) fn no_api_destination(name: &str) -> ApiError {
    missing(format!("An api-destination '{name}' does not exist."))
}

pub(crate) fn api_destination_exists(name: &str) -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        format!("An api-destination '{name}' already exists."),
    )
}

pub(crate) fn bad_parameter(name: &str, reason: &str) -> ApiError {
    invalid(format!("Parameter {name} is not valid. Reason: {reason}"))
}
