//! Schedules and their groups, as they are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Key;

use super::timing::Timing;
use crate::{
    rules::{DeadLetterConfig, RetryPolicy},
    schedule::Expression,
};

/// Keys are account, region, group, name.
pub(super) const SCHEDULES: &str = "scheduler/schedules";

/// Keys are account, region, name. `default` is always there and has a record only once it has tags.
pub(super) const GROUPS: &str = "scheduler/groups";

pub(super) const DEFAULT_GROUP: &str = "default";

pub(super) fn first_version() -> u32 {
    1
}

/// Which schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRef {
    pub account: String,
    pub region: String,
    pub group: String,
    pub name: String,
}

impl ScheduleRef {
    pub fn arn(&self) -> String {
        let Self {
            account,
            region,
            group,
            name,
        } = self;
        format!("arn:aws:scheduler:{region}:{account}:schedule/{group}/{name}")
    }

    pub(super) fn parts(&self) -> [&str; 4] {
        [&self.account, &self.region, &self.group, &self.name]
    }

    pub(super) fn key(&self) -> Key {
        Key::of(&self.parts())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ScheduleState {
    Enabled,
    Disabled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum AfterCompletion {
    None,
    Delete,
}

/// The API's shape, also the stored one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FlexibleTimeWindow {
    pub(super) mode: WindowMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maximum_window_in_minutes: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum WindowMode {
    Off,
    Flexible,
}

/// The API's shape, also the stored one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) role_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_policy: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dead_letter_config: Option<DeadLetterConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_bridge_parameters: Option<EventBridgeParameters>,
    /// `…Parameters` of services that nothing here leads to.
    #[serde(flatten)]
    pub(super) parameters: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EventBridgeParameters {
    pub(super) detail_type: String,
    pub(super) source: String,
}

/// A schedule as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Schedule {
    #[serde(default = "first_version")]
    pub(super) v: u32,
    pub(super) at: ScheduleRef,
    /// As they were given.
    pub(super) expression: String,
    pub(super) zone: String,
    pub(super) state: ScheduleState,
    pub(super) description: Option<String>,
    pub(super) window: FlexibleTimeWindow,
    pub(super) target: Target,
    pub(super) after_completion: AfterCompletion,
    pub(super) kms_key: Option<String>,
    pub(super) start_ms: Option<i64>,
    pub(super) end_ms: Option<i64>,
    pub(super) created_ms: i64,
    pub(super) modified_ms: i64,
    /// Where a rate's periods are counted from: when its timing was last changed.
    pub(super) anchored_ms: i64,
    /// Of the request that created it: the same again is no conflict.
    pub(super) client_token: Option<String>,
}

impl Schedule {
    /// Reads when it is due; nothing if what is kept cannot be read any more.
    pub(super) fn timing(&self) -> Option<Timing> {
        Some(Timing {
            expression: Expression::parse(&self.expression).ok()?,
            zone: self.zone.parse().ok()?,
            anchor_ms: self.start_ms.unwrap_or(self.anchored_ms),
            start_ms: self.start_ms,
            end_ms: self.end_ms,
        })
    }

    /// The length of the flexible window.
    pub(super) fn window_ms(&self) -> i64 {
        match self.window.mode {
            WindowMode::Off => 0,
            WindowMode::Flexible => 60_000 * self.window.maximum_window_in_minutes.unwrap_or(0),
        }
    }
}

/// A group as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Group {
    #[serde(default = "first_version")]
    pub(super) v: u32,
    pub(super) created_ms: i64,
    pub(super) modified_ms: i64,
    pub(super) client_token: Option<String>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}
