//! The state of one execution, and how events change it.

mod evolve;
mod scope;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Context, Failure, MapRunId, ScopeId, Status, TaskId, TimerId, TimerSet, Value,
    history::Numbering,
};

pub use evolve::evolve;
pub(crate) use scope::{Fork, Phase, Place, Position, Scope};
pub(crate) use table::Table;

/// The state of one execution: what its journal adds up to.
///
/// Save it as it is when the execution is parked (`serde`); [`Execution::VERSION`] is kept with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    version: u32,
    pub(crate) context: Option<Arc<Context>>,
    pub(crate) input_text: Arc<str>,
    pub(crate) input: Value,
    pub(crate) status: Option<Status>,
    pub(crate) output: Option<Value>,
    pub(crate) failure: Failure,
    pub(crate) scopes: Table<Scope>,
    pub(crate) tasks: BTreeMap<TaskId, TaskState>,
    pub(crate) timers: BTreeMap<TimerId, TimerUse>,
    pub(crate) map_runs: BTreeMap<MapRunId, ScopeId>,
    pub(crate) deadline: Option<TimerSet>,
    pub(crate) counters: Counters,
    pub(crate) numbering: Numbering,
    /// Variables that the first scope begins with.
    pub(crate) given_variables: BTreeMap<Arc<str>, Value>,
}

/// The next number of each kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counters {
    pub(crate) scope: u32,
    pub(crate) task: u64,
    pub(crate) timer: u64,
    pub(crate) map_run: u64,
}

/// A task whose outcome is awaited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskState {
    pub(crate) scope: ScopeId,
    pub(crate) timer: Option<TimerId>,
    pub(crate) heartbeat: Option<TimerId>,
    pub(crate) heartbeat_ms: Option<i64>,
    pub(crate) token: Option<Arc<str>>,
}

/// What a timer that is set is for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum TimerUse {
    Deadline,
    Wait(ScopeId),
    Retry(ScopeId),
    TaskTimeout(TaskId),
    Heartbeat(TaskId),
}

impl Default for Execution {
    fn default() -> Self {
        Self::new()
    }
}

impl Execution {
    /// The version of the saved form.
    pub const VERSION: u32 = 1;

    /// Returns the state before the first event.
    pub fn new() -> Self {
        Self {
            version: Self::VERSION,
            context: None,
            input_text: "".into(),
            input: Value::Null,
            status: None,
            output: None,
            failure: Failure::default(),
            scopes: Table::default(),
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            map_runs: BTreeMap::new(),
            deadline: None,
            counters: Counters::default(),
            numbering: Numbering::default(),
            given_variables: BTreeMap::new(),
        }
    }

    /// Returns how it stands; `None` before it was started.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Tells whether it was started and has not ended.
    pub fn is_running(&self) -> bool {
        self.status == Some(Status::Running)
    }

    pub fn context(&self) -> Option<&Context> {
        self.context.as_deref()
    }

    /// Returns the input exactly as it was sent.
    pub fn input_text(&self) -> &str {
        &self.input_text
    }

    /// Returns the output once it succeeded.
    pub fn output(&self) -> Option<&Value> {
        self.output.as_ref()
    }

    /// Returns the output's text as the history shows it: an input that no state touched stays as it was sent.
    pub fn output_text(&self) -> Option<String> {
        let output = self.output.as_ref()?;
        Some(
            self.numbering
                .verbatim(ScopeId(0))
                .map_or_else(|| output.to_text(), |t| t.to_string()),
        )
    }

    /// Returns error and cause once it failed, timed out or was aborted.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Returns how many history events there are so far.
    pub fn history_length(&self) -> u64 {
        self.numbering.count()
    }

    /// Returns the token of a task that is awaited, if it has one.
    pub fn task_token(&self, task: TaskId) -> Option<&str> {
        self.tasks.get(&task)?.token.as_deref()
    }

    /// Returns the tasks whose outcome is awaited.
    pub fn pending_tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.tasks.keys().copied()
    }

    /// Returns the timers that are awaited.
    pub fn pending_timers(&self) -> impl Iterator<Item = TimerId> + '_ {
        self.timers.keys().copied()
    }

    /// Returns the Map runs whose outcome is awaited.
    pub fn pending_map_runs(&self) -> impl Iterator<Item = MapRunId> + '_ {
        self.map_runs.keys().copied()
    }

    /// TestState: the variables that the state under test sees.
    pub(crate) fn test_variables(&mut self, variables: &Value) {
        if let Some(members) = variables.as_object() {
            self.given_variables = members
                .iter()
                .map(|(k, v)| (Arc::clone(k), v.clone()))
                .collect();
        }
    }
}
