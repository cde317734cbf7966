//! A Map run as it is kept: the record that DescribeMapRun answers from, and what is still to be run.

use std::sync::Arc;

use asl::MapRunSpec;
use serde::{Deserialize, Serialize};
use store::Key;

use crate::{driver::Caller, execution::Home, tables};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MapStatus {
    Running,
    Succeeded,
    Failed,
    Aborted,
}

/// How many items, or child executions, stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub pending: u64,
    pub running: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub timed_out: u64,
    pub aborted: u64,
    pub total: u64,
    pub results_written: u64,
}

/// A Map run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MapRun {
    pub v: u32,
    pub arn: Arc<str>,
    /// `MACHINE/LABEL`.
    pub machine: Arc<str>,
    pub id: Arc<str>,
    pub account: Arc<str>,
    pub region: Arc<str>,
    pub execution_arn: Arc<str>,
    pub status: MapStatus,
    pub start_ms: i64,
    pub stop_ms: Option<i64>,
    pub max_concurrency: u64,
    pub tolerated_failure_percentage: f64,
    pub tolerated_failure_count: u64,
    pub items: Counts,
    pub executions: Counts,
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub redrive_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_ms: Option<i64>,
}

fn is_none_yet(redrive_count: &u32) -> bool {
    *redrive_count == 0
}

impl MapRun {
    pub(crate) fn key(&self) -> Key {
        tables::key(&[&self.account, &self.region, &self.machine, &self.id])
    }
}

/// A Map run that has not ended: what its manager goes by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenMapRun {
    pub v: u32,
    /// The execution that it is part of: its stream and the number there.
    pub stream: i64,
    pub number: u64,
    pub home: Home,
    pub caller: Caller,
    pub spec: MapRunSpec,
    /// It is to be stopped.
    pub cancelled: bool,
    /// When it was redriven last: children that ended before without success are redriven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redriven_ms: Option<i64>,
}
