//! CREATE VIEW.

use super::ground::{Ground, failure};
use crate::{
    catalog::CatalogError,
    ddl::TableName,
    execution::{
        model::Failure,
        run::{schema, scoped},
        show,
    },
};

pub(super) async fn create_view(
    ground: &Ground<'_>,
    name: &TableName,
    or_replace: bool,
    query: &str,
) -> Result<(), Failure> {
    let catalog = &ground.athena.catalog;
    let database = ground.database(name);
    let existing = match catalog.table(&ground.scope, database, &name.name).await {
        Ok(table) if !table.is_view() => {
            return Err(Failure::users(
                1006,
                format!(
                    "line 1:1: Table 'awsdatacatalog.{database}.{}' already exists",
                    name.name
                ),
            ));
        }
        Ok(table) => Some(table),
        Err(CatalogError::TableNotFound { .. }) => None,
        Err(other) => return Err(failure(other)),
    };
    if existing.is_some() && !or_replace && !ground.again {
        let what = format!(
            "line 1:1: View already exists: 'awsdatacatalog.{database}.{}'",
            name.name
        );
        return Err(Failure::users(1006, what));
    }
    let home = schema(ground.execution);
    let prepared = ground
        .athena
        .engine
        .prepare(query, home, &scoped(ground.athena, ground.execution))
        .await?;
    let input = show::view_input(&name.name, query, home, prepared.columns());
    let created_by = format!("arn:aws:iam::{}:root", ground.scope.account);
    match existing {
        Some(table) => ground.update(&table, input).await,
        None => catalog
            .create_table(&ground.scope, database, input, &created_by)
            .await
            .map_err(failure),
    }
}
