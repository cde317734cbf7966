//! ValidateStateMachineDefinition.

use std::sync::Arc;

use asl::{Definition, Diagnostic, Severity};
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use crate::{StepFunctions, machine::Kind};

/// How many findings are told when the caller does not say.
const DEFAULT_RESULTS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidateInput {
    definition: String,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    severity: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
pub(crate) struct ValidateOutput {
    result: &'static str,
    diagnostics: Vec<Finding>,
    truncated: bool,
}

#[derive(Serialize)]
struct Finding {
    severity: Severity,
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

impl From<Diagnostic> for Finding {
    fn from(found: Diagnostic) -> Self {
        Self {
            severity: found.severity,
            code: found.code,
            message: found.message,
            location: found.location,
        }
    }
}

pub(crate) async fn validate(
    _: Arc<StepFunctions>,
    _: Context,
    input: ValidateInput,
) -> Result<ValidateOutput, ApiError> {
    let parsed = Definition::check(
        &input.definition,
        input.kind.unwrap_or(Kind::Standard).into(),
    );
    let mut found = parsed.definition.err().unwrap_or_default();
    let result = if found.is_empty() { "OK" } else { "FAIL" };
    if input.severity.as_deref() == Some("WARNING") {
        found.extend(parsed.warnings);
    }
    let asked = input
        .max_results
        .and_then(|n| usize::try_from(n).ok())
        .filter(|n| *n > 0);
    let limit = asked.unwrap_or(DEFAULT_RESULTS);
    let truncated = found.len() > limit;
    found.truncate(limit);
    Ok(ValidateOutput {
        result,
        diagnostics: found.into_iter().map(Finding::from).collect(),
        truncated,
    })
}
