//! DROP DATABASE, DROP TABLE and DROP VIEW.

use super::ground::{Ground, failure};
use crate::{catalog::CatalogError, ddl::TableName, execution::model::Failure};

pub(super) async fn drop_database(
    ground: &Ground<'_>,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Failure> {
    let catalog = &ground.athena.catalog;
    let tables = match catalog.tables(&ground.scope, name).await {
        Err(CatalogError::DatabaseNotFound { .. }) if if_exists || ground.again => return Ok(()),
        other => other.map_err(failure)?,
    };
    if !tables.is_empty() && !cascade {
        return Err(Failure::ddl(format!(
            "InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
        )));
    }
    catalog
        .delete_database(&ground.scope, name)
        .await
        .map_err(failure)
}

pub(super) async fn drop_table(
    ground: &Ground<'_>,
    name: &TableName,
    if_exists: bool,
    view: bool,
) -> Result<(), Failure> {
    let database = ground.database(name);
    let table = match ground
        .athena
        .catalog
        .table(&ground.scope, database, &name.name)
        .await
    {
        Err(CatalogError::TableNotFound { .. } | CatalogError::DatabaseNotFound { .. })
            if if_exists || ground.again =>
        {
            return Ok(());
        }
        Err(CatalogError::TableNotFound { .. }) if view => {
            let what = format!(
                "line 1:1: View 'awsdatacatalog.{database}.{}' does not exist",
                name.name
            );
            return Err(Failure::users(1006, what));
        }
        Err(CatalogError::TableNotFound { .. }) => ground.table(name).await?,
        other => other.map_err(failure)?,
    };
    if table.is_view() != view {
        let (is, not) = if view {
            ("table", "view")
        } else {
            ("view", "table")
        };
        return Err(Failure::semantic(format!(
            "Cannot drop a {is} with DROP {}",
            not.to_uppercase()
        )));
    }
    ground
        .athena
        .catalog
        .delete_table(&ground.scope, database, &name.name)
        .await
        .map_err(failure)
}
