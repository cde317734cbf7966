//! What stands in for the work of a Task, a Map or a Parallel.

use super::{Refusal, TaskOutcome, TestRequest, refuse};
use crate::{
    Value,
    model::{State, StateKind},
};

/// `mock` of the request.
#[derive(Clone, Debug, Default)]
pub struct Mock {
    /// JSON text.
    pub result: Option<String>,
    pub error: Option<MockError>,
}

/// `mock.errorOutput`.
#[derive(Clone, Debug, Default)]
pub struct MockError {
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// A mock, read.
pub(super) enum Mocked {
    Result(Value),
    Error(MockError),
}

impl Mock {
    pub(super) fn check_form(&self) -> Result<(), Refusal> {
        match (&self.result, &self.error) {
            (Some(_), Some(_)) => Err(refuse(
                "A test mock should have only one of the following fields: [result, errorOutput].",
            )),
            _ => Ok(()),
        }
    }
}

/// Reads the request's mock for its state.
pub(super) fn mocked(request: &TestRequest, state: &State) -> Result<Option<Mocked>, Refusal> {
    let Some(mock) = &request.mock else {
        return match &state.kind {
            StateKind::Parallel(_) | StateKind::Map(_) => Err(refuse(format!(
                "State type '{}' is not supported when a mock is not specified",
                state.kind.type_name()
            ))),
            _ => Ok(None),
        };
    };
    if !matches!(
        state.kind,
        StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_)
    ) {
        return Err(refuse(format!(
            "State type '{}' is not supported when a mock is specified",
            state.kind.type_name()
        )));
    }
    if let Some(error) = &mock.error {
        return Ok(Some(Mocked::Error(error.clone())));
    }
    let Some(text) = &mock.result else {
        return Ok(None);
    };
    let value = Value::parse(text).map_err(|_| refuse("Mocked result must be valid JSON"))?;
    let writes = matches!(&state.kind, StateKind::Map(map) if map.writer.is_some());
    match &state.kind {
        StateKind::Map(_) if writes && value.as_object().is_none() => {
            Err(refuse("Mocked result must be a JSON object."))
        }
        StateKind::Map(_) | StateKind::Parallel(_) if !writes && value.as_array().is_none() => {
            Err(refuse("Mocked result must be an array."))
        }
        _ => Ok(Some(Mocked::Result(value))),
    }
}

impl From<Mocked> for TaskOutcome {
    fn from(mocked: Mocked) -> Self {
        match mocked {
            Mocked::Result(value) => Self::Succeeded(value),
            Mocked::Error(error) => Self::Failed {
                error: error.error.as_deref().map(Into::into),
                cause: error.cause.as_deref().map(Into::into),
            },
        }
    }
}
