//! What a state under test is fitted with: its context object, and a trace of its data.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Refusal, TestRequest, object_of};
use crate::{Env, Failure, Value, interpreter::Extras, model::State, model::StateKind, time};

/// Given to an interpreter that runs one state alone.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) context: Value,
    /// Retries that the state has behind it.
    pub(crate) retries: Option<u32>,
    pub(crate) failed_iterations: u64,
    notes: Mutex<Notes>,
}

/// What is written down on the way.
#[derive(Debug, Default)]
struct Notes {
    /// Stages of the data, by their name in `inspectionData`.
    trace: Vec<(&'static str, Value)>,
    /// What went wrong last.
    failure: Option<Failure>,
    /// How many items the Map has.
    items: u64,
}

impl Bench {
    pub(super) fn new(
        request: &TestRequest,
        state: &State,
        input: &Value,
        env: &Env,
    ) -> Result<Self, Refusal> {
        let context = match &request.context {
            Some(text) => object_of(Some(text), "context")?,
            None => made_up(request, state, input, env),
        };
        Ok(Self {
            context,
            retries: request.retrier_retry_count,
            failed_iterations: request.map_iteration_failure_count.unwrap_or_default(),
            notes: Mutex::default(),
        })
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, stage: &'static str, value: &Value) {
        let trace = &mut self.notes().trace;
        trace.retain(|(name, _)| *name != stage);
        trace.push((stage, value.clone()));
    }

    pub(crate) fn failed(&self, failure: &Failure) {
        self.notes().failure = Some(failure.clone());
    }

    pub(crate) fn has_items(&self, count: u64) {
        self.notes().items = count;
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        self.notes().failure.clone()
    }

    pub(super) fn trace(&self) -> Vec<(&'static str, Value)> {
        self.notes().trace.clone()
    }

    /// Tells whether more iterations fail than the Map says that it tolerates.
    pub(crate) fn is_exceeded(&self) -> bool {
        let notes = self.notes();
        let failed = self.failed_iterations as f64;
        let noted = |name: &str| {
            notes
                .trace
                .iter()
                .find(|(n, _)| *n == name)
                .and_then(|(_, v)| v.as_f64())
        };
        noted("toleratedFailureCount").is_some_and(|most| failed > most)
            || noted("toleratedFailurePercentage")
                .is_some_and(|most| failed * 100.0 > most * notes.items as f64)
    }

    /// Returns the context object with what the moment adds.
    pub(crate) fn context_with(&self, extras: &Extras<'_>) -> Value {
        let Some(token) = extras.token.filter(|_| self.context.get("Task").is_none()) else {
            return self.context.clone();
        };
        let mut members = self.context.as_object().cloned().unwrap_or_default();
        members.insert(
            "Task".into(),
            Value::object([("Token", Value::from(token))]),
        );
        Value::Object(Arc::new(members))
    }
}

fn made_up(request: &TestRequest, state: &State, input: &Value, env: &Env) -> Value {
    let TestRequest {
        arn_prefix,
        machine_name,
        execution_name,
        ..
    } = request;
    let now = Value::from(time::iso(env.now_ms));
    let execution = Value::object([
        (
            "Id",
            Value::from(format!(
                "{arn_prefix}:express:{machine_name}:{execution_name}"
            )),
        ),
        ("Input", input.clone()),
        ("Name", Value::from(execution_name.as_str())),
        (
            "RoleArn",
            request.role_arn.as_deref().map_or(Value::Null, Value::from),
        ),
        ("StartTime", now.clone()),
    ]);
    let machine = Value::object([
        (
            "Id",
            Value::from(format!("{arn_prefix}:stateMachine:{machine_name}")),
        ),
        ("Name", Value::from(machine_name.as_str())),
    ]);
    let mut about_state = vec![("Name", Value::from("StateName")), ("EnteredTime", now)];
    if matches!(
        state.kind,
        StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_)
    ) {
        about_state.push((
            "RetryCount",
            Value::from(i64::from(request.retrier_retry_count.unwrap_or_default())),
        ));
    }
    Value::object([
        ("Execution", execution),
        ("StateMachine", machine),
        ("State", Value::object(about_state)),
    ])
}
