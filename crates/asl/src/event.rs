//! The journal: our own compact record of what an execution decided. The truth; never shown to callers.
//!
//! Every event tells `evolve` all that it changes, without the definition. Enum order is part of the stored
//! format: new variants and fields go to the end.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Context, MapRunId, ScopeId, StateId, TaskId, TimerId, Value};

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

/// One thing that an execution decided or learned.
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
    TaskScheduled(Box<TaskScheduled>),
    TaskStarted {
        scope: ScopeId,
        task: TaskId,
        worker_name: Option<Arc<str>>,
        heartbeat: Option<TimerSet>,
    },
    TaskStartFailed {
        scope: ScopeId,
        task: TaskId,
        failure: Failure,
    },
    TaskSubmitted {
        scope: ScopeId,
        task: TaskId,
        output: Value,
    },
    TaskSubmitFailed {
        scope: ScopeId,
        task: TaskId,
        failure: Failure,
    },
    TaskSucceeded {
        scope: ScopeId,
        task: TaskId,
        output: Value,
    },
    TaskFailed {
        scope: ScopeId,
        task: TaskId,
        failure: Failure,
    },
    TaskTimedOut {
        scope: ScopeId,
        task: TaskId,
        failure: Failure,
    },
    TaskScheduleFailed {
        scope: ScopeId,
        task: TaskId,
        failure: Failure,
    },
    /// A heartbeat moved the heartbeat timer.
    HeartbeatReceived {
        scope: ScopeId,
        task: TaskId,
        heartbeat: TimerSet,
    },
    /// A field's expression failed. The location is empty where no field is at fault.
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
    /// Branch `i` is the scope `first_child + i`. The input is that of each branch.
    ParallelStarted {
        scope: ScopeId,
        first_child: ScopeId,
        starts: Vec<StateId>,
        input: Value,
    },
    /// `items` is absent for a distributed Map, whose items stay with the Map run.
    MapStarted {
        scope: ScopeId,
        length: u32,
        items: Option<Value>,
        input: Value,
        max_concurrency: u32,
    },
    /// An iteration began; its scope is `child`.
    IterationStarted {
        scope: ScopeId,
        child: ScopeId,
        start: StateId,
        input: Value,
        item: Box<MapItem>,
    },
    IterationSucceeded {
        scope: ScopeId,
        child: ScopeId,
    },
    IterationFailed {
        scope: ScopeId,
        child: ScopeId,
        failure: Failure,
    },
    IterationAborted {
        scope: ScopeId,
        child: ScopeId,
    },
    BranchSucceeded {
        scope: ScopeId,
        child: ScopeId,
    },
    BranchFailed {
        scope: ScopeId,
        child: ScopeId,
        failure: Failure,
    },
    BranchAborted {
        scope: ScopeId,
        child: ScopeId,
    },
    /// All branches or iterations succeeded, or the Map run did.
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
        scope: ScopeId,
        map_run: MapRunId,
        arn: Arc<str>,
    },
    MapRunSucceeded {
        scope: ScopeId,
        map_run: MapRunId,
        output: Value,
    },
    MapRunFailed {
        scope: ScopeId,
        map_run: MapRunId,
        failure: Failure,
    },
    ExecutionSucceeded,
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
    MapRunRedriven {
        scope: ScopeId,
        map_run: MapRunId,
        arn: Arc<str>,
        redrive_count: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskScheduled {
    pub scope: ScopeId,
    pub task: TaskId,
    pub arguments: Value,
    pub timeout_s: Option<i64>,
    pub heartbeat_s: Option<i64>,
    pub timer: Option<TimerSet>,
    pub heartbeat: Option<TimerSet>,
    pub credentials: Option<Value>,
    pub token: Option<Arc<str>>,
}

/// What an iteration of an inline Map knows of its item, for `$$.Map.Item`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapItem {
    pub index: u32,
    pub value: Value,
    /// The member's name, when the items are an object.
    pub key: Option<Arc<str>>,
}
