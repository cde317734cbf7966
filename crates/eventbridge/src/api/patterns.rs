//! TestEventPattern.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::errors;
use crate::{
    EventBridge,
    pattern::{Facts, Pattern},
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TestEventPattern {
    event_pattern: String,
    event: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PatternTested {
    result: bool,
}

/// What AWS demands of the event given.
const REQUIRED: &[&str] = &[
    "id",
    "account",
    "source",
    "time",
    "region",
    "resources",
    "detail-type",
];

impl EventBridge {
    pub(super) async fn test_event_pattern(
        &self,
        _: &Context,
        input: TestEventPattern,
    ) -> Result<PatternTested, ApiError> {
        let pattern =
            Pattern::parse(&input.event_pattern).map_err(|error| errors::pattern(&error))?;
        let invalid = |reason: String| {
            errors::invalid(format!("Parameter Event is not valid. Reason: {reason}"))
        };
        let event: Value =
            serde_json::from_str(&input.event).map_err(|error| invalid(error.to_string()))?;
        if let Some(missing) = REQUIRED.iter().find(|name| event.get(**name).is_none()) {
            return Err(invalid(format!("{missing} is a required field.")));
        }
        Ok(PatternTested {
            result: pattern.matches(&Facts::of(&event)),
        })
    }
}
