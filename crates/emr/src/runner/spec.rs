//! What the server tells a runner, and what the runner tells the server.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::tree::Birth;

/// What to run. Kept as `spec.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    #[serde(default = "one")]
    pub v: u32,
    pub program: PathBuf,
    pub args: Vec<String>,
    /// The whole environment; nothing is inherited.
    pub env: BTreeMap<String, String>,
    pub dir: PathBuf,
    /// Lines for the head of the job's stderr.
    #[serde(default)]
    pub notes: Vec<String>,
    /// How long a cancelled job may take to end by itself.
    #[serde(default = "grace")]
    pub grace_ms: u64,
    /// Folders to remove when the job has ended.
    #[serde(default)]
    pub scratch: Vec<PathBuf>,
}

/// That an attempt was begun, and in which session its processes are. Kept as `started.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    #[serde(default = "one")]
    pub v: u32,
    /// The runner's process, which leads the session.
    pub runner: i32,
    #[serde(default)]
    pub birth: Birth,
    pub time_ms: i64,
}

/// How the job's process ended. Kept as `exit.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    #[serde(default = "one")]
    pub v: u32,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// It ended after it was told to.
    #[serde(default)]
    pub cancelled: bool,
    /// Why the process could not be started or watched.
    #[serde(default)]
    pub error: Option<String>,
    pub started_ms: i64,
    pub ended_ms: i64,
}

impl Exit {
    pub fn succeeded(&self) -> bool {
        self.code == Some(0) && !self.cancelled && self.error.is_none()
    }
}

fn one() -> u32 {
    1
}

/// Enough for a Spark driver to stop its context.
fn grace() -> u64 {
    5_000
}
