//! The service: which operations there are, and what they share.

use std::sync::Arc;

use aws::{ApiError, Context, Operations, Service};

use super::api::{databases, partitions, tables, tags};
use crate::catalog::{Catalog, CatalogError, Scope, Table};

/// The Data Catalog's part of AWS Glue.
pub struct Glue {
    pub(super) catalog: Catalog,
    pub(super) store: store::Store,
}

impl Glue {
    pub fn new(store: store::Store, clock: Arc<dyn store::Clock>) -> Arc<Self> {
        Arc::new(Self {
            catalog: Catalog::new(store.clone(), clock),
            store,
        })
    }

    /// Returns whose catalog a call is about. A `CatalogId` is the account's own.
    pub(super) fn scope(context: &Context, catalog: Option<&str>) -> Result<Scope, ApiError> {
        match catalog {
            Some(id) if id != context.account() && !id.eq_ignore_ascii_case("awsdatacatalog") => {
                let whole = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
                Err(if whole {
                    ApiError::new(
                        "AccessDeniedException",
                        format!("Insufficient permissions on catalog {id}."),
                    )
                } else {
                    ApiError::new(
                        "EntityNotFoundException",
                        format!("Catalog {id} not found."),
                    )
                })
            }
            _ => Ok(Scope::new(context.account(), context.region())),
        }
    }

    pub(super) async fn table(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
    ) -> Result<Table, ApiError> {
        self.catalog
            .table(scope, database, name)
            .await
            .map_err(api_error)
    }
}

impl Service for Glue {
    fn name(&self) -> &'static str {
        "glue"
    }

    fn operations(self: Arc<Self>) -> Operations {
        let operations = databases::operations(&self, Operations::new());
        let operations = tables::operations(&self, operations);
        let operations = partitions::operations(&self, operations);
        tags::operations(&self, operations)
            .whole()
            .accept("GetPartition", &["AuditContext"])
            .accept(
                "BatchGetPartition",
                &["AuditContext", "QuerySessionContext"],
            )
            .accept("GetPartitions", &["AuditContext"])
            .refuse("GetPartitions", &["TransactionId", "QueryAsOfTime"])
            .refuse(
                "CreateTable",
                &[
                    "Name",
                    "PartitionIndexes",
                    "TransactionId",
                    "OpenTableFormatInput",
                ],
            )
            .accept("GetTable", &["AuditContext", "IncludeStatusDetails"])
            .refuse("GetTable", &["TransactionId", "QueryAsOfTime"])
            .accept("GetTables", &["AuditContext", "IncludeStatusDetails"])
            .refuse("GetTables", &["TransactionId", "QueryAsOfTime"])
            .accept(
                "SearchTables",
                &["ResourceShareType", "IncludeStatusDetails"],
            )
            .accept("UpdateTable", &["Force"])
            .refuse(
                "UpdateTable",
                &[
                    "TransactionId",
                    "ViewUpdateAction",
                    "UpdateOpenTableFormatInput",
                ],
            )
            .refuse("DeleteTable", &["TransactionId"])
            .refuse("BatchDeleteTable", &["TransactionId"])
            .accept("GetTableVersion", &["AuditContext"])
            .accept("GetTableVersions", &["AuditContext"])
    }
}

/// Returns the error as Glue names it.
pub(super) fn api_error(error: CatalogError) -> ApiError {
    let code = match &error {
        CatalogError::DatabaseNotFound { .. }
        | CatalogError::TableNotFound { .. }
        | CatalogError::PartitionNotFound { .. }
        | CatalogError::VersionNotFound { .. } => "EntityNotFoundException",
        CatalogError::DatabaseExists { .. }
        | CatalogError::TableExists { .. }
        | CatalogError::PartitionExists { .. } => "AlreadyExistsException",
        CatalogError::InvalidInput { .. } => "InvalidInputException",
        CatalogError::Concurrent => "ConcurrentModificationException",
        CatalogError::Store(source) => {
            return ApiError {
                code: "InternalServiceException".into(),
                ..ApiError::internal(source)
            };
        }
    };
    ApiError::new(code, error.to_string())
}
