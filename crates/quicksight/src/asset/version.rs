//! Versions of dashboards, templates and themes.

use aws::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Batch, Expect, Key, Store};

use super::{Asset, Document, Kind, Scope};
use crate::error::missing;

const VERSIONS: &str = "quicksight/versions";

/// One version: what an update replaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) v: u32,
    pub(crate) number: u64,
    pub(crate) created_ms: i64,
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Value>,
    pub(crate) body: Document,
}

impl Version {
    fn key(kind: &Kind, scope: &Scope, id: &str, number: u64) -> Key {
        scope.key(&[kind.arn, id, &format!("{number:012}")])
    }

    pub(crate) fn put(
        &self,
        batch: &mut Batch,
        kind: &Kind,
        scope: &Scope,
        id: &str,
    ) -> Result<(), ApiError> {
        batch
            .put_json(
                VERSIONS,
                Self::key(kind, scope, id, self.number),
                self,
                Expect::Any,
            )
            .map(|_| ())
            .map_err(ApiError::internal)
    }

    pub(crate) fn delete(batch: &mut Batch, kind: &Kind, scope: &Scope, id: &str, number: u64) {
        batch.delete(VERSIONS, Self::key(kind, scope, id, number));
    }

    /// Returns one version.
    ///
    /// **Errors**: `ResourceNotFoundException`.
    pub(crate) async fn get(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
        asset: &Asset,
        number: u64,
    ) -> Result<Self, ApiError> {
        let found = store
            .get_json(VERSIONS, &Self::key(kind, scope, &asset.id, number))
            .await
            .map_err(ApiError::internal)?;
        found.ok_or_else(|| {
            missing(
                kind.resource_type,
                format!("{} {} has no version {number}", kind.noun, asset.id),
            )
        })
    }

    /// Returns all versions, the oldest first.
    pub(crate) async fn all(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
        id: &str,
    ) -> Result<Vec<Self>, ApiError> {
        let rows = store
            .scan_json(VERSIONS, &scope.scan(&[kind.arn, id]))
            .await
            .map_err(ApiError::internal)?;
        Ok(rows.into_iter().map(|(_, version)| version).collect())
    }
}
