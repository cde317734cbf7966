//! Why a state failed, on its way to Retry, Catch or the end of the execution.

use std::sync::Arc;

use crate::{Failure, query::Misread};

pub(crate) const RUNTIME: &str = "States.Runtime";
pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";

#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) error: Option<Arc<str>>,
    pub(crate) cause: Option<String>,
    /// The field whose expression failed: there is an `EvaluationFailed` event.
    pub(crate) location: Option<String>,
    /// The cause is told with the state's name and event id in front.
    pub(crate) prefixed: bool,
    /// Nothing named `States.ALL` or above the state can catch it; the execution ends at once.
    pub(crate) fatal: bool,
}

impl Trouble {
    /// An error of the definition or its data: `States.Runtime`.
    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self {
            error: Some(RUNTIME.into()),
            cause: Some(message.into()),
            location: None,
            prefixed: true,
            fatal: true,
        }
    }

    pub(crate) fn named(error: &str, message: impl Into<String>) -> Self {
        Self {
            error: Some(error.into()),
            fatal: false,
            ..Self::runtime(message)
        }
    }

    pub(crate) fn data_limit(name: &str) -> Self {
        Self {
            error: Some(DATA_LIMIT_EXCEEDED.into()),
            prefixed: false,
            ..Self::runtime(format!(
                "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
            ))
        }
    }

    pub(crate) fn failure(&self) -> Failure {
        Failure {
            error: self.error.clone(),
            cause: self.cause.as_deref().map(Into::into),
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self {
            error: failure.error,
            cause: failure.cause.map(|c| c.to_string()),
            location: None,
            prefixed: false,
            fatal: false,
        }
    }
}

impl From<Misread> for Trouble {
    fn from(misread: Misread) -> Self {
        let message = misread.message();
        match misread {
            Misread::Path { .. } => Self::runtime(message),
            Misread::Intrinsic { .. } => Self::named("States.IntrinsicFailure", message),
            Misread::Jsonata { location, .. } => Self {
                location: Some(location),
                ..Self::named("States.QueryEvaluationError", message)
            },
        }
    }
}
