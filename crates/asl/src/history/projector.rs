//! From the journal to history events.

use std::{collections::BTreeMap, sync::Arc};

use super::{HistoryEvent, Numbering, details::Details};
use crate::{
    Definition, Failure, JournalEvent, ScopeId, StateId, TaskId, Value,
    catalog::{Integration, ResourceKind},
    event::TaskScheduled,
    model::{State, StateKind},
};

/// Turns journal events into history events one by one, for readers that follow a running execution.
#[derive(Clone, Debug)]
pub struct Projector {
    definition: Definition,
    numbering: Numbering,
    /// What flows in each scope and which state it is in.
    scopes: BTreeMap<ScopeId, Thread>,
    tasks: BTreeMap<TaskId, Integration>,
    region: Arc<str>,
}

#[derive(Clone, Debug, Default)]
struct Thread {
    flow: Value,
    state: Option<StateId>,
    /// The iteration's index and its Map's name.
    iteration: Option<(u32, Arc<str>)>,
}

type Told = (&'static str, Option<(&'static str, Value)>);

impl Projector {
    pub fn new(definition: &Definition) -> Self {
        Self {
            definition: definition.clone(),
            numbering: Numbering::default(),
            scopes: BTreeMap::new(),
            tasks: BTreeMap::new(),
            region: "".into(),
        }
    }

    /// Returns the history event of a journal event, if it has one. **Units**: the commit's epoch milliseconds.
    pub fn push(&mut self, at_ms: i64, event: &JournalEvent) -> Option<HistoryEvent> {
        let numbers = self.numbering.number(event);
        let told = self.tell(event);
        let ((id, previous_id), (kind, details)) = (numbers?, told?);
        Some(HistoryEvent {
            id,
            previous_id,
            kind,
            timestamp_ms: at_ms,
            details,
        })
    }

    fn tell(&mut self, event: &JournalEvent) -> Option<Told> {
        use JournalEvent as E;
        Some(match event {
            E::ExecutionStarted {
                context,
                input_text,
                ..
            } => {
                self.region = Arc::clone(&context.region);
                let flow = Value::parse(input_text).unwrap_or_default();
                self.scopes.insert(
                    ScopeId(0),
                    Thread {
                        flow,
                        ..Thread::default()
                    },
                );
                let details = Details::new()
                    .text_of("input", input_text)
                    .with("roleArn", Value::from(&*context.role_arn));
                (
                    "ExecutionStarted",
                    details.under("executionStartedEventDetails"),
                )
            }
            E::StateEntered { scope, state, .. } => return self.entered(*scope, *state),
            E::StateExited {
                scope,
                output,
                assigned,
                ..
            } => return self.exited(*scope, output.as_ref(), assigned),
            E::TaskScheduled(scheduled) => return self.scheduled(scheduled),
            E::TaskStarted {
                task, worker_name, ..
            } => return self.task_started(*task, worker_name.as_ref()),
            E::TaskStartFailed { task, failure, .. } => {
                return self.task_failed(*task, failure, Stage::Start);
            }
            E::TaskSubmitFailed { task, failure, .. } => {
                return self.task_failed(*task, failure, Stage::Submit);
            }
            E::TaskScheduleFailed { task, failure, .. } => {
                return self.task_failed(*task, failure, Stage::Schedule);
            }
            E::TaskFailed { task, failure, .. } => {
                return self.task_failed(*task, failure, Stage::Run);
            }
            E::TaskTimedOut { task, failure, .. } => {
                return self.task_failed(*task, failure, Stage::Time);
            }
            E::TaskSubmitted { task, output, .. } => {
                let integration = self.tasks.get(task)?;
                let details = Details::of(integration).text_of("output", &output.to_text());
                ("TaskSubmitted", details.under("taskSubmittedEventDetails"))
            }
            E::TaskSucceeded { task, output, .. } => return self.task_succeeded(*task, output),
            E::EvaluationFailed {
                scope,
                failure,
                location,
            } => {
                let state = self.state(*scope)?;
                let place = (!location.is_empty()).then(|| Value::String(Arc::clone(location)));
                let details = Details::failure(failure)
                    .maybe("location", place)
                    .with("state", Value::String(Arc::clone(&state.name)));
                (
                    "EvaluationFailed",
                    details.under("evaluationFailedEventDetails"),
                )
            }
            E::ParallelStarted {
                first_child,
                starts,
                input,
                ..
            } => {
                for i in 0..starts.len() as u32 {
                    let thread = Thread {
                        flow: input.clone(),
                        ..Thread::default()
                    };
                    self.scopes.insert(ScopeId(first_child.0 + i), thread);
                }
                ("ParallelStateStarted", None)
            }
            E::MapStarted { length, .. } => {
                let details = Details::new().with("length", Value::from(i64::from(*length)));
                (
                    "MapStateStarted",
                    details.under("mapStateStartedEventDetails"),
                )
            }
            E::IterationStarted {
                scope,
                child,
                input,
                item,
                ..
            } => {
                let name = Arc::clone(&self.state(*scope)?.name);
                let iteration = Some((item.index, name));
                self.scopes.insert(
                    *child,
                    Thread {
                        flow: input.clone(),
                        state: None,
                        iteration,
                    },
                );
                (
                    "MapIterationStarted",
                    self.iteration(*child, "mapIterationStartedEventDetails"),
                )
            }
            E::IterationSucceeded { child, .. } => (
                "MapIterationSucceeded",
                self.iteration(*child, "mapIterationSucceededEventDetails"),
            ),
            E::IterationFailed { child, .. } => (
                "MapIterationFailed",
                self.iteration(*child, "mapIterationFailedEventDetails"),
            ),
            E::IterationAborted { child, .. } => (
                "MapIterationAborted",
                self.iteration(*child, "mapIterationAbortedEventDetails"),
            ),
            E::ForkSucceeded { scope } => (
                self.fork(*scope, "MapStateSucceeded", "ParallelStateSucceeded")?,
                None,
            ),
            E::ForkFailed { scope, .. } => (
                self.fork(*scope, "MapStateFailed", "ParallelStateFailed")?,
                None,
            ),
            E::StateAborted { scope } => (aborted(self.state(*scope)?), None),
            E::MapRunStarted { arn, .. } => {
                let details = Details::new().with("mapRunArn", Value::String(Arc::clone(arn)));
                ("MapRunStarted", details.under("mapRunStartedEventDetails"))
            }
            E::MapRunRedriven {
                arn, redrive_count, ..
            } => {
                let details = Details::new()
                    .with("mapRunArn", Value::String(Arc::clone(arn)))
                    .with("redriveCount", Value::from(i64::from(*redrive_count)));
                (
                    "MapRunRedriven",
                    details.under("mapRunRedrivenEventDetails"),
                )
            }
            E::MapRunSucceeded { .. } => ("MapRunSucceeded", None),
            E::MapRunFailed { failure, .. } => (
                "MapRunFailed",
                Details::failure(failure).under("mapRunFailedEventDetails"),
            ),
            E::ExecutionSucceeded => {
                let text = self.flowing(ScopeId(0));
                (
                    "ExecutionSucceeded",
                    Details::new()
                        .text_of("output", &text)
                        .under("executionSucceededEventDetails"),
                )
            }
            E::ExecutionFailed { failure } => (
                "ExecutionFailed",
                Details::failure(failure).under("executionFailedEventDetails"),
            ),
            E::ExecutionTimedOut { failure } => (
                "ExecutionTimedOut",
                Details::failure(failure).under("executionTimedOutEventDetails"),
            ),
            E::ExecutionAborted { failure } => (
                "ExecutionAborted",
                Details::failure(failure).under("executionAbortedEventDetails"),
            ),
            E::ExecutionRedriven { redrive_count, .. } => {
                let details =
                    Details::new().with("redriveCount", Value::from(i64::from(*redrive_count)));
                (
                    "ExecutionRedriven",
                    details.under("executionRedrivenEventDetails"),
                )
            }
            E::WaitStarted { .. }
            | E::HeartbeatReceived { .. }
            | E::RetryScheduled { .. }
            | E::RetryStarted { .. }
            | E::BranchSucceeded { .. }
            | E::BranchFailed { .. }
            | E::BranchAborted { .. }
            | E::MapRunRequested { .. } => return None,
        })
    }

    fn state(&self, scope: ScopeId) -> Option<&State> {
        self.definition
            .machine
            .state(self.scopes.get(&scope)?.state?)
    }

    /// Returns the text of what flows in a scope: as it was sent while nothing touched it.
    fn flowing(&self, scope: ScopeId) -> String {
        if let Some(text) = self.numbering.verbatim(scope) {
            return text.to_string();
        }
        self.scopes
            .get(&scope)
            .map(|t| t.flow.to_text())
            .unwrap_or_default()
    }

    fn entered(&mut self, scope: ScopeId, state: StateId) -> Option<Told> {
        let text = self.flowing(scope);
        self.scopes.entry(scope).or_default().state = Some(state);
        let state = self.definition.machine.state(state)?;
        let details = Details::new()
            .text_of("input", &text)
            .with("name", Value::String(Arc::clone(&state.name)));
        Some((
            entered_type(&state.kind),
            details.under("stateEnteredEventDetails"),
        ))
    }

    fn exited(
        &mut self,
        scope: ScopeId,
        output: Option<&Value>,
        assigned: &[(Arc<str>, Value)],
    ) -> Option<Told> {
        if let Some(output) = output {
            self.scopes.entry(scope).or_default().flow = output.clone();
        }
        let text = self.flowing(scope);
        let state = self.state(scope)?;
        let mut details = Details::new()
            .with("name", Value::String(Arc::clone(&state.name)))
            .text_of("output", &text);
        if !assigned.is_empty() {
            let variables = Value::object(
                assigned
                    .iter()
                    .map(|(k, v)| (Arc::clone(k), Value::from(v.to_text()))),
            );
            details = details
                .with("assignedVariables", variables)
                .whole("assignedVariablesDetails");
        }
        Some((
            exited_type(&state.kind),
            details.under("stateExitedEventDetails"),
        ))
    }

    fn iteration(&self, child: ScopeId, member: &'static str) -> Option<(&'static str, Value)> {
        let (index, name) = self.scopes.get(&child)?.iteration.as_ref()?;
        let details = Details::new()
            .with("name", Value::String(Arc::clone(name)))
            .with("index", Value::from(i64::from(*index)));
        details.under(member)
    }

    fn fork(
        &self,
        scope: ScopeId,
        map: &'static str,
        parallel: &'static str,
    ) -> Option<&'static str> {
        Some(if matches!(self.state(scope)?.kind, StateKind::Map(_)) {
            map
        } else {
            parallel
        })
    }

    fn scheduled(&mut self, scheduled: &TaskScheduled) -> Option<Told> {
        let StateKind::Task(task) = &self.state(scheduled.scope)?.kind else {
            return None;
        };
        let integration = task.integration.clone();
        let text = scheduled.arguments.to_text();
        let times = |details: Details| {
            details
                .maybe("timeoutInSeconds", scheduled.timeout_s.map(Value::from))
                .maybe("heartbeatInSeconds", scheduled.heartbeat_s.map(Value::from))
        };
        let told: Told = match integration.kind {
            ResourceKind::Activity => {
                let details =
                    Details::new().with("resource", Value::String(Arc::clone(&task.resource)));
                let details = times(details.text_of("input", &text));
                (
                    "ActivityScheduled",
                    details.under("activityScheduledEventDetails"),
                )
            }
            ResourceKind::Lambda => {
                let details = Details::new()
                    .with("resource", Value::String(Arc::clone(&task.resource)))
                    .text_of("input", &text)
                    .maybe("timeoutInSeconds", scheduled.timeout_s.map(Value::from))
                    .maybe("taskCredentials", credentials(scheduled));
                (
                    "LambdaFunctionScheduled",
                    details.under("lambdaFunctionScheduledEventDetails"),
                )
            }
            _ => {
                let details = Details::of(&integration)
                    .with("region", Value::String(Arc::clone(&self.region)))
                    .with("parameters", Value::from(text));
                let details = times(details).maybe("taskCredentials", credentials(scheduled));
                ("TaskScheduled", details.under("taskScheduledEventDetails"))
            }
        };
        self.tasks.insert(scheduled.task, integration);
        Some(told)
    }

    fn task_started(&self, task: TaskId, worker_name: Option<&Arc<str>>) -> Option<Told> {
        let integration = self.tasks.get(&task)?;
        Some(match integration.kind {
            ResourceKind::Activity => {
                let name = worker_name.map(|n| Value::String(Arc::clone(n)));
                (
                    "ActivityStarted",
                    Details::new()
                        .maybe("workerName", name)
                        .under("activityStartedEventDetails"),
                )
            }
            ResourceKind::Lambda => ("LambdaFunctionStarted", None),
            _ => (
                "TaskStarted",
                Details::of(integration).under("taskStartedEventDetails"),
            ),
        })
    }

    fn task_succeeded(&self, task: TaskId, output: &Value) -> Option<Told> {
        let integration = self.tasks.get(&task)?;
        let text = output.to_text();
        let plain = Details::new().text_of("output", &text);
        Some(match integration.kind {
            ResourceKind::Activity => (
                "ActivitySucceeded",
                plain.under("activitySucceededEventDetails"),
            ),
            ResourceKind::Lambda => (
                "LambdaFunctionSucceeded",
                plain.under("lambdaFunctionSucceededEventDetails"),
            ),
            _ => {
                let details = Details::of(integration).text_of("output", &text);
                ("TaskSucceeded", details.under("taskSucceededEventDetails"))
            }
        })
    }

    fn task_failed(&self, task: TaskId, failure: &Failure, stage: Stage) -> Option<Told> {
        let integration = self.tasks.get(&task)?;
        let plain = Details::failure(failure);
        Some(match (integration.kind, stage) {
            (ResourceKind::Activity, Stage::Schedule | Stage::Start | Stage::Submit) => (
                "ActivityScheduleFailed",
                plain.under("activityScheduleFailedEventDetails"),
            ),
            (ResourceKind::Activity, Stage::Run) => {
                ("ActivityFailed", plain.under("activityFailedEventDetails"))
            }
            (ResourceKind::Activity, Stage::Time) => (
                "ActivityTimedOut",
                plain.under("activityTimedOutEventDetails"),
            ),
            (ResourceKind::Lambda, Stage::Schedule) => (
                "LambdaFunctionScheduleFailed",
                plain.under("lambdaFunctionScheduleFailedEventDetails"),
            ),
            (ResourceKind::Lambda, Stage::Start | Stage::Submit) => (
                "LambdaFunctionStartFailed",
                plain.under("lambdaFunctionStartFailedEventDetails"),
            ),
            (ResourceKind::Lambda, Stage::Run) => (
                "LambdaFunctionFailed",
                plain.under("lambdaFunctionFailedEventDetails"),
            ),
            (ResourceKind::Lambda, Stage::Time) => (
                "LambdaFunctionTimedOut",
                plain.under("lambdaFunctionTimedOutEventDetails"),
            ),
            (_, stage) => {
                let details = Details::of(integration).and(plain);
                match stage {
                    Stage::Start | Stage::Schedule => (
                        "TaskStartFailed",
                        details.under("taskStartFailedEventDetails"),
                    ),
                    Stage::Submit => (
                        "TaskSubmitFailed",
                        details.under("taskSubmitFailedEventDetails"),
                    ),
                    Stage::Run => ("TaskFailed", details.under("taskFailedEventDetails")),
                    Stage::Time => ("TaskTimedOut", details.under("taskTimedOutEventDetails")),
                }
            }
        })
    }
}

#[derive(Clone, Copy)]
enum Stage {
    Schedule,
    Start,
    Submit,
    Run,
    Time,
}

fn credentials(scheduled: &TaskScheduled) -> Option<Value> {
    let role = scheduled.credentials.as_ref()?.get("RoleArn")?;
    Some(Value::object([("roleArn", role.clone())]))
}

fn entered_type(kind: &StateKind) -> &'static str {
    match kind {
        StateKind::Pass(_) => "PassStateEntered",
        StateKind::Wait(_) => "WaitStateEntered",
        StateKind::Choice(_) => "ChoiceStateEntered",
        StateKind::Succeed => "SucceedStateEntered",
        StateKind::Fail(_) => "FailStateEntered",
        StateKind::Task(_) => "TaskStateEntered",
        StateKind::Parallel(_) => "ParallelStateEntered",
        StateKind::Map(_) => "MapStateEntered",
    }
}

fn exited_type(kind: &StateKind) -> &'static str {
    match kind {
        StateKind::Pass(_) | StateKind::Fail(_) => "PassStateExited",
        StateKind::Wait(_) => "WaitStateExited",
        StateKind::Choice(_) => "ChoiceStateExited",
        StateKind::Succeed => "SucceedStateExited",
        StateKind::Task(_) => "TaskStateExited",
        StateKind::Parallel(_) => "ParallelStateExited",
        StateKind::Map(_) => "MapStateExited",
    }
}

fn aborted(state: &State) -> &'static str {
    match &state.kind {
        StateKind::Wait(_) => "WaitStateAborted",
        StateKind::Parallel(_) => "ParallelStateAborted",
        StateKind::Map(_) => "MapStateAborted",
        _ => "TaskStateAborted",
    }
}

/// Returns the history of a whole journal: events with the epoch milliseconds of their commit.
pub fn project<'a>(
    definition: &Definition,
    journal: impl IntoIterator<Item = (i64, &'a JournalEvent)>,
) -> Vec<HistoryEvent> {
    let mut projector = Projector::new(definition);
    journal
        .into_iter()
        .filter_map(|(at, event)| projector.push(at, event))
        .collect()
}
