//! The journal: our own compact record of what an execution decided. The truth; never shown to callers.
//!
//! Every event tells `evolve` all that it changes, without the definition. Enum order is part of the stored
//! format: new variants and fields go to the end.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Context, MapRunId, ScopeId, StateId, TaskId, TimerId, Value, catalog::ResourceKind};

/// How an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// Returns the status as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// A timer and when it is due (epoch milliseconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerSet {
    pub timer: TimerId,
    pub due_ms: i64,
}

/// A failure as it travels: names from the States Language or the service's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum JournalEvent {
    ExecutionStarted {
        context: Arc<Context>,
        /// The input exactly as it was sent.
        input_text: Arc<str>,
        start: StateId,
        timeout: Option<TimerSet>,
        at_ms: i64,
    },
    /// The input is what flows in the scope.
    StateEntered {
        scope: ScopeId,
        state: StateId,
        at_ms: i64,
    },
    StateExited {
        scope: ScopeId,
        /// Absent: the state's input, untouched.
        output: Option<Value>,
        /// In the order of their names.
        assigned: Vec<(Arc<str>, Value)>,
        /// Absent: the scope's last state.
        next: Option<StateId>,
    },
    /// A Wait state waits.
    WaitStarted {
        scope: ScopeId,
        timer: TimerSet,
    },
    TaskScheduled {
        scope: ScopeId,
        task: TaskId,
        kind: ResourceKind,
        arguments: Value,
        timeout_s: Option<i64>,
        heartbeat_s: Option<i64>,
        timer: Option<TimerSet>,
        heartbeat: Option<TimerSet>,
        credentials: Option<Value>,
        token: Option<Arc<str>>,
    },
    TaskStarted {
        task: TaskId,
        worker_name: Option<Arc<str>>,
        heartbeat: Option<TimerSet>,
    },
    TaskStartFailed {
        task: TaskId,
        failure: Failure,
    },
    TaskSubmitted {
        task: TaskId,
        output: Value,
    },
    TaskSubmitFailed {
        task: TaskId,
        failure: Failure,
    },
    TaskSucceeded {
        task: TaskId,
        output: Value,
    },
    TaskFailed {
        task: TaskId,
        failure: Failure,
    },
    TaskTimedOut {
        task: TaskId,
        failure: Failure,
    },
    TaskScheduleFailed {
        task: TaskId,
        failure: Failure,
    },
    /// A heartbeat moved the heartbeat timer.
    HeartbeatReceived {
        task: TaskId,
        heartbeat: TimerSet,
    },
    /// A field's expression failed.
    EvaluationFailed {
        scope: ScopeId,
        failure: Failure,
        location: Arc<str>,
    },
    /// An attempt failed and the state waits for the next one.
    RetryScheduled {
        scope: ScopeId,
        retrier: u32,
        timer: TimerSet,
    },
    /// The wait before the next attempt is over.
    RetryStarted {
        scope: ScopeId,
    },
    ParallelStarted {
        scope: ScopeId,
        first_child: ScopeId,
        starts: Vec<StateId>,
        input: Option<Value>,
    },
    MapStarted {
        scope: ScopeId,
        items: u32,
    },
    /// An iteration began; its scope is `child`.
    IterationStarted {
        scope: ScopeId,
        child: ScopeId,
        index: u32,
        start: StateId,
        input: Value,
        item: Option<Box<MapItem>>,
    },
    IterationSucceeded {
        child: ScopeId,
    },
    IterationFailed {
        child: ScopeId,
        failure: Failure,
    },
    IterationAborted {
        child: ScopeId,
    },
    BranchSucceeded {
        child: ScopeId,
    },
    BranchFailed {
        child: ScopeId,
        failure: Failure,
    },
    BranchAborted {
        child: ScopeId,
    },
    /// All branches or iterations succeeded.
    ForkSucceeded {
        scope: ScopeId,
    },
    /// The Parallel or Map state failed for good.
    ForkFailed {
        scope: ScopeId,
        failure: Failure,
    },
    /// A state was running when its execution or branch was given up.
    StateAborted {
        scope: ScopeId,
    },
    MapRunRequested {
        scope: ScopeId,
        map_run: MapRunId,
    },
    MapRunStarted {
        map_run: MapRunId,
        arn: Arc<str>,
    },
    MapRunSucceeded {
        map_run: MapRunId,
        output: Value,
    },
    MapRunFailed {
        map_run: MapRunId,
        failure: Failure,
    },
    ExecutionSucceeded {
        output: Option<Value>,
    },
    ExecutionFailed {
        failure: Failure,
    },
    ExecutionTimedOut {
        failure: Failure,
    },
    ExecutionAborted {
        failure: Failure,
    },
    ExecutionRedriven {
        redrive_count: u32,
        timeout: Option<TimerSet>,
        at_ms: i64,
    },
}

/// What an iteration of an inline Map knows of its item, for `$$.Map.Item`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapItem {
    pub index: u32,
    pub value: Value,
    /// The member's name, when the items are an object.
    pub key: Option<Arc<str>>,
}
