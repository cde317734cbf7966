//! What CTAS and UNLOAD are told about their files.

use query::{Compression, Field, FileFormat, LineFormat, Location};

use super::files::{compression, unsupported};
use crate::{ddl::StorageFormat, execution::model::Failure, service::Athena};

/// Settings of CTAS and UNLOAD.
pub(super) struct Settings {
    pub(super) format: FileFormat,
    pub(super) stored: StorageFormat,
    pub(super) compression: Compression,
    pub(super) location: Option<String>,
    pub(super) partitioned_by: Vec<String>,
}

pub(super) fn settings(
    properties: &[(String, Vec<String>)],
    default: &str,
) -> Result<Settings, Failure> {
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
pub(super) fn split(
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
pub(super) async fn must_be_empty(athena: &Athena, location: &Location) -> Result<(), Failure> {
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
