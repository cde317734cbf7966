//! Data sources: Athena by Calls, files in S3 by their manifest.

mod athena;
mod manifest;
mod s3;

use aws::Principal;
use serde_json::Value;

pub(crate) use athena::{Athena, Staged};
pub(crate) use s3::{files, owned as check_bucket};

use crate::{QuickSight, asset::Asset};

/// Why a source could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct SourceError {
    /// An ingestion's error type.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

impl SourceError {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "an ingestion failed");
        Self::new("INTERNAL_SERVICE_ERROR", "An internal error occurred.")
    }

    /// Returns the type that a data source's `ErrorInfo` has for it.
    pub(crate) fn data_source_type(&self) -> &'static str {
        match self.kind {
            "PERMISSION_DENIED" => "ACCESS_DENIED",
            "SQL_EXCEPTION" | "SQL_TABLE_NOT_FOUND" => "GENERIC_SQL_FAILURE",
            _ => "UNKNOWN",
        }
    }
}

impl From<query::QueryError> for SourceError {
    fn from(error: query::QueryError) -> Self {
        if error.is_users() {
            Self::new(sql_kind(&error.to_string()), error.to_string())
        } else {
            Self::internal(error)
        }
    }
}

/// Returns an ingestion's error type for the reason that a query failed.
pub(crate) fn sql_kind(reason: &str) -> &'static str {
    let begins = |codes: &[&str]| codes.iter().any(|code| reason.contains(code));
    if begins(&["TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND"]) {
        "SQL_TABLE_NOT_FOUND"
    } else if begins(&["COLUMN_NOT_FOUND", "INVALID_CAST_ARGUMENT"]) {
        "SQL_SCHEMA_MISMATCH_ERROR"
    } else if begins(&["NUMERIC_VALUE_OUT_OF_RANGE"]) {
        "SQL_NUMERIC_OVERFLOW"
    } else {
        "SQL_EXCEPTION"
    }
}

/// Returns a data source's work group.
pub(crate) fn work_group(source: &Asset) -> String {
    let parameters = source.body.get("DataSourceParameters");
    let group = parameters.and_then(|p| p.pointer("/AthenaParameters/WorkGroup"));
    group
        .and_then(Value::as_str)
        .unwrap_or("primary")
        .to_owned()
}

/// Tries a source's connection: a query by Athena, or the manifest and one file of it.
pub(crate) async fn test(
    service: &QuickSight,
    principal: &Principal,
    source: &Asset,
) -> Result<(), SourceError> {
    if source.body.get("Type").and_then(Value::as_str) == Some("S3") {
        let parts = s3::locations(service, &principal.account, source).await?;
        return match parts.locations.is_empty() {
            true => Err(SourceError::new(
                "S3_MANIFEST_ERROR",
                "The manifest names no file",
            )),
            false => Ok(()),
        };
    }
    let athena = Athena::new(service, principal.clone(), work_group(source));
    athena.rows("SELECT 1", 1).await.map(|_| ())
}
