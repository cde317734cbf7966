//! CREATE TABLE AS.

use query::{Field, FileFormat, LineFormat, Location, WriteTarget};

use super::{
    files::{done, manifest, undo, write},
    insert::add_partitions,
    settings::{must_be_empty, settings, split},
};
use crate::{
    catalog::{CatalogError, Column, Parameters, SerdeInfo, StorageDescriptor, TableInput},
    ddl::{Ctas, StorageFormat},
    execution::{
        ddl_run::{PARQUET_SERDE, failure, formats},
        location::Output,
        model::{Execution, Failure},
        run::{Done, schema},
    },
    service::Athena,
};

pub(in crate::execution) async fn ctas(
    athena: &Athena,
    execution: &Execution,
    ctas: &Ctas,
    output: &Output,
) -> Result<Done, Failure> {
    let scope = execution.scope();
    let database = ctas
        .table
        .database
        .as_deref()
        .unwrap_or_else(|| schema(execution));
    match athena
        .catalog
        .table(&scope, database, &ctas.table.name)
        .await
    {
        Ok(_) if ctas.if_not_exists => return Ok(Done::default()),
        Ok(_) => {
            let what = format!(
                "TABLE_ALREADY_EXISTS: line 1:1: Table 'awsdatacatalog.{database}.{}' already exists",
                ctas.table.name
            );
            return Err(Failure::users(1006, what));
        }
        Err(CatalogError::TableNotFound { .. }) => {}
        Err(other) => return Err(failure(other)),
    }
    let settings = settings(&ctas.properties, "PARQUET")?;
    let location = match &settings.location {
        Some(url) => Location::parse(url).ok_or_else(|| {
            Failure::users(1003, format!("external_location is not an S3 path: {url}"))
        })?,
        None => Location {
            bucket: output.bucket.clone(),
            prefix: output.key.clone(),
        },
    }
    .folder();
    must_be_empty(athena, &location).await?;
    let by = settings.partitioned_by.clone();
    let sql = if ctas.with_data {
        ctas.query.clone()
    } else {
        format!("SELECT * FROM ({}) LIMIT 0", ctas.query)
    };
    let (written, scanned, target) = write(athena, execution, &sql, |answer| {
        let (columns, partition_columns) = split(answer, &by)?;
        if let Some(unnamed) = answer
            .iter()
            .position(|c| c.name == format!("_col{}", column_place(answer, c)))
        {
            let what = format!(
                "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {}",
                unnamed + 1
            );
            return Err(Failure::users(1003, what));
        }
        Ok(WriteTarget {
            location: location.clone(),
            format: settings.format.clone(),
            compression: settings.compression,
            columns,
            partition_columns,
            file_prefix: execution.id.clone(),
        })
    })
    .await?;
    let made = async {
        let input = ctas_table(&ctas.table.name, &target, &settings.stored);
        let created_by = format!("arn:aws:iam::{}:root", scope.account);
        athena
            .catalog
            .create_table(&scope, database, input, &created_by)
            .await
            .map_err(failure)?;
        let table = athena
            .catalog
            .table(&scope, database, &ctas.table.name)
            .await
            .map_err(failure)?;
        add_partitions(athena, execution, &table, &written).await
    };
    if let Err(error) = made.await {
        undo(athena, &target.location.bucket, &written).await;
        return Err(error);
    }
    let beside = output.clone();
    let manifest = manifest(athena, &beside, &target.location.bucket, &written).await?;
    Ok(done(&written, scanned, manifest))
}

fn column_place(answer: &[query::ResultColumn], column: &query::ResultColumn) -> usize {
    answer
        .iter()
        .position(|c| std::ptr::eq(c, column))
        .unwrap_or(usize::MAX)
}

fn ctas_table(name: &str, target: &WriteTarget, stored: &StorageFormat) -> TableInput {
    let column = |f: &Field| Column {
        name: f.name.clone(),
        data_type: Some(f.data_type.to_string()),
        ..Column::default()
    };
    let (input_format, output_format, library) = formats(Some(stored));
    let mut serde = Parameters::new();
    if let FileFormat::Lines(LineFormat::Delimited { field, .. }) = &target.format {
        serde.insert("field.delim".into(), field.to_string());
        serde.insert("serialization.format".into(), field.to_string());
    }
    let mut parameters: Parameters = [("EXTERNAL".to_owned(), "TRUE".to_owned())]
        .into_iter()
        .collect();
    parameters.insert("has_encrypted_data".into(), "false".into());
    if library == PARQUET_SERDE {
        parameters.insert("classification".into(), "parquet".into());
        parameters.insert(
            "parquet.compression".into(),
            format!("{:?}", target.compression).to_uppercase(),
        );
    }
    TableInput {
        name: name.to_owned(),
        owner: Some("hadoop".into()),
        retention: Some(0),
        partition_keys: Some(target.partition_columns.iter().map(column).collect()),
        table_type: Some("EXTERNAL_TABLE".into()),
        parameters: Some(parameters),
        storage_descriptor: Some(StorageDescriptor {
            columns: target.columns.iter().map(column).collect(),
            location: Some(target.location.url()),
            input_format: Some(input_format),
            output_format: Some(output_format),
            serde_info: Some(SerdeInfo {
                name: Some(name.to_owned()),
                serialization_library: Some(library.to_owned()),
                parameters: Some(serde),
            }),
            ..StorageDescriptor::default()
        }),
        ..TableInput::default()
    }
}
