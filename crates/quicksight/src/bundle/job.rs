//! Export and import jobs.

use std::sync::Arc;

use aws::{ApiError, Principal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Store, StoreError};

use super::{export, import, undo};
use crate::{
    QuickSight,
    asset::{Document, Scope},
    error::missing,
    event,
    lasting::{Lasting, keep},
};

/// Jobs that have not ended, by direction: what a restart looks through.
const PENDING: &str = "quicksight/bundle-jobs-pending";
/// How long a job can be described after it was started.
const KEPT_MS: i64 = 14 * 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Direction {
    Export,
    Import,
}

impl Direction {
    pub(crate) const BOTH: [Self; 2] = [Self::Export, Self::Import];

    fn table(self) -> &'static str {
        match self {
            Self::Export => "quicksight/bundle-export-jobs",
            Self::Import => "quicksight/bundle-import-jobs",
        }
    }

    /// As keys have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
        }
    }

    /// What the names of its members begin with.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Export => "AssetBundleExportJob",
            Self::Import => "AssetBundleImportJob",
        }
    }

    pub(crate) fn arn(self, scope: &Scope, id: &str) -> String {
        scope.arn(format!("asset-bundle-{}-job/{id}", self.name()))
    }
}

/// What went wrong with one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) arn: String,
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl Failure {
    pub(super) fn new(
        arn: impl Into<String>,
        kind: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            arn: arn.into(),
            kind: kind.into(),
            message: message.into(),
        }
    }

    pub(super) fn of(arn: impl Into<String>, error: &ApiError) -> Self {
        if let Some(source) = &error.source {
            tracing::error!(source, "a part of a bundle failed");
        }
        Self::new(arn, error.code.as_str(), error.message.as_str())
    }

    /// As `Errors` has it, or without its type `Warnings`.
    pub(crate) fn shown(&self, with_type: bool) -> Value {
        let mut shown = json!({"Message": self.message});
        if !self.arn.is_empty() {
            shown["Arn"] = self.arn.clone().into();
        }
        if with_type {
            shown["Type"] = self.kind.clone().into();
        }
        shown
    }
}

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) v: u32,
    pub(crate) direction: Direction,
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// The request's members, less its body and its secrets.
    pub(crate) given: Document,
    /// Who started it, in whose name it does everything: ARN and access key.
    pub(crate) by: (String, String),
    #[serde(default)]
    pub(crate) errors: Vec<Failure>,
    #[serde(default)]
    pub(crate) rollback_errors: Vec<Failure>,
    #[serde(default)]
    pub(crate) warnings: Vec<Failure>,
}

impl Job {
    pub(crate) fn new(
        direction: Direction,
        id: &str,
        given: Document,
        by: &Principal,
        now_ms: i64,
    ) -> Self {
        Self {
            v: 1,
            direction,
            id: id.to_owned(),
            status: "QUEUED_FOR_IMMEDIATE_EXECUTION".into(),
            created_ms: now_ms,
            updated_ms: now_ms,
            given,
            by: (by.arn.to_string(), by.access_key.to_string()),
            errors: Vec::new(),
            rollback_errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn principal(&self, scope: &Scope) -> Principal {
        Principal {
            account: scope.account.as_str().into(),
            region: scope.region.as_str().into(),
            access_key: self.by.1.as_str().into(),
            arn: self.by.0.as_str().into(),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        !matches!(
            self.status.as_str(),
            "QUEUED_FOR_IMMEDIATE_EXECUTION" | "IN_PROGRESS" | "FAILED_ROLLBACK_IN_PROGRESS"
        )
    }

    /// Tells a member of the request that is true or false; false where it is absent.
    pub(super) fn is_on(&self, member: &str) -> bool {
        self.given.get(member).and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn text(&self, member: &str) -> &str {
        self.given.get(member).and_then(Value::as_str).unwrap_or("")
    }

    /// Returns a job whose time to be described is not over.
    ///
    /// **Errors**: `ResourceNotFoundException`.
    pub(crate) async fn get(
        store: &Store,
        scope: &Scope,
        direction: Direction,
        id: &str,
        now_ms: i64,
    ) -> Result<Self, ApiError> {
        let found: Option<Self> = store
            .get_json(direction.table(), &scope.key(&[id]))
            .await
            .map_err(ApiError::internal)?;
        let found = found.filter(|job| job.is_kept(now_ms));
        let message = format!("{} {id} is not found", direction.noun());
        found.ok_or_else(|| missing(None, message))
    }

    pub(super) fn is_kept(&self, now_ms: i64) -> bool {
        !self.has_ended() || now_ms < self.created_ms.saturating_add(KEPT_MS)
    }

    /// Returns all jobs of a direction, those too whose time is over.
    pub(crate) async fn all(
        store: &Store,
        scope: &Scope,
        direction: Direction,
    ) -> Result<Vec<Self>, ApiError> {
        let rows = store
            .scan_json(direction.table(), &scope.scan(&[]))
            .await
            .map_err(ApiError::internal)?;
        Ok(rows.into_iter().map(|(_, job)| job).collect())
    }

    /// Returns the jobs that can be described.
    pub(crate) async fn listed(
        store: &Store,
        scope: &Scope,
        direction: Direction,
        now_ms: i64,
    ) -> Result<Vec<Self>, ApiError> {
        let mut all = Self::all(store, scope, direction).await?;
        all.retain(|job| job.is_kept(now_ms));
        Ok(all)
    }

    pub(super) fn delete(&self, batch: &mut Batch, scope: &Scope) {
        batch.delete(self.direction.table(), scope.key(&[&self.id]));
    }
}

impl Lasting for Job {
    const PENDING: &'static str = PENDING;
    const WHAT: &'static str = "an asset bundle job";

    fn changed(&mut self, now_ms: i64) {
        self.updated_ms = now_ms;
    }

    /// `pending_is` tells whether the job may be running already.
    fn put(&self, batch: &mut Batch, scope: &Scope, pending_is: Expect) -> Result<(), StoreError> {
        let pending = scope.key(&[self.direction.name(), &self.id]);
        if self.has_ended() {
            batch.delete(PENDING, pending);
        } else {
            batch.put_if(PENDING, pending, "1", pending_is);
        }
        let key = scope.key(&[&self.id]);
        batch.put_json(self.direction.table(), key, self, Expect::Any)?;
        let detail = json!({"jobId": self.id, "status": self.status});
        let arn = self.direction.arn(scope, &self.id);
        let name = format!("QuickSight {} State Change", self.direction.noun());
        batch.publish(event::internal(
            scope,
            &name,
            &arn,
            &detail,
            self.updated_ms,
        ));
        Ok(())
    }

    async fn pending(
        store: &Store,
        scope: &Scope,
        name: &[String],
    ) -> Result<Option<Self>, StoreError> {
        let [name, id] = name else {
            return Ok(None);
        };
        match Direction::BOTH.into_iter().find(|d| d.name() == name) {
            Some(direction) => store.get_json(direction.table(), &scope.key(&[id])).await,
            None => Ok(None),
        }
    }

    /// An export is made anew, an import knows what it has done.
    async fn work(&mut self, service: &Arc<QuickSight>, scope: &Scope) -> Result<(), StoreError> {
        if self.status == "QUEUED_FOR_IMMEDIATE_EXECUTION" {
            self.status = "IN_PROGRESS".into();
            keep(service, scope, self).await?;
        }
        match self.direction {
            Direction::Export => export::run(service, scope, self).await?,
            Direction::Import => import::run(service, scope, self).await?,
        }
        keep(service, scope, self).await?;
        // What has ended is never undone any more.
        let mut batch = Batch::new();
        undo::forget(service, &mut batch, scope, self).await?;
        service.store.commit(batch).await
    }
}
