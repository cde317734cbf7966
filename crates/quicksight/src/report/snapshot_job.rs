//! Snapshot jobs: visuals of a dashboard as files in S3, made in the background.

use std::sync::Arc;

use aws::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Store, StoreError};

use super::snapshot_files::files;
use crate::{
    QuickSight,
    asset::Scope,
    error::exists,
    event,
    lasting::{Lasting, keep, spawn},
};

const JOBS: &str = "quicksight/snapshot-jobs";

/// A snapshot job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SnapshotJob {
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) dashboard: String,
    pub(crate) status: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// As it was given.
    pub(crate) configuration: Value,
    /// Each anonymous viewer's tags.
    pub(crate) viewers: Vec<Vec<(String, String)>>,
    /// Per viewer and file group, once it has ended.
    #[serde(default)]
    pub(crate) results: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

impl SnapshotJob {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn(format!(
            "dashboard/{}/snapshot-job/{}",
            self.dashboard, self.id
        ))
    }

    pub(crate) async fn find(
        store: &Store,
        scope: &Scope,
        dashboard: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let found = store.get_json(JOBS, &scope.key(&[dashboard, id])).await;
        found.map_err(ApiError::internal)
    }
}

/// Starts a job.
///
/// **Errors**: `ResourceExistsException` for an id that was used before.
pub(crate) async fn start(
    service: &Arc<QuickSight>,
    scope: &Scope,
    job: SnapshotJob,
) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    job.put(&mut batch, scope, Expect::Absent)
        .map_err(ApiError::internal)?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => {
            let message = format!("Snapshot job {} already exists", job.id);
            return Err(exists(None, message));
        }
        other => other.map_err(ApiError::internal)?,
    }
    spawn(service, scope, job);
    Ok(())
}

impl Lasting for SnapshotJob {
    const PENDING: &'static str = "quicksight/snapshot-jobs-pending";
    const WHAT: &'static str = "a snapshot job";

    fn changed(&mut self, now_ms: i64) {
        self.updated_ms = now_ms;
    }

    fn put(&self, batch: &mut Batch, scope: &Scope, expect: Expect) -> Result<(), StoreError> {
        let key = scope.key(&[&self.dashboard, &self.id]);
        if matches!(self.status.as_str(), "COMPLETED" | "FAILED") {
            batch.delete(Self::PENDING, key.clone());
        } else {
            batch.put(Self::PENDING, key.clone(), "1");
        }
        batch.put_json(JOBS, key, self, expect)?;
        let detail = json!({
            "dashboardId": self.dashboard, "snapshotJobId": self.id, "status": self.status,
        });
        let arn = scope.arn(format!("dashboard/{}", self.dashboard));
        let name = "QuickSight Dashboard Snapshot Job State Change";
        batch.publish(event::internal(scope, name, &arn, &detail, self.updated_ms));
        Ok(())
    }

    async fn pending(
        store: &Store,
        scope: &Scope,
        name: &[String],
    ) -> Result<Option<Self>, StoreError> {
        match name {
            [dashboard, id] => store.get_json(JOBS, &scope.key(&[dashboard, id])).await,
            _ => Ok(None),
        }
    }

    /// The files have the same names when they are made again.
    async fn work(&mut self, service: &Arc<QuickSight>, scope: &Scope) -> Result<(), StoreError> {
        self.status = "RUNNING".into();
        keep(service, scope, self).await?;
        match files(service, scope, self).await {
            Ok(results) => {
                self.results = results;
                self.status = "COMPLETED".into();
            }
            Err(error) => {
                self.error = Some(error.to_string());
                self.status = "FAILED".into();
            }
        }
        keep(service, scope, self).await
    }
}
