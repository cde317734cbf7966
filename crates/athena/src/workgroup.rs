//! Work groups: settings that queries share.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Key, Scan, StoreError};

use crate::{catalog::Scope, service::Athena};

pub(crate) const WORK_GROUPS: &str = "athena/work-groups";
/// The work group that is always there.
pub(crate) const PRIMARY: &str = "primary";
/// What `AUTO` selects.
pub(crate) const ENGINE_VERSION: &str = "Athena engine version 3";

/// A work group as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WorkGroup {
    pub(crate) name: String,
    /// `ENABLED` or `DISABLED`.
    pub(crate) state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Epoch seconds.
    pub(crate) creation_time: f64,
    pub(crate) configuration: Configuration,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResultConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output_location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_configuration: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected_bucket_owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acl_configuration: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EngineVersion {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selected_engine_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effective_engine_version: Option<String>,
}

/// Settings; those without effect here are kept and shown under their own names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Configuration {
    #[serde(default)]
    pub(crate) result_configuration: ResultConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enforce_work_group_configuration: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) publish_cloud_watch_metrics_enabled: Option<bool>,
    /// A query that reads more is cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes_scanned_cutoff_per_query: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requester_pays_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) engine_version: Option<EngineVersion>,
    #[serde(flatten)]
    pub(crate) others: IndexMap<String, Value>,
}

impl Configuration {
    /// Fills in what Athena fills in.
    pub(crate) fn completed(mut self) -> Self {
        self.enforce_work_group_configuration.get_or_insert(true);
        self.publish_cloud_watch_metrics_enabled
            .get_or_insert(false);
        self.requester_pays_enabled.get_or_insert(false);
        self.engine_version = Some(EngineVersion {
            selected_engine_version: Some(
                self.engine_version
                    .and_then(|v| v.selected_engine_version)
                    .unwrap_or_else(|| "AUTO".into()),
            ),
            effective_engine_version: Some(ENGINE_VERSION.into()),
        });
        self
    }

    pub(crate) fn enforced(&self) -> bool {
        self.enforce_work_group_configuration.unwrap_or(true)
    }
}

pub(crate) fn key(scope: &Scope, name: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, name])
}

impl Athena {
    /// Returns a work group; `primary` in any case.
    pub(crate) async fn work_group(
        &self,
        scope: &Scope,
        name: &str,
    ) -> Result<Option<WorkGroup>, StoreError> {
        let found = self.store.get_json(WORK_GROUPS, &key(scope, name)).await?;
        Ok(found.or_else(|| (name == PRIMARY).then(primary)))
    }

    /// Returns all work groups by name.
    pub(crate) async fn work_groups(&self, scope: &Scope) -> Result<Vec<WorkGroup>, StoreError> {
        let scan = Scan::prefix(&[&scope.account, &scope.region]);
        let mut found: Vec<WorkGroup> = self
            .store
            .scan_json(WORK_GROUPS, &scan)
            .await?
            .into_iter()
            .map(|(_, g)| g)
            .collect();
        if !found.iter().any(|g| g.name == PRIMARY) {
            found.push(primary());
            found.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(found)
    }
}

fn primary() -> WorkGroup {
    let configuration = Configuration {
        enforce_work_group_configuration: Some(false),
        ..Configuration::default()
    };
    WorkGroup {
        name: PRIMARY.into(),
        state: "ENABLED".into(),
        description: None,
        creation_time: 0.0,
        configuration: configuration.completed(),
    }
}
