//! What is wrong with a definition, in AWS's words.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    Error,
    Warning,
}

/// One finding of the validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// For example `SCHEMA_VALIDATION_FAILED`, `INVALID_JSON_DESCRIPTION`, `MISSING_TRANSITION_TARGET`.
    pub code: String,
    pub message: String,
    /// A JSON pointer into the definition; for text that is not JSON, the parser's own location; absent where
    /// AWS gives none.
    pub location: Option<String>,
}

impl Diagnostic {
    pub fn error(code: &str, message: impl Into<String>, location: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.to_owned(),
            message: message.into(),
            location: Some(location.into()),
        }
    }

    /// Returns the text of this finding as CreateStateMachine has it: `CODE: message at location`.
    pub fn sentence(&self) -> String {
        match &self.location {
            Some(at) if self.code != "INVALID_JSON_DESCRIPTION" => {
                format!("{}: {} at {at}", self.code, self.message)
            }
            _ => format!("{}: {}", self.code, self.message),
        }
    }
}

/// Returns the message of the `InvalidDefinition` error of CreateStateMachine, UpdateStateMachine and TestState.
pub fn invalid_definition(diagnostics: &[Diagnostic]) -> String {
    let found: Vec<_> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(Diagnostic::sentence)
        .collect();
    format!("Invalid State Machine Definition: '{}'", found.join(", "))
}
