//! The record of what each rule and schedule fired, when, and why not.

mod history;

pub(crate) use history::History;
use serde::{Deserialize, Serialize};

/// What became of an event, or of an occurrence of a schedule, at one target of a rule or schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The format's version.
    #[serde(default = "first_version")]
    pub v: u32,
    /// Grows by one with each firing; what was backfilled is counted by itself.
    pub number: u64,
    pub at_ms: i64,
    pub event_id: String,
    pub source: String,
    pub detail_type: String,
    /// The occurrence, where a schedule fired.
    pub due_ms: Option<i64>,
    /// The backfill that ran the occurrence; absent where it fired by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<String>,
    pub target: Option<FiredTarget>,
    pub outcome: Outcome,
}

fn first_version() -> u32 {
    1
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiredTarget {
    pub id: String,
    pub arn: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Outcome {
    /// In the queue.
    Waiting,
    /// `result` names what came of it: an execution's ARN, a log stream, an event's id.
    Delivered {
        attempts: u32,
        result: String,
    },
    Retrying {
        attempts: u32,
        error: String,
        next_ms: i64,
    },
    Failed {
        attempts: u32,
        error: String,
    },
    /// Nothing was to be delivered.
    Skipped {
        reason: String,
    },
}

impl Outcome {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered { .. } => "delivered",
            Self::Retrying { .. } => "retrying",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }
}
