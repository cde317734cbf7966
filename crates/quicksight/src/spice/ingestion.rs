//! An ingestion and its states.

use aws::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Batch, BusEvent, Expect, Store, StoreError};

use crate::{asset::Scope, event};

/// Ingestions by data set.
pub(super) const INGESTIONS: &str = "quicksight/ingestions";
/// Ingestions that have not ended: what a restart looks through.
pub(super) const PENDING: &str = "quicksight/ingestions-pending";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    Initialized,
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initialized => "INITIALIZED",
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RequestType {
    Initial,
    Edit,
    Incremental,
    Full,
}

impl RequestType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initial => "INITIAL_INGESTION",
            Self::Edit => "EDIT",
            Self::Incremental => "INCREMENTAL_REFRESH",
            Self::Full => "FULL_REFRESH",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Source {
    Manual,
    Scheduled,
}

impl Source {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Manual => "MANUAL",
            Self::Scheduled => "SCHEDULED",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) kind: String,
    pub(crate) message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) ingested: u64,
    pub(crate) dropped: u64,
    pub(crate) total: u64,
}

/// One filling of a data set's snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ingestion {
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) data_set: String,
    pub(crate) status: Status,
    pub(crate) request: RequestType,
    pub(crate) source: Source,
    pub(crate) created_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rows: Option<Rows>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Failure>,
}

impl Ingestion {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        arn(scope, &self.data_set, &self.id)
    }

    pub(crate) async fn find(
        store: &Store,
        scope: &Scope,
        data_set: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        store
            .get_json(INGESTIONS, &scope.key(&[data_set, id]))
            .await
            .map_err(ApiError::internal)
    }

    /// Returns a data set's ingestions by id.
    pub(crate) async fn all(
        store: &Store,
        scope: &Scope,
        data_set: &str,
    ) -> Result<Vec<Self>, ApiError> {
        let rows = store.scan_json(INGESTIONS, &scope.scan(&[data_set])).await;
        let rows = rows.map_err(ApiError::internal)?;
        Ok(rows.into_iter().map(|(_, found)| found).collect())
    }

    /// Adds the ingestion's state, its place among the pending, and its event to a batch.
    pub(super) fn put(
        &self,
        batch: &mut Batch,
        scope: &Scope,
        expect: Expect,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let key = scope.key(&[&self.data_set, &self.id]);
        if self.status.is_final() {
            batch.delete(PENDING, key.clone());
        } else {
            batch.put(PENDING, key.clone(), "1");
        }
        batch.put_json(INGESTIONS, key, self, expect)?;
        batch.publish(self.event(scope, now_ms));
        Ok(())
    }

    fn event(&self, scope: &Scope, now_ms: i64) -> BusEvent {
        let mut detail = json!({
            "datasetId": self.data_set, "ingestionId": self.id,
            "status": self.status.name(), "requestType": self.request.name(),
        });
        if let Some(rows) = &self.rows {
            detail["rowsIngested"] = rows.ingested.into();
            detail["rowsDropped"] = rows.dropped.into();
        }
        if let Some(error) = &self.error {
            detail["error"] = json!({"type": error.kind, "message": error.message});
        }
        let arn = scope.arn(format!("dataset/{}", self.data_set));
        event::internal(
            scope,
            "QuickSight DataSet Ingestion State Change",
            &arn,
            &detail,
            now_ms,
        )
    }
}

pub(super) fn arn(scope: &Scope, data_set: &str, id: &str) -> String {
    scope.arn(format!("dataset/{data_set}/ingestion/{id}"))
}
