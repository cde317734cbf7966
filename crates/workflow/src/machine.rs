//! A state machine as it is kept: the machine itself, its revisions, versions and aliases.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{arn, tables};

fn v1() -> u32 {
    1
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Standard,
    Express,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MachineStatus {
    Active,
    /// Deleted while executions were in flight: it goes when the last of them ends.
    Deleting,
}

/// One label of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// A state machine; what can change with an update is in its current [`Revision`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    #[serde(default = "v1")]
    pub v: u32,
    pub account: String,
    pub region: String,
    pub name: String,
    /// Tells this machine from an earlier one of the same name.
    pub id: String,
    pub kind: Kind,
    pub status: MachineStatus,
    pub created_ms: i64,
    /// The ordinal of the current revision.
    pub revision: u32,
    /// The number that the next version gets; numbers are never used again.
    pub next_version: u32,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// What an update of a state machine replaces.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revision {
    #[serde(default = "v1")]
    pub v: u32,
    pub ordinal: u32,
    /// A UUID; none for the revision that was created.
    pub id: Option<String>,
    /// The text as it was given.
    pub definition: Arc<str>,
    pub role_arn: String,
    pub logging: Logging,
    pub tracing: Tracing,
    pub encryption: Option<Encryption>,
    pub updated_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    All,
    Error,
    Fatal,
    #[default]
    Off,
}

#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logging {
    #[serde(default)]
    pub level: LogLevel,
    #[serde(default)]
    pub include_execution_data: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destinations: Option<Vec<LogDestination>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogDestination {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_watch_logs_log_group: Option<LogGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_arn: Option<String>,
}

impl Logging {
    /// Returns the ARN of the log group that is written to, when the level asks for anything.
    pub fn group_arn(&self) -> Option<&str> {
        if self.level == LogLevel::Off {
            return None;
        }
        self.destinations
            .as_ref()?
            .first()?
            .cloud_watch_logs_log_group
            .as_ref()?
            .log_group_arn
            .as_deref()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tracing {
    #[serde(default)]
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_data_key_reuse_period_seconds: Option<i64>,
    #[serde(rename = "type")]
    pub kind: String,
}

impl Encryption {
    pub fn aws_owned() -> Self {
        Self {
            kms_key_id: None,
            kms_data_key_reuse_period_seconds: None,
            kind: "AWS_OWNED_KEY".into(),
        }
    }
}

/// A numbered, unchangeable snapshot of a revision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    #[serde(default = "v1")]
    pub v: u32,
    pub number: u32,
    /// The ordinal of the revision.
    pub revision: u32,
    pub description: Option<String>,
    pub created_ms: i64,
}

/// A name for one version, or for two that share the executions by weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    #[serde(default = "v1")]
    pub v: u32,
    pub name: String,
    pub description: Option<String>,
    pub routes: Vec<Route>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// Where an alias leads: weights add up to 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub version: u32,
    pub weight: u32,
}

impl Alias {
    /// Returns the version for a draw from 0 to 99.
    pub fn route(&self, draw: u32) -> Option<u32> {
        let mut upto = 0;
        self.routes
            .iter()
            .find(|r| {
                upto += r.weight;
                draw < upto
            })
            .map(|r| r.version)
    }
}

impl Machine {
    pub fn arn(&self) -> String {
        arn::machine(&self.region, &self.account, &self.name)
    }

    pub fn qualified(&self, qualifier: impl std::fmt::Display) -> String {
        arn::qualified(
            &self.region,
            &self.account,
            &self.name,
            &qualifier.to_string(),
        )
    }

    pub fn key(&self) -> store::Key {
        tables::key(&[&self.account, &self.region, &self.name])
    }

    pub fn revision_key(&self, ordinal: u32) -> store::Key {
        self.below(&tables::ordered(ordinal.into()))
    }

    pub fn version_key(&self, number: u32) -> store::Key {
        self.below(&tables::ordered(number.into()))
    }

    /// Returns the key of something of this machine: a revision, a version, an alias.
    pub fn below(&self, last: &str) -> store::Key {
        tables::key(&[&self.account, &self.region, &self.name, &self.id, last])
    }

    /// Returns the prefix of the keys of all that is this machine's.
    pub fn prefix(&self) -> store::Key {
        store::Key::prefix(&[&self.account, &self.region, &self.name, &self.id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_shares_by_weight() {
        let routes = vec![
            Route {
                version: 1,
                weight: 90,
            },
            Route {
                version: 2,
                weight: 10,
            },
        ];
        let alias = Alias {
            v: 1,
            name: "a".into(),
            description: None,
            routes,
            created_ms: 0,
            updated_ms: 0,
        };
        let drawn = (0..100).filter(|d| alias.route(*d) == Some(2)).count();
        assert_eq!(
            (drawn, alias.route(0), alias.route(99)),
            (10, Some(1), Some(2))
        );
    }

    #[test]
    fn logging_as_it_was_kept_first() {
        let kept = r#"{"level":"ALL","includeExecutionData":true,"destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:x"}}]}"#;
        let logging: Logging = serde_json::from_str(kept).unwrap();
        assert_eq!(logging.group_arn(), Some("arn:x"));
        assert_eq!(serde_json::to_string(&logging).unwrap(), kept);
        assert_eq!(
            serde_json::from_str::<Logging>("{}").unwrap(),
            Logging::default()
        );
    }
}
