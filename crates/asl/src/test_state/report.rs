//! What TestState answers.

use std::sync::Arc;

use super::Bench;
use crate::{
    Definition, Failure, JournalEvent, Object, Value, interpreter::backoff_ms, model::State,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestStatus {
    Succeeded,
    Failed,
    Retriable,
    CaughtError,
}

impl TestStatus {
    /// Returns the status as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Retriable => "RETRIABLE",
            Self::CaughtError => "CAUGHT_ERROR",
        }
    }
}

/// The answer; what the inspection level hides is for the caller to leave out.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub status: TestStatus,
    /// JSON text.
    pub output: Option<String>,
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
    pub next_state: Option<Arc<str>>,
    /// `inspectionData` of DEBUG and TRACE under the API's names: texts of JSON, and numbers.
    pub inspection: Object,
}

/// What is known once the state is done.
pub(super) struct Told<'a> {
    pub(super) definition: &'a Definition,
    pub(super) bench: &'a Bench,
    pub(super) events: &'a [JournalEvent],
    pub(super) input_text: &'a str,
    pub(super) input: Value,
    pub(super) mock_text: Option<&'a str>,
    pub(super) variables: &'a Value,
}

impl Told<'_> {
    pub(super) fn report(&self) -> Report {
        let mut report = Report {
            status: TestStatus::Failed,
            output: None,
            error: None,
            cause: None,
            next_state: None,
            inspection: self.inspection(),
        };
        let failure = self.bench.failure();
        if let Some(failure) = &failure {
            report.error = failure.error.clone();
            report.cause = failure.cause.clone();
        }
        let mut retried = false;
        for event in self.events {
            match event {
                JournalEvent::StateExited { output, next, .. } => {
                    report.status = if failure.is_some() {
                        TestStatus::CaughtError
                    } else {
                        TestStatus::Succeeded
                    };
                    report.output = Some(match output {
                        Some(output) => self.shown(output),
                        None => self.input_text.to_owned(),
                    });
                    let next = next.and_then(|id| self.definition.machine.state(id));
                    report.next_state = next.map(|s| Arc::clone(&s.name));
                }
                JournalEvent::RetryScheduled { .. } => {
                    report.status = TestStatus::Retriable;
                    retried = true;
                }
                _ => {}
            }
        }
        if let (Some(failure), Some(state)) = (
            &failure,
            self.definition.machine.state(self.definition.start),
        ) {
            let details = self.error_details(failure, state, retried, report.status);
            if !details.is_empty() {
                report
                    .inspection
                    .insert("errorDetails".into(), Value::Object(Arc::new(details)));
            }
        }
        report
    }

    fn error_details(
        &self,
        failure: &Failure,
        state: &State,
        retried: bool,
        status: TestStatus,
    ) -> Object {
        let error = failure.error.as_deref().unwrap_or_default();
        let mut details = Object::new();
        let retrier = state
            .retry
            .iter()
            .enumerate()
            .find(|(_, r)| crate::interpreter::matches(&r.errors, error));
        if let Some((index, retrier)) = retrier {
            details.insert("retryIndex".into(), Value::from(index as i64));
            if retried {
                let delay = backoff_ms(retrier, self.bench.retries.unwrap_or_default());
                details.insert(
                    "retryBackoffIntervalSeconds".into(),
                    Value::from(delay / 1000),
                );
            }
        }
        if status == TestStatus::CaughtError
            && let Some(index) = state
                .catch
                .iter()
                .position(|c| crate::interpreter::matches(&c.errors, error))
        {
            details.insert("catchIndex".into(), Value::from(index as i64));
        }
        details
    }

    fn inspection(&self) -> Object {
        let mut data = Object::new();
        data.insert("input".into(), Value::from(self.input_text));
        for (stage, value) in self.bench.trace() {
            let shown = match stage {
                "maxConcurrency" | "toleratedFailureCount" | "toleratedFailurePercentage" => {
                    value.clone()
                }
                _ => Value::from(self.shown(&value)),
            };
            data.insert(stage.into(), shown);
        }
        if self.variables.as_object().is_some_and(|v| !v.is_empty()) {
            data.insert("variables".into(), Value::from(self.variables.to_text()));
        }
        data
    }

    /// What no field touched is shown as it was sent.
    fn shown(&self, value: &Value) -> String {
        if let Some(text) = self.mock_text
            && Value::parse(text).is_ok_and(|mock| mock == *value)
        {
            return text.to_owned();
        }
        if value.same(&self.input) {
            self.input_text.to_owned()
        } else {
            value.to_text()
        }
    }
}
