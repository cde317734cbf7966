//! A statement of DDL to what it does.

use super::{
    create_table::{check_location, column, create_table},
    create_view::create_view,
    drop::{drop_database, drop_table},
    ground::{Ground, failure},
};
use crate::{
    catalog::{CatalogError, DatabaseInput, TableInput},
    ddl::Ddl,
    execution::{
        model::{Execution, Failure},
        partitions,
        results::ResultSet,
        show,
    },
    service::Athena,
};

/// Carries out a DDL statement and returns what it shows.
pub(in crate::execution) async fn run(
    athena: &Athena,
    execution: &Execution,
    ddl: &Ddl,
    again: bool,
) -> Result<ResultSet, Failure> {
    let ground = Ground {
        athena,
        execution,
        scope: execution.scope(),
        again,
    };
    let catalog = &athena.catalog;
    let scope = &ground.scope;
    match ddl {
        Ddl::CreateDatabase {
            name,
            if_not_exists,
            comment,
            location,
            properties,
        } => {
            let input = DatabaseInput {
                name: name.clone(),
                description: comment.clone(),
                location_uri: location.clone(),
                parameters: (!properties.is_empty()).then(|| properties.iter().cloned().collect()),
                ..DatabaseInput::default()
            };
            match catalog.create_database(scope, input).await {
                Err(CatalogError::DatabaseExists { .. }) if *if_not_exists || again => Ok(()),
                other => other.map_err(failure),
            }?;
        }
        Ddl::DropDatabase {
            name,
            if_exists,
            cascade,
        } => {
            drop_database(&ground, name, *if_exists, *cascade).await?;
        }
        Ddl::SetDatabaseProperties { name, properties } => {
            let mut input = catalog.database(scope, name).await.map_err(failure)?.input;
            input
                .parameters
                .get_or_insert_default()
                .extend(properties.iter().cloned());
            catalog
                .update_database(scope, name, input)
                .await
                .map_err(failure)?;
        }
        Ddl::CreateTable(create) => create_table(&ground, create).await?,
        Ddl::DropTable { table, if_exists } => {
            drop_table(&ground, table, *if_exists, false).await?
        }
        Ddl::DropView { view, if_exists } => drop_table(&ground, view, *if_exists, true).await?,
        Ddl::CreateView {
            view,
            or_replace,
            query,
        } => create_view(&ground, view, *or_replace, query).await?,
        Ddl::RenameTable { table, to } => {
            let found = ground.table(table).await?;
            let input = TableInput {
                name: to.name.clone(),
                ..found.input.clone()
            };
            ground.update(&found, input).await?;
        }
        Ddl::AddColumns { table, columns } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            let all = found.columns().iter().chain(found.partition_keys());
            if let Some(twice) = all
                .map(|c| &c.name)
                .find(|n| columns.iter().any(|c| c.name == **n))
            {
                return Err(Failure::ddl(format!("Duplicate column name: {twice}")));
            }
            input
                .storage_descriptor
                .get_or_insert_default()
                .columns
                .extend(columns.iter().map(column));
            ground.update(&found, input).await?;
        }
        Ddl::ReplaceColumns { table, columns } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            input.storage_descriptor.get_or_insert_default().columns =
                columns.iter().map(column).collect();
            ground.update(&found, input).await?;
        }
        Ddl::ChangeColumn { table, from, to } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            let columns = &mut input.storage_descriptor.get_or_insert_default().columns;
            let Some(changed) = columns.iter_mut().find(|c| c.name == *from) else {
                return Err(Failure::semantic(format!(
                    "[Error 10002]: Invalid column reference {from}"
                )));
            };
            *changed = column(to);
            ground.update(&found, input).await?;
        }
        Ddl::SetTableProperties { table, properties } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            input
                .parameters
                .get_or_insert_default()
                .extend(properties.iter().cloned());
            ground.update(&found, input).await?;
        }
        Ddl::SetLocation { table, location } => {
            let found = ground.table(table).await?;
            check_location(athena, location).await?;
            let mut input = found.input.clone();
            input.storage_descriptor.get_or_insert_default().location = Some(location.clone());
            ground.update(&found, input).await?;
        }
        Ddl::AddPartitions {
            table,
            if_not_exists,
            partitions,
        } => {
            partitions::add(&ground, table, *if_not_exists || again, partitions).await?;
        }
        Ddl::DropPartitions {
            table,
            if_exists,
            partitions,
        } => {
            partitions::drop(&ground, table, *if_exists || again, partitions).await?;
        }
        Ddl::RenamePartition { table, from, to } => {
            partitions::rename(&ground, table, from, to).await?
        }
        Ddl::SetPartitionLocation {
            table,
            partition,
            location,
        } => {
            partitions::set_location(&ground, table, partition, location).await?;
        }
        Ddl::Repair { table } => return partitions::repair(&ground, table).await,
        shown => return show::run(&ground, shown).await,
    }
    Ok(ResultSet::default())
}
