//! A thread of an execution and where it stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{MapItem, MapRunId, ScopeId, StateId, TaskId, TimerId, Value};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) parent: Option<ScopeId>,
    /// Which branch or iteration of its fork.
    pub(crate) index: u32,
    pub(crate) variables: Arc<BTreeMap<Arc<str>, Value>>,
    /// The last state's output, the next one's input.
    pub(crate) flow: Value,
    pub(crate) place: Place,
    pub(crate) item: Option<Box<MapItem>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Place {
    /// The state is to be entered at once.
    Due(StateId),
    In(Position),
    /// The last state was left.
    Done,
}

/// A state that was entered and not yet left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) state: StateId,
    pub(crate) entered_ms: i64,
    /// The history id of its `…StateEntered`, which causes name.
    pub(crate) entered_id: u64,
    /// Retries so far by retrier.
    pub(crate) retries: Vec<u32>,
    pub(crate) phase: Phase,
}

impl Position {
    pub(crate) fn retry_count(&self) -> u32 {
        self.retries.iter().sum()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Phase {
    Entered,
    Waiting(TimerId),
    Task(TaskId),
    Retrying(TimerId),
    /// The next attempt is to begin at once.
    RetryDue,
    Fork(Box<Fork>),
    MapRun(MapRunId),
}

/// A Parallel or an inline Map at work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fork {
    pub(crate) running: BTreeSet<ScopeId>,
    /// By branch or item.
    pub(crate) results: Vec<Option<Value>>,
    /// Iterations begun so far.
    pub(crate) started: u32,
    /// Branches or iterations that succeeded.
    pub(crate) succeeded: u32,
    /// A Map's items.
    pub(crate) items: Option<Value>,
    /// The Map's effective input, for its ItemSelector.
    pub(crate) input: Value,
    /// 0: no limit.
    pub(crate) max_concurrency: u32,
}
