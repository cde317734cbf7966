//! Why the catalog refused.

use store::StoreError;

/// A refusal in Glue's words.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("Database {name} not found.")]
    DatabaseNotFound { name: String },
    #[error("Table {name} not found.")]
    TableNotFound { name: String },
    #[error("Cannot find partition.")]
    PartitionNotFound { values: Vec<String> },
    #[error("Table version {version} not found.")]
    VersionNotFound { version: String },
    #[error("Database already exists.")]
    DatabaseExists { name: String },
    #[error("Table already exists.")]
    TableExists { name: String },
    #[error("Partition already exists.")]
    PartitionExists { values: Vec<String> },
    #[error("{reason}")]
    InvalidInput { reason: String },
    /// Another writer changed the record in between.
    #[error("Update table failed due to concurrent modifications.")]
    Concurrent,
    #[error("the catalog cannot be read or written")]
    Store(#[source] StoreError),
}

impl From<StoreError> for CatalogError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::Concurrent,
            other => Self::Store(other),
        }
    }
}

impl CatalogError {
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        Self::InvalidInput {
            reason: reason.into(),
        }
    }
}
