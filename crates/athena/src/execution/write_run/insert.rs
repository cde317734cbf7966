//! INSERT INTO.

use query::{Compression, Field, FileFormat, Location, WriteTarget, Written};

use super::files::{compression, done, file_format, manifest, undo, unsupported, write};
use crate::{
    catalog::{CatalogError, Table},
    ddl::{Insert, TableName},
    execution::{
        ddl_run::failure,
        location::Output,
        model::{Execution, Failure},
        partitions,
        relation::{fields, format},
        run::{Done, schema},
    },
    service::Athena,
};

async fn find(athena: &Athena, execution: &Execution, name: &TableName) -> Result<Table, Failure> {
    let database = name
        .database
        .as_deref()
        .unwrap_or_else(|| schema(execution));
    athena.catalog.table(&execution.scope(), database, &name.name).await.map_err(|e| match e {
        CatalogError::TableNotFound { name } => Failure::users(
            1006,
            format!("TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.{database}.{name}' does not exist"),
        ),
        CatalogError::DatabaseNotFound { name } => {
            Failure::users(1006, format!("SCHEMA_NOT_FOUND: line 1:1: Schema {name} does not exist"))
        }
        other => failure(other),
    })
}

pub(in crate::execution) async fn insert(
    athena: &Athena,
    execution: &Execution,
    insert: &Insert,
    output: &Output,
) -> Result<Done, Failure> {
    let table = find(athena, execution, &insert.table).await?;
    if table.is_view() {
        return Err(unsupported("Inserting into views"));
    }
    let descriptor = table.input.storage_descriptor.clone().unwrap_or_default();
    let file_format = file_format(format(&table, &descriptor))?;
    let location = descriptor.location.as_deref().and_then(Location::parse);
    let location = location.ok_or_else(|| Failure::ddl("the table has no location"))?;
    let (columns, partition_columns) = (fields(table.columns())?, fields(table.partition_keys())?);
    let sql = in_table_order(insert, &columns, &partition_columns)?;
    let given = table
        .parameter("parquet.compress")
        .or_else(|| table.parameter("parquet.compression"));
    let given = given.or_else(|| table.parameter("write.compression"));
    let compression = match (&file_format, given) {
        (FileFormat::Lines(_), None) => Compression::Gzip,
        (format, given) => compression(given, format)?,
    };
    let (written, scanned, target) = write(athena, execution, &sql, |answer| {
        let width = columns.len() + partition_columns.len();
        if insert.columns.is_empty() && answer.len() != width {
            let table: Vec<String> =
                columns.iter().chain(&partition_columns).map(|c| c.data_type.trino_name()).collect();
            let query: Vec<&str> = answer.iter().map(|c| c.full_type.as_str()).collect();
            return Err(Failure::users(
                1003,
                format!(
                    "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [{}], Query: [{}]",
                    table.join(", "),
                    query.join(", ")
                ),
            ));
        }
        Ok(WriteTarget {
            location,
            format: file_format,
            compression,
            columns,
            partition_columns,
            file_prefix: execution.id.clone(),
        })
    })
    .await?;
    if let Err(error) = add_partitions(athena, execution, &table, &written).await {
        undo(athena, &target.location.bucket, &written).await;
        return Err(error);
    }
    let manifest = manifest(athena, output, &target.location.bucket, &written).await?;
    Ok(done(&written, scanned, manifest))
}

/// Puts `INSERT INTO t (b, a) SELECT …` in the order of the table's columns; those not named are NULL.
fn in_table_order(
    insert: &Insert,
    columns: &[Field],
    partitions: &[Field],
) -> Result<String, Failure> {
    if insert.columns.is_empty() {
        return Ok(insert.query.clone());
    }
    let all: Vec<&Field> = columns.iter().chain(partitions).collect();
    if let Some(unknown) = insert
        .columns
        .iter()
        .find(|c| all.iter().all(|f| f.name != **c))
    {
        return Err(Failure::users(
            1006,
            format!(
                "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: {unknown}"
            ),
        ));
    }
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let given: Vec<String> = insert.columns.iter().map(|c| quoted(c)).collect();
    let wanted: Vec<String> = all
        .iter()
        .map(|f| {
            if insert.columns.contains(&f.name) {
                quoted(&f.name)
            } else {
                format!("NULL AS {}", quoted(&f.name))
            }
        })
        .collect();
    Ok(format!(
        "SELECT {} FROM ({}) AS __given ({})",
        wanted.join(", "),
        insert.query,
        given.join(", ")
    ))
}

pub(super) async fn add_partitions(
    athena: &Athena,
    execution: &Execution,
    table: &Table,
    written: &Written,
) -> Result<(), Failure> {
    let scope = execution.scope();
    let mut inputs = Vec::new();
    for (values, folder) in &written.partitions {
        let values: Vec<String> = values
            .iter()
            .map(|v| v.clone().unwrap_or_else(|| partitions::NULL.into()))
            .collect();
        if athena
            .catalog
            .partition(&scope, table, &values)
            .await
            .is_err()
        {
            inputs.push(partitions::input(table, values, Some(&folder.url())));
        }
    }
    athena
        .catalog
        .put_partitions(&scope, table, inputs)
        .await
        .map_err(failure)
}

#[cfg(test)]
mod tests {
    use query::HiveType;

    use super::*;

    #[test]
    fn columns_named_by_an_insert_go_to_their_places() {
        let insert = Insert {
            table: TableName {
                database: None,
                name: "t".into(),
            },
            columns: vec!["b".into(), "a".into()],
            query: "SELECT 1, 2".into(),
        };
        let columns = ["a", "b", "c"].map(|n| Field::new(n, HiveType::Int));
        let sql = in_table_order(&insert, &columns, &[]).unwrap();
        assert_eq!(
            sql,
            "SELECT \"a\", \"b\", NULL AS \"c\" FROM (SELECT 1, 2) AS __given (\"b\", \"a\")"
        );
        let unknown = Insert {
            columns: vec!["z".into()],
            ..insert
        };
        assert!(in_table_order(&unknown, &columns, &[]).is_err());
    }
}
