//! An error as an AWS API answers it.

use std::fmt;

use serde_json::{Map, Value};

/// A refusal or failure of an operation, in the service's own words.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The error's shape name: `ValidationException`, `StateMachineDoesNotExist`, …
    pub code: String,
    /// For the caller; AWS's own wording where people rely on it.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
    /// Further members of the error's shape, such as `reason`. Boxed, so that results stay small.
    pub fields: Box<Map<String, Value>>,
    /// For the log, never for the caller.
    pub source: Option<String>,
}

impl ApiError {
    /// Returns an error that the caller caused: status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status: 400,
            fields: Box::default(),
            source: None,
        }
    }

    /// Returns an error of ours: status 500; `source` goes to the log alone.
    pub fn internal(source: impl fmt::Display) -> Self {
        Self {
            code: "InternalServerException".into(),
            message: "An internal error occurred.".into(),
            status: 500,
            fields: Box::default(),
            source: Some(source.to_string()),
        }
    }

    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn with_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
