//! Event buses. `default` is always there; it has a record only once something of it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;

use super::Arn;

pub const DEFAULT_BUS: &str = "default";

/// Keys are account, region, name.
pub(crate) const BUSES: &str = "events/buses";

/// Which bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BusRef {
    pub account: String,
    pub region: String,
    pub name: String,
}

impl BusRef {
    /// Reads a bus's name or ARN; a name is one of this account and region.
    pub fn read(name_or_arn: &str, account: &str, region: &str) -> Self {
        let named = |account: &str, region: &str, name: &str| Self {
            account: account.to_owned(),
            region: region.to_owned(),
            name: name.to_owned(),
        };
        match Arn::parse(name_or_arn) {
            Some(arn) => {
                let name = arn
                    .resource
                    .strip_prefix("event-bus/")
                    .unwrap_or(arn.resource);
                named(arn.account, arn.region, name)
            }
            None => named(account, region, name_or_arn),
        }
    }

    pub fn arn(&self) -> String {
        format!(
            "arn:aws:events:{}:{}:event-bus/{}",
            self.region, self.account, self.name
        )
    }

    pub fn is_default(&self) -> bool {
        self.name == DEFAULT_BUS
    }

    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.name])
    }
}

/// A bus as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bus {
    /// The format's version.
    #[serde(default = "super::rule::first_version")]
    pub(crate) v: u32,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    pub(crate) description: Option<String>,
    pub(crate) kms_key: Option<String>,
    pub(crate) dead_letter: Option<Value>,
    pub(crate) log: Option<Value>,
    /// The resource policy's statements.
    #[serde(default)]
    pub(crate) statements: Vec<Value>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
}

impl Bus {
    pub(crate) fn new(now_ms: i64) -> Self {
        Self {
            v: super::rule::first_version(),
            created_ms: now_ms,
            modified_ms: now_ms,
            ..Self::default()
        }
    }
}
