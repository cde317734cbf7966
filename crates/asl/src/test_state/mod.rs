//! TestState: one state alone, with what happened to its data on the way. Pure; a Task without a mock is left
//! for the caller to carry out.
//!
//! ```text
//! let test = Test::new(&request, &env)?;      // refusals
//! match test.task() {                         // a Task without a mock
//!     Some(task) => call it, then test.finish(TaskOutcome::…),
//!     None => test.report(),
//! }
//! ```

mod bench;
mod mock;
mod report;
mod shapes;

use std::sync::Arc;

pub(crate) use bench::Bench;
pub use mock::{Mock, MockError};
pub use report::{Report, TestStatus};
pub use shapes::{FieldValidationMode, Shape, ShapeMember, Shapes, check_result};

use crate::{
    Context, Definition, Effect, Env, Execution, JournalEvent, MachineKind, ScheduleTask, Trigger,
    Value,
    catalog::Pattern,
    interpreter::Run,
    invalid_definition,
    model::{State, StateKind},
    validate,
};
use report::Told;

/// What TestState was asked.
#[derive(Clone, Debug, Default)]
pub struct TestRequest {
    pub definition: String,
    /// The state to test, where the definition is a whole machine.
    pub state_name: Option<String>,
    /// JSON text; `{}` where absent.
    pub input: Option<String>,
    pub role_arn: Option<String>,
    pub mock: Option<Mock>,
    /// JSON text of a context object to use instead of one made up.
    pub context: Option<String>,
    /// JSON text of an object: variables in scope.
    pub variables: Option<String>,
    pub retrier_retry_count: Option<u32>,
    pub map_iteration_failure_count: Option<u64>,
    pub error_caused_by_state: Option<String>,
    pub map_item_reader_data: Option<String>,
    /// `arn:aws:states:us-east-1:000000000000` and names to make up ARNs with.
    pub arn_prefix: String,
    pub machine_name: String,
    pub execution_name: String,
    pub region: String,
}

/// Why TestState refuses to test.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// `ValidationException`, `InvalidDefinition` or `InvalidExecutionInput`.
    pub code: &'static str,
    pub message: String,
}

/// A state under test.
#[derive(Debug)]
pub struct Test {
    definition: Definition,
    execution: Execution,
    bench: Arc<Bench>,
    events: Vec<JournalEvent>,
    pending: Option<ScheduleTask>,
    input_text: Arc<str>,
    mock_text: Option<Arc<str>>,
    variables: Value,
    env: Env,
}

/// What a Task came to when it was really carried out.
#[derive(Clone, Debug)]
pub enum TaskOutcome {
    Succeeded(Value),
    Failed {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
}

fn refuse(message: impl Into<String>) -> Refusal {
    Refusal {
        code: "ValidationException",
        message: message.into(),
    }
}

impl Test {
    /// Checks the request and runs the state as far as it goes without a service.
    pub fn new(request: &TestRequest, env: &Env) -> Result<Self, Refusal> {
        if let Some(mock) = &request.mock {
            mock.check_form()?;
        }
        let definition = definition(request)?;
        let Some(state) = definition.machine.state(definition.start) else {
            return Err(refuse("State not found in definition"));
        };
        let mocked = mock::mocked(request, state)?;
        let input_text: Arc<str> = request.input.as_deref().unwrap_or("{}").into();
        let input = Value::parse(&input_text).map_err(|e| Refusal {
            code: "InvalidExecutionInput",
            message: format!("Invalid State Machine Execution Input: '{e}'"),
        })?;
        let variables = object_of(request.variables.as_deref(), "variables")?;
        let bench = Arc::new(Bench::new(request, state, &input, env)?);
        check_context(request, state, &bench.context)?;
        let mut test = Self {
            definition: definition.clone(),
            execution: Execution::new(),
            bench,
            events: Vec::new(),
            pending: None,
            input_text: Arc::clone(&input_text),
            mock_text: request
                .mock
                .as_ref()
                .and_then(|m| m.result.as_deref().map(Into::into)),
            variables,
            env: *env,
        };
        test.start(request);
        if let Some(mocked) = mocked {
            test.apply(mocked, state);
        }
        Ok(test)
    }

    fn start(&mut self, request: &TestRequest) {
        let context = Context {
            execution_arn: "".into(),
            execution_name: request.execution_name.as_str().into(),
            role_arn: request.role_arn.as_deref().unwrap_or_default().into(),
            start_time: crate::time::iso(self.env.now_ms).into(),
            redrive_count: 0,
            machine_arn: "".into(),
            machine_name: request.machine_name.as_str().into(),
            region: request.region.as_str().into(),
        };
        let input_text = Arc::clone(&self.input_text);
        self.execution.test_variables(&self.variables);
        self.step(Trigger::Start {
            context,
            input_text,
        });
    }

    fn step(&mut self, trigger: Trigger) {
        let definition = self.definition.clone();
        let mut run = Run::new(&definition, &mut self.execution, &self.env);
        run.bench = Some(Arc::clone(&self.bench));
        run.handle(trigger);
        run.drive();
        let step = run.step;
        for effect in step.effects {
            if let Effect::ScheduleTask(task) = effect {
                self.pending = Some(task);
            }
        }
        self.events.extend(step.events);
    }

    fn apply(&mut self, mocked: mock::Mocked, state: &State) {
        match (&state.kind, self.pending.take()) {
            (StateKind::Task(_), Some(task)) => self.finish_task(task, mocked.into()),
            (StateKind::Parallel(_) | StateKind::Map(_), _) if self.is_waiting() => {
                let definition = self.definition.clone();
                let mut run = Run::new(&definition, &mut self.execution, &self.env);
                run.bench = Some(Arc::clone(&self.bench));
                run.end_fork(mocked.into());
                self.events.extend(run.step.events);
            }
            _ => {}
        }
    }

    /// Nothing has gone wrong on the way in.
    fn is_waiting(&self) -> bool {
        matches!(
            self.events.last(),
            Some(
                JournalEvent::MapStarted { .. }
                    | JournalEvent::ParallelStarted { .. }
                    | JournalEvent::MapRunRequested { .. }
            )
        )
    }

    /// Returns the task that the caller is to carry out, for a Task state without a mock.
    pub fn task(&self) -> Option<&ScheduleTask> {
        self.pending.as_ref()
    }

    /// Takes the outcome of the task.
    pub fn finish(mut self, outcome: TaskOutcome) -> Report {
        if let Some(task) = self.pending.take() {
            self.finish_task(task, outcome);
        }
        self.report()
    }

    fn finish_task(&mut self, task: ScheduleTask, outcome: TaskOutcome) {
        let task = task.task;
        self.step(match outcome {
            TaskOutcome::Succeeded(output) => Trigger::TaskSucceeded { task, output },
            TaskOutcome::Failed { error, cause } => Trigger::TaskFailed { task, error, cause },
        });
    }

    /// Returns what came of the state.
    pub fn report(self) -> Report {
        let told = Told {
            definition: &self.definition,
            bench: &self.bench,
            events: &self.events,
            input_text: &self.input_text,
            input: self.execution.input.clone(),
            mock_text: self.mock_text.as_deref(),
            variables: &self.variables,
        };
        told.report()
    }
}

fn definition(request: &TestRequest) -> Result<Definition, Refusal> {
    let invalid = |found: Vec<crate::Diagnostic>| Refusal {
        code: "InvalidDefinition",
        message: invalid_definition(&found),
    };
    let Some(name) = &request.state_name else {
        return validate::lone_state(&request.definition, MachineKind::Standard)
            .definition
            .map_err(invalid);
    };
    let whole = Definition::parse(&request.definition, MachineKind::Standard).map_err(invalid)?;
    let found = whole.machine.states.iter().position(|s| *s.name == **name);
    let start = found
        .map(|i| crate::StateId(i as u32))
        .ok_or_else(|| refuse("State not found in definition"))?;
    Ok(Definition { start, ..whole })
}

fn object_of(text: Option<&str>, what: &str) -> Result<Value, Refusal> {
    let Some(text) = text else {
        return Ok(Value::empty_object());
    };
    match Value::parse(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        _ => Err(refuse(format!(
            "The provided {what} must be a valid JSON object"
        ))),
    }
}

fn check_context(request: &TestRequest, state: &State, context: &Value) -> Result<(), Refusal> {
    if request.context.is_none() {
        return Ok(());
    }
    let waits = match &state.kind {
        StateKind::Task(task) => task.integration.pattern != Pattern::RequestResponse,
        _ => false,
    };
    if context.get("Task").is_some() && !waits {
        return Err(refuse(
            "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
        ));
    }
    Ok(())
}
