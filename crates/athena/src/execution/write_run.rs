//! `INSERT INTO`, `CREATE TABLE AS`, `UNLOAD`, and prepared statements by SQL.

use query::{Compression, Field, FileFormat, Format, LineFormat, Location, WriteTarget, Written};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key};

use super::{
    ddl_run::{PARQUET_SERDE, failure, formats},
    location::Output,
    model::{Execution, Failure},
    partitions,
    relation::{fields, format},
    run::{Done, schema, scoped},
    start::substitute,
};
use crate::{
    catalog::{CatalogError, Column, Parameters, SerdeInfo, StorageDescriptor, Table, TableInput},
    ddl::{self, Ctas, Insert, Statement, StorageFormat, TableName, Unload},
    service::Athena,
};

pub(crate) const PREPARED: &str = "athena/prepared";

/// A prepared statement as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PreparedStatement {
    pub(crate) statement_name: String,
    pub(crate) query_statement: String,
    pub(crate) work_group_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Epoch seconds.
    pub(crate) last_modified_time: f64,
}

pub(crate) fn prepared_key(scope: &crate::catalog::Scope, work_group: &str, name: &str) -> Key {
    Key::of(&[
        &scope.account,
        &scope.region,
        work_group,
        &name.to_lowercase(),
    ])
}

pub(super) async fn prepare(
    athena: &Athena,
    execution: &Execution,
    name: &str,
    query: &str,
) -> Result<(), Failure> {
    let statement = PreparedStatement {
        statement_name: name.to_owned(),
        query_statement: query.to_owned(),
        work_group_name: execution.work_group.clone(),
        description: None,
        last_modified_time: super::model::seconds(athena.clock.now_ms()),
    };
    let mut batch = Batch::new();
    let key = prepared_key(&execution.scope(), &execution.work_group, name);
    batch
        .put_json(PREPARED, key, &statement, Expect::Any)
        .map_err(Failure::internal)?;
    athena.store.commit(batch).await.map_err(Failure::internal)
}

pub(super) async fn deallocate(
    athena: &Athena,
    execution: &Execution,
    name: &str,
) -> Result<(), Failure> {
    let mut batch = Batch::new();
    batch.delete(
        PREPARED,
        prepared_key(&execution.scope(), &execution.work_group, name),
    );
    athena.store.commit(batch).await.map_err(Failure::internal)
}

/// Returns the statement that `EXECUTE` means.
pub(super) async fn prepared(
    athena: &Athena,
    execution: &Execution,
    name: &str,
    values: &[String],
) -> Result<Statement, Failure> {
    let key = prepared_key(&execution.scope(), &execution.work_group, name);
    let found: Option<PreparedStatement> = athena
        .store
        .get_json(PREPARED, &key)
        .await
        .map_err(Failure::internal)?;
    let Some(found) = found else {
        return Err(Failure::users(
            1003,
            format!("NOT_FOUND: Prepared statement not found: {name}"),
        ));
    };
    let text = substitute(&found.query_statement, values)
        .map_err(|e| Failure::users(1003, format!("INVALID_PARAMETER_USAGE: line 1:1: {e}")))?;
    ddl::parse(&text).map_err(|e| Failure::users(1003, format!("SYNTAX_ERROR: {e}")))
}

fn unsupported(what: impl Into<String>) -> Failure {
    Failure::users(1002, format!("NOT_SUPPORTED: {}", what.into()))
}

/// Returns how a table is written, or that it cannot be.
fn file_format(read: Format) -> Result<FileFormat, Failure> {
    match read {
        Format::Parquet => Ok(FileFormat::Parquet),
        Format::Lines {
            format: LineFormat::Regex { .. },
            ..
        } => Err(unsupported("Writing with RegexSerDe")),
        Format::Lines { format, .. } => Ok(FileFormat::Lines(format)),
        Format::Unsupported(name) => Err(unsupported(format!("Writing {name}"))),
    }
}

fn compression(name: Option<&str>, format: &FileFormat) -> Result<Compression, Failure> {
    match name.map(str::to_ascii_uppercase).as_deref() {
        None if *format == FileFormat::Parquet => Ok(Compression::Snappy),
        None => Ok(Compression::Gzip),
        Some("NONE" | "UNCOMPRESSED") => Ok(Compression::None),
        Some("SNAPPY") if *format == FileFormat::Parquet => Ok(Compression::Snappy),
        Some("GZIP") => Ok(Compression::Gzip),
        Some("ZSTD") => Ok(Compression::Zstd),
        Some(other) => Err(unsupported(format!("Compression {other}"))),
    }
}

/// Runs the query and writes its answer; what was put is deleted again where it cannot be finished.
async fn write(
    athena: &Athena,
    execution: &Execution,
    sql: &str,
    shape: impl FnOnce(&[query::ResultColumn]) -> Result<WriteTarget, Failure>,
) -> Result<(Written, u64, WriteTarget), Failure> {
    let prepared = athena
        .engine
        .prepare(sql, schema(execution), &scoped(athena, execution))
        .await?;
    let target = shape(prepared.columns())?;
    let rows = prepared.run().await?;
    let scanned = rows.scanned();
    let written = rows.write(&athena.objects, &target).await?;
    Ok((written, scanned.bytes(), target))
}

async fn undo(athena: &Athena, bucket: &str, written: &Written) {
    for key in &written.keys {
        if let Err(error) = athena.objects.delete(bucket, key).await {
            tracing::warn!(bucket, key, %error, "a file of a failed query stays");
        }
    }
}

/// Writes `ID-manifest.csv`: an object per line.
async fn manifest(
    athena: &Athena,
    output: &Output,
    bucket: &str,
    written: &Written,
) -> Result<String, Failure> {
    let place = output.with("-manifest.csv");
    let text: String = written
        .keys
        .iter()
        .map(|key| format!("s3://{bucket}/{key}\n"))
        .collect();
    let request = objects::PutRequest::of_type("text/csv");
    athena
        .objects
        .put_bytes(&place.bucket, &place.key, request, text.into_bytes())
        .await
        .map_err(Failure::internal)?;
    Ok(place.url())
}

fn done(written: &Written, scanned: u64, manifest: String) -> Done {
    Done {
        scanned,
        updated: Some(written.rows),
        manifest: Some(manifest),
        rows: Some(written.rows),
        ..Done::default()
    }
}

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

pub(super) async fn insert(
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

async fn add_partitions(
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

/// Settings of CTAS and UNLOAD.
struct Settings {
    format: FileFormat,
    stored: StorageFormat,
    compression: Compression,
    location: Option<String>,
    partitioned_by: Vec<String>,
}

fn settings(properties: &[(String, Vec<String>)], default: &str) -> Result<Settings, Failure> {
    let one = |key: &str| {
        properties
            .iter()
            .find(|(k, _)| k == key)
            .and_then(|(_, v)| v.first())
            .map(String::as_str)
    };
    const KNOWN: [&str; 9] = [
        "format",
        "external_location",
        "partitioned_by",
        "write_compression",
        "parquet_compression",
        "compression",
        "field_delimiter",
        "table_type",
        "is_external",
    ];
    if let Some((unknown, _)) = properties
        .iter()
        .find(|(k, _)| !KNOWN.contains(&k.as_str()))
    {
        return Err(unsupported(format!("Table property '{unknown}'")));
    }
    if one("table_type").is_some_and(|t| t.eq_ignore_ascii_case("iceberg")) {
        return Err(unsupported("Iceberg tables"));
    }
    let name = one("format").unwrap_or(default).to_ascii_uppercase();
    let delimiter = one("field_delimiter")
        .and_then(|d| d.chars().next())
        .unwrap_or('\u{1}');
    let (format, stored) = match name.as_str() {
        "PARQUET" => (FileFormat::Parquet, "PARQUET"),
        "JSON" => (
            FileFormat::Lines(LineFormat::Json {
                ignore_malformed: false,
                mappings: Vec::new(),
            }),
            "JSON",
        ),
        "TEXTFILE" => {
            let line = LineFormat::Delimited {
                field: delimiter,
                escape: None,
                collection: '\u{2}',
                map_key: '\u{3}',
                null: "\\N".into(),
            };
            (FileFormat::Lines(line), "TEXTFILE")
        }
        other => return Err(unsupported(format!("Writing {other}"))),
    };
    let chosen = one("write_compression")
        .or_else(|| one("parquet_compression"))
        .or_else(|| one("compression"));
    // Athena compresses what it writes with GZIP unless told otherwise.
    let compression = compression(chosen.or(Some("GZIP")), &format)?;
    let by = properties
        .iter()
        .find(|(k, _)| k == "partitioned_by")
        .map(|(_, v)| v.clone())
        .unwrap_or_default();
    Ok(Settings {
        format,
        stored: StorageFormat::Named(stored.into()),
        compression,
        location: one("external_location").map(str::to_owned),
        partitioned_by: by.iter().map(|c| c.to_lowercase()).collect(),
    })
}

/// Splits an answer's columns into those in files and those in folders, which must come last.
fn split(
    answer: &[query::ResultColumn],
    partitioned_by: &[String],
) -> Result<(Vec<Field>, Vec<Field>), Failure> {
    let typed: Vec<Field> = answer
        .iter()
        .map(|c| {
            let data_type = c
                .hive_type
                .clone()
                .ok_or_else(|| unsupported(format!("Column type {}", c.full_type)))?;
            Ok(Field::new(c.name.to_lowercase(), data_type))
        })
        .collect::<Result<_, Failure>>()?;
    let own = typed.len().saturating_sub(partitioned_by.len());
    let last: Vec<&str> = typed[own..].iter().map(|f| f.name.as_str()).collect();
    if last
        != partitioned_by
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
        || own == 0
    {
        return Err(Failure::users(
            1003,
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order \
             as the table properties",
        ));
    }
    Ok((typed[..own].to_vec(), typed[own..].to_vec()))
}

/// Refuses a folder that has data already, as Athena does.
async fn must_be_empty(athena: &Athena, location: &Location) -> Result<(), Failure> {
    if query::data_files(&athena.objects, location)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    Err(Failure::users(
        1101,
        format!(
            "HIVE_PATH_ALREADY_EXISTS: Target directory for table '{}' already exists",
            location.url()
        ),
    ))
}

pub(super) async fn ctas(
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

pub(super) async fn unload(
    athena: &Athena,
    execution: &Execution,
    unload: &Unload,
    output: &Output,
) -> Result<Done, Failure> {
    let settings = settings(&unload.properties, "PARQUET")?;
    let location = Location::parse(&unload.location).ok_or_else(|| {
        Failure::users(
            1003,
            format!("The UNLOAD location is not an S3 path: {}", unload.location),
        )
    })?;
    let location = location.folder();
    must_be_empty(athena, &location).await?;
    let by = settings.partitioned_by.clone();
    let (written, scanned, target) = write(athena, execution, &unload.query, |answer| {
        let (columns, partition_columns) = split(answer, &by)?;
        let format = match settings.format.clone() {
            FileFormat::Lines(LineFormat::Delimited {
                field: '\u{1}',
                escape,
                collection,
                map_key,
                null,
            }) => FileFormat::Lines(LineFormat::Delimited {
                field: ',',
                escape,
                collection,
                map_key,
                null,
            }),
            other => other,
        };
        Ok(WriteTarget {
            location: location.clone(),
            format,
            compression: settings.compression,
            columns,
            partition_columns,
            file_prefix: execution.id.clone(),
        })
    })
    .await?;
    let manifest = manifest(athena, output, &target.location.bucket, &written).await?;
    Ok(done(&written, scanned, manifest))
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
