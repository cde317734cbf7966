//! Rules with their targets: one record each, so that both change together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Key;

use super::{BusRef, Target};

/// Keys are account, region, bus, name.
pub(crate) const RULES: &str = "events/rules";

/// Returns the version of the formats that this crate began with.
pub(crate) fn first_version() -> u32 {
    1
}

/// Which rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    pub bus: BusRef,
    pub name: String,
}

impl RuleRef {
    pub fn arn(&self) -> String {
        let BusRef {
            account,
            region,
            name: bus,
        } = &self.bus;
        let name = &self.name;
        if self.bus.is_default() {
            format!("arn:aws:events:{region}:{account}:rule/{name}")
        } else {
            format!("arn:aws:events:{region}:{account}:rule/{bus}/{name}")
        }
    }

    pub(crate) fn key(&self) -> Key {
        Key::of(&self.parts())
    }

    pub(crate) fn parts(&self) -> [&str; 4] {
        [
            &self.bus.account,
            &self.bus.region,
            &self.bus.name,
            &self.name,
        ]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleState {
    Enabled,
    Disabled,
    EnabledWithAllCloudtrailManagementEvents,
}

/// A rule as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// The format's version.
    #[serde(default = "first_version")]
    pub v: u32,
    pub at: RuleRef,
    /// JSON text as it was given.
    pub pattern: Option<String>,
    /// As it was given: `cron(…)` or `rate(…)`.
    pub schedule: Option<String>,
    pub state: RuleState,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    /// Account.
    pub created_by: String,
    pub created_ms: i64,
    /// Where a rate's periods are counted from: when the schedule was put or the rule enabled.
    pub scheduled_from_ms: i64,
    #[serde(default)]
    pub targets: Vec<Target>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Rule {
    pub fn is_enabled(&self) -> bool {
        self.state != RuleState::Disabled
    }
}
