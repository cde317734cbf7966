//! What a DDL statement stands on, and the catalog's refusals in Hive's words.

use crate::{
    catalog::{CatalogError, Scope, Table, TableInput},
    ddl::TableName,
    execution::{
        model::{Execution, Failure},
        run::schema,
    },
    service::Athena,
};

/// A statement's surroundings.
pub(in crate::execution) struct Ground<'a> {
    pub(in crate::execution) athena: &'a Athena,
    pub(in crate::execution) execution: &'a Execution,
    pub(in crate::execution) scope: Scope,
    /// It may have taken effect before a restart: what is done already is no failure.
    pub(super) again: bool,
}

impl Ground<'_> {
    pub(in crate::execution) fn database<'b>(&'b self, table: &'b TableName) -> &'b str {
        table
            .database
            .as_deref()
            .unwrap_or_else(|| schema(self.execution))
    }

    /// Returns a table.
    ///
    /// **Errors**: Hive's words for one that is not there.
    pub(in crate::execution) async fn table(&self, name: &TableName) -> Result<Table, Failure> {
        let database = self.database(name);
        let found = self
            .athena
            .catalog
            .table(&self.scope, database, &name.name)
            .await;
        found.map_err(|error| match error {
            CatalogError::TableNotFound { .. } => Failure::semantic(format!(
                "[Error 10001]: Table not found {database}.{}",
                name.name
            )),
            other => failure(other),
        })
    }

    pub(in crate::execution) async fn update(
        &self,
        table: &Table,
        input: TableInput,
    ) -> Result<(), Failure> {
        let catalog = &self.athena.catalog;
        catalog
            .update_table(
                &self.scope,
                &table.database_name,
                table.name(),
                input,
                false,
            )
            .await
            .map_err(failure)
    }
}

/// Puts the catalog's refusals into Hive's words.
pub(in crate::execution) fn failure(error: CatalogError) -> Failure {
    match error {
        CatalogError::DatabaseNotFound { name } => {
            Failure::semantic(format!("[Error 10072]: Database does not exist: {name}"))
        }
        CatalogError::TableNotFound { name } => {
            Failure::semantic(format!("[Error 10001]: Table not found {name}"))
        }
        CatalogError::PartitionNotFound { values } => Failure::semantic(format!(
            "[Error 10006]: Partition not found ({})",
            values.join(", ")
        )),
        CatalogError::DatabaseExists { name } => Failure::ddl(format!(
            "AlreadyExistsException: Database {name} already exists"
        )),
        CatalogError::TableExists { name } => Failure::ddl(format!(
            "AlreadyExistsException: Table {name} already exists"
        )),
        CatalogError::PartitionExists { values } => Failure::ddl(format!(
            "AlreadyExistsException: Partition already exists: Partition(values:[{}])",
            values.join(", ")
        )),
        CatalogError::Store(source) => Failure::internal(source),
        other => Failure::ddl(other),
    }
}
