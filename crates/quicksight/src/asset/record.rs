//! An asset's record.

use aws::{ApiError, Arn, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Batch, Expect, Key, Scan, Store, StoreError};

use super::{Kind, Permission};
use crate::error::{exists, not_found};

/// A JSON object as a caller gave it.
pub(crate) type Document = Map<String, Value>;

/// An account in a region: what assets belong to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Scope {
    pub(crate) fn of(context: &Context) -> Self {
        Self {
            account: context.account().to_owned(),
            region: context.region().to_owned(),
        }
    }

    pub(crate) fn key(&self, parts: &[&str]) -> Key {
        let mut all = vec![self.account.as_str(), self.region.as_str()];
        all.extend(parts);
        Key::of(&all)
    }

    /// Takes a key apart: whose it is, and the rest of it.
    pub(crate) fn split(key: &Key) -> Option<(Self, Vec<String>)> {
        let mut parts = key.parts().into_iter();
        let (account, region) = (parts.next()?, parts.next()?);
        Some((Self { account, region }, parts.collect()))
    }

    pub(crate) fn scan(&self, parts: &[&str]) -> Scan {
        let mut all = vec![self.account.as_str(), self.region.as_str()];
        all.extend(parts);
        Scan::prefix(&all)
    }

    pub(crate) fn arn(&self, resource: impl Into<String>) -> String {
        Arn::new("quicksight", &self.region, &self.account, resource).to_string()
    }
}

/// One asset.
///
/// **Shape**: `body` has the members of its creating or last updating request, less those that stand here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) permissions: Vec<Permission>,
    /// Who may see it by its link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) link_permissions: Vec<Permission>,
    /// The newest version; 0 for a kind without versions.
    #[serde(default)]
    pub(crate) version: u64,
    /// The version that readers see.
    #[serde(default)]
    pub(crate) published: u64,
    #[serde(default)]
    pub(crate) published_ms: i64,
    /// When a deleted analysis can no longer be restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_until_ms: Option<i64>,
    pub(crate) body: Document,
}

impl Asset {
    pub(crate) fn new(kind: &Kind, scope: &Scope, id: &str, name: &str, now_ms: i64) -> Self {
        Self {
            v: 1,
            id: id.to_owned(),
            arn: scope.arn(format!("{}/{id}", kind.arn)),
            name: name.to_owned(),
            created_ms: now_ms,
            updated_ms: now_ms,
            status: "CREATION_SUCCESSFUL".into(),
            errors: Vec::new(),
            permissions: Vec::new(),
            link_permissions: Vec::new(),
            version: 0,
            published: 0,
            published_ms: now_ms,
            deleted_until_ms: None,
            body: Document::new(),
        }
    }

    /// Returns an asset, or nothing.
    pub(crate) async fn find(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        store
            .get_json(kind.table, &scope.key(&[id]))
            .await
            .map_err(ApiError::internal)
    }

    /// Returns an asset and its record's version.
    ///
    /// **Errors**: `ResourceNotFoundException`.
    pub(crate) async fn get(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
        id: &str,
    ) -> Result<(Self, u64), ApiError> {
        let record = store
            .get(kind.table, &scope.key(&[id]))
            .await
            .map_err(ApiError::internal)?;
        let record = record.ok_or_else(|| not_found(kind, id))?;
        Ok((record.json().map_err(ApiError::internal)?, record.version))
    }

    /// Returns the asset that an ARN of this account and region names.
    ///
    /// **Errors**: `ResourceNotFoundException`, also for an ARN of another kind, account or region.
    pub(crate) async fn by_arn(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
        arn: &str,
    ) -> Result<Self, ApiError> {
        let parsed: Option<Arn> = arn.parse().ok();
        let id = parsed
            .as_ref()
            .filter(|a| a.account == scope.account && a.region == scope.region)
            .and_then(|a| a.name_of("quicksight", kind.arn))
            .ok_or_else(|| not_found(kind, arn))?;
        Ok(Self::get(store, kind, scope, id).await?.0)
    }

    /// Returns all assets of a kind, by id.
    pub(crate) async fn all(
        store: &Store,
        kind: &Kind,
        scope: &Scope,
    ) -> Result<Vec<Self>, ApiError> {
        let rows = store
            .scan_json(kind.table, &scope.scan(&[]))
            .await
            .map_err(ApiError::internal)?;
        Ok(rows.into_iter().map(|(_, asset)| asset).collect())
    }

    /// Adds the record to a batch.
    pub(crate) fn put(
        &self,
        batch: &mut Batch,
        kind: &Kind,
        scope: &Scope,
        expect: Expect,
    ) -> Result<(), ApiError> {
        batch
            .put_json(kind.table, scope.key(&[&self.id]), self, expect)
            .map(|_| ())
            .map_err(ApiError::internal)
    }
}

/// Commits a batch that creates an asset.
///
/// **Errors**: `ResourceExistsException`.
pub(crate) async fn commit_new(
    store: &Store,
    batch: Batch,
    kind: &Kind,
    id: &str,
) -> Result<(), ApiError> {
    match store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => Err(exists(
            kind.resource_type,
            format!("{} {id} already exists", kind.noun),
        )),
        other => other.map_err(ApiError::internal),
    }
}

/// Commits a batch that changes what was read before.
///
/// **Errors**: `ConflictException` where another request changed it in between.
pub(crate) async fn commit_change(store: &Store, batch: Batch) -> Result<(), ApiError> {
    match store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => Err(crate::error::conflict(
            "The resource was changed by another request",
        )),
        other => other.map_err(ApiError::internal),
    }
}
