//! What goes into a decision and what comes out of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Context, JournalEvent, MapRunId, MapRunSpec, TaskId, TimerId, Value, catalog::Integration,
    event::Status,
};

/// What happened outside, for the interpreter to decide on.
///
/// A trigger that comes too late (its task is cancelled, its timer cleared, the execution over) changes nothing.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// The first trigger of every execution. An input that is not JSON is the caller's error: check it before.
    Start {
        context: Context,
        input_text: Arc<str>,
    },
    /// Carries on after [`Effect::Continue`].
    Continue,
    TimerFired {
        timer: TimerId,
    },
    /// The service was called, or a worker took the activity task (`worker_name`).
    TaskStarted {
        task: TaskId,
        worker_name: Option<Arc<str>>,
    },
    /// The call could not be begun (for example the credentials' role).
    TaskStartFailed {
        task: TaskId,
        error: Arc<str>,
        cause: Arc<str>,
    },
    /// `.sync` and `.waitForTaskToken`: the service accepted the request with this answer.
    TaskSubmitted {
        task: TaskId,
        output: Value,
    },
    /// `.sync` and `.waitForTaskToken`: the service refused the request.
    TaskSubmitFailed {
        task: TaskId,
        error: Arc<str>,
        cause: Option<Arc<str>>,
    },
    TaskSucceeded {
        task: TaskId,
        output: Value,
    },
    TaskFailed {
        task: TaskId,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// The driver itself found that the task ran out of time (timers asked for arrive as `TimerFired`).
    TaskTimedOut {
        task: TaskId,
        error: Arc<str>,
        cause: Option<Arc<str>>,
    },
    /// The activity or service integration does not exist (any more): the task could not be scheduled.
    TaskScheduleFailed {
        task: TaskId,
        error: Arc<str>,
        cause: Option<Arc<str>>,
    },
    Heartbeat {
        task: TaskId,
    },
    /// The Map run has an ARN and will start its children.
    MapRunStarted {
        map_run: MapRunId,
        arn: Arc<str>,
    },
    /// A Map run that had failed goes on with the children that did not succeed.
    MapRunRedriven {
        map_run: MapRunId,
        arn: Arc<str>,
        redrive_count: u32,
    },
    /// All children ended within the tolerated failures. `output`: the array of their outputs in order, or
    /// what the ResultWriter returned.
    MapRunSucceeded {
        map_run: MapRunId,
        output: Value,
    },
    MapRunFailed {
        map_run: MapRunId,
        error: Arc<str>,
        cause: Option<Arc<str>>,
    },
    /// StopExecution.
    Stop {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// RedriveExecution of an execution that failed, was aborted or timed out.
    Redrive,
}

/// What the driver is to do once the step's events are committed.
///
/// Carried out at least once: each names the task, timer or Map run it is about, which is its idempotency token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    ScheduleTask(ScheduleTask),
    SetTimer {
        timer: TimerId,
        due_ms: i64,
    },
    ClearTimer {
        timer: TimerId,
    },
    /// The task's outcome is no longer wanted: stop what `.sync` runs, forget the token.
    CancelTask {
        task: TaskId,
    },
    StartMapRun {
        map_run: MapRunId,
        spec: Box<MapRunSpec>,
    },
    CancelMapRun {
        map_run: MapRunId,
    },
    /// Redrive the children of a Map run that did not succeed.
    RedriveMapRun {
        map_run: MapRunId,
    },
    /// There is more to do at once: commit, then trigger [`Trigger::Continue`]. Keeps one step small.
    Continue,
    /// The execution is over.
    Finished {
        status: Status,
        output: Option<Value>,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
}

/// One attempt of a Task state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleTask {
    pub task: TaskId,
    /// The state's name, for messages.
    pub state: Arc<str>,
    pub integration: Integration,
    /// The Resource ARN as the definition has it.
    pub resource: Arc<str>,
    /// The effective Parameters or Arguments, or the effective input where there are none.
    pub arguments: Value,
    pub timeout_ms: Option<i64>,
    pub heartbeat_ms: Option<i64>,
    /// For `.waitForTaskToken` and activities.
    pub task_token: Option<Arc<str>>,
    /// The effective `Credentials` (`RoleArn`).
    pub credentials: Option<Value>,
}

/// Time and chance, given from outside so that a decision is a function of its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Env {
    /// Epoch milliseconds.
    pub now_ms: i64,
    /// Fresh for every step: the source of UUIDs, random numbers, jitter and task tokens.
    pub seed: u64,
}

/// What one trigger led to: the events to append, and the effects to carry out after that.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub events: Vec<JournalEvent>,
    pub effects: Vec<Effect>,
}
