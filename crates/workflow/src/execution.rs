//! An execution as it is kept beside its journal: what DescribeExecution and ListExecutions answer from.

use std::sync::Arc;

use asl::Status;
use serde::{Deserialize, Serialize};
use store::Key;

use crate::{arn, tables};

fn v1() -> u32 {
    1
}

/// Where an execution belongs; never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    pub account: Arc<str>,
    pub region: Arc<str>,
    /// The state machine's name; `NAME/LABEL` for a Map run's child.
    pub machine: Arc<str>,
    /// Tells the state machine from an earlier one of the same name.
    pub machine_id: Arc<str>,
    pub name: Arc<str>,
    /// The ordinal of the revision that it runs.
    pub revision: u32,
    /// Set when it was started by a version's or an alias' ARN.
    #[serde(default)]
    pub version: Option<u32>,
    #[serde(default)]
    pub alias: Option<Arc<str>>,
    /// A Map run's child: the Map run's ARN and the Map state whose item processor it runs.
    #[serde(default)]
    pub map: Option<MapHome>,
}

/// What ties a child execution to its Map run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapHome {
    pub arn: Arc<str>,
    pub state: Arc<str>,
    /// How many items its batch has.
    pub items: u64,
}

impl Home {
    pub fn arn(&self) -> String {
        arn::execution(&self.region, &self.account, &self.machine, &self.name)
    }

    /// Returns the state machine's own name, without a Map's label.
    pub fn machine_name(&self) -> &str {
        self.machine.split('/').next().unwrap_or(&self.machine)
    }

    pub fn machine_arn(&self) -> String {
        arn::machine(&self.region, &self.account, &self.machine)
    }

    pub fn version_arn(&self) -> Option<String> {
        let version = self.version?.to_string();
        Some(arn::qualified(
            &self.region,
            &self.account,
            self.machine_name(),
            &version,
        ))
    }

    pub fn alias_arn(&self) -> Option<String> {
        Some(arn::qualified(
            &self.region,
            &self.account,
            self.machine_name(),
            self.alias.as_deref()?,
        ))
    }

    pub(crate) fn key(&self) -> Key {
        tables::key(&[&self.account, &self.region, &self.machine, &self.name])
    }

    pub(crate) fn listed_key(&self, start_ms: i64) -> Key {
        let newest_first = tables::reversed(u64::try_from(start_ms).unwrap_or(0));
        tables::key(&[
            &self.account,
            &self.region,
            &self.machine,
            &self.machine_id,
            &newest_first,
            &self.name,
        ])
    }

    pub(crate) fn open_key(&self, stream: i64) -> Key {
        let stream = tables::stream(stream);
        tables::key(&[
            &self.account,
            &self.region,
            self.machine_name(),
            &self.machine_id,
            &stream,
        ])
    }
}

/// An execution's record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    #[serde(default = "v1")]
    pub v: u32,
    pub home: Home,
    /// The stream that holds its journal.
    pub stream: i64,
    pub status: Status,
    pub start_ms: i64,
    pub stop_ms: Option<i64>,
    /// Exactly as it was sent.
    pub input: Arc<str>,
    pub output: Option<Arc<str>>,
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
    pub trace_header: Option<Arc<str>>,
    #[serde(default)]
    pub redrive_count: u32,
    #[serde(default)]
    pub redrive_ms: Option<i64>,
    /// The token of the last redrive, which makes it idempotent.
    #[serde(default)]
    pub redrive_token: Option<Arc<str>>,
}

/// What ListExecutions tells of an execution, under its key in time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    #[serde(default = "v1")]
    pub v: u32,
    pub status: Status,
    pub start_ms: i64,
    pub stop_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<MapHome>,
    #[serde(default)]
    pub redrive_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_ms: Option<i64>,
}

/// How long after its end an execution can be redriven.
const REDRIVABLE_FOR_MS: i64 = 14 * 24 * 60 * 60 * 1000;

impl Record {
    /// Tells whether it ended so recently that it can be redriven.
    pub(crate) fn is_redrivable(&self, now_ms: i64) -> bool {
        self.stop_ms
            .is_none_or(|stopped| now_ms - stopped <= REDRIVABLE_FOR_MS)
    }

    pub fn summary(&self) -> Summary {
        Summary {
            v: 1,
            status: self.status,
            start_ms: self.start_ms,
            stop_ms: self.stop_ms,
            version: self.home.version,
            alias: self.home.alias.clone(),
            map: self.home.map.clone(),
            redrive_count: self.redrive_count,
            redrive_ms: self.redrive_ms,
        }
    }
}
