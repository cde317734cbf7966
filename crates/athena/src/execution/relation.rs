//! The catalog as queries see it: Hive's tables put into the terms of the `query` crate.

use async_trait::async_trait;
use query::{Field, Format, HiveType, LineFormat, Location, Part, QueryError, Relation};

use super::{information, show};
use crate::catalog::{Catalog, CatalogError, Column, Scope, StorageDescriptor, Table};

/// One account's catalog in one region.
pub(crate) struct ScopedCatalog {
    pub(crate) catalog: Catalog,
    pub(crate) scope: Scope,
}

#[async_trait]
impl query::Catalog for ScopedCatalog {
    async fn relation(&self, schema: &str, name: &str) -> Result<Option<Relation>, QueryError> {
        if schema == information::SCHEMA {
            return information::relation(self, name).await.map_err(internal);
        }
        match self.catalog.table(&self.scope, schema, name).await {
            Ok(table) => self.of(&table).await.map(Some),
            Err(CatalogError::TableNotFound { .. } | CatalogError::DatabaseNotFound { .. }) => {
                Ok(None)
            }
            Err(error) => Err(internal(error)),
        }
    }

    async fn has_schema(&self, schema: &str) -> Result<bool, QueryError> {
        if schema == information::SCHEMA {
            return Ok(true);
        }
        match self.catalog.database(&self.scope, schema).await {
            Ok(_) => Ok(true),
            Err(CatalogError::DatabaseNotFound { .. }) => Ok(false),
            Err(error) => Err(internal(error)),
        }
    }
}

fn internal(error: CatalogError) -> QueryError {
    QueryError::Internal {
        message: error.to_string(),
    }
}

fn metadata(message: impl Into<String>) -> QueryError {
    QueryError::Failed {
        code: "HIVE_INVALID_METADATA",
        message: message.into(),
    }
}

impl ScopedCatalog {
    async fn of(&self, table: &Table) -> Result<Relation, QueryError> {
        if table.is_view() {
            return show::view(table)
                .map(Relation::View)
                .ok_or_else(|| metadata(format!("Invalid view: {}", table.name())));
        }
        let format = table.input.storage_descriptor.as_ref().map_or_else(
            || Format::Unsupported("a table without a storage descriptor".into()),
            |d| format(table, d),
        );
        let columns = fields(table.columns())?;
        let partition_columns = fields(table.partition_keys())?;
        let parts = self.parts(table).await?;
        Ok(Relation::Table(query::Table {
            columns,
            partition_columns,
            format,
            parts,
        }))
    }

    async fn parts(&self, table: &Table) -> Result<Vec<Part>, QueryError> {
        let place = |url: &str| {
            Location::parse(url)
                .ok_or_else(|| metadata(format!("Table location is not an S3 path: {url}")))
        };
        if table.partition_keys().is_empty() {
            let Some(url) = table.location().filter(|l| !l.is_empty()) else {
                return Err(metadata(format!("Table {} has no location", table.name())));
            };
            return Ok(vec![Part {
                location: place(url)?,
                values: Vec::new(),
            }]);
        }
        let found = self
            .catalog
            .partitions(&self.scope, table)
            .await
            .map_err(internal)?;
        found
            .into_iter()
            .map(|partition| {
                let url = partition.location().or(table.location()).unwrap_or("");
                let null = |v: &String| (v != super::partitions::NULL).then(|| v.clone());
                Ok(Part {
                    location: place(url)?,
                    values: partition.input.values.iter().map(null).collect(),
                })
            })
            .collect()
    }
}

/// Returns columns in the terms of queries.
pub(crate) fn fields(columns: &[Column]) -> Result<Vec<Field>, QueryError> {
    columns
        .iter()
        .map(|column| {
            let text = column.data_type.as_deref().unwrap_or("string");
            let data_type = HiveType::parse(text)
                .map_err(|e| metadata(format!("{e} of column {}", column.name)))?;
            Ok(Field::new(column.name.clone(), data_type))
        })
        .collect()
}

/// Returns how a table's files are read, by its serde and else by its input format.
pub(crate) fn format(table: &Table, descriptor: &StorageDescriptor) -> Format {
    if table
        .parameter("table_type")
        .is_some_and(|t| t.eq_ignore_ascii_case("iceberg"))
    {
        return Format::Unsupported("Iceberg tables".into());
    }
    let serde = descriptor.serde_library().to_ascii_lowercase();
    let input = descriptor
        .input_format
        .as_deref()
        .unwrap_or("")
        .to_ascii_lowercase();
    if serde.contains("parquet") || (serde.is_empty() && input.contains("parquet")) {
        return Format::Parquet;
    }
    let line = if serde.contains("opencsvserde") {
        LineFormat::Csv {
            separator: character(descriptor, &["separatorchar", "separatorChar"], ','),
            quote: character(descriptor, &["quotechar", "quoteChar"], '"'),
            escape: character(descriptor, &["escapechar", "escapeChar"], '\\'),
        }
    } else if serde.contains("json") {
        let parameters = descriptor
            .serde_info
            .as_ref()
            .and_then(|s| s.parameters.as_ref());
        let mappings = parameters.into_iter().flatten().filter_map(|(key, value)| {
            key.strip_prefix("mapping.")
                .map(|column| (column.to_lowercase(), value.clone()))
        });
        let ignore = descriptor.serde_parameter("ignore.malformed.json");
        LineFormat::Json {
            ignore_malformed: ignore.is_some_and(|v| v.eq_ignore_ascii_case("true")),
            mappings: mappings.collect(),
        }
    } else if serde.contains("regexserde") {
        LineFormat::Regex {
            pattern: descriptor
                .serde_parameter("input.regex")
                .unwrap_or(".*")
                .to_owned(),
        }
    } else if serde.contains("lazysimple")
        || (serde.is_empty() && (input.is_empty() || input.contains("text")))
    {
        let default = character(descriptor, &["serialization.format"], '\u{1}');
        LineFormat::Delimited {
            field: character(descriptor, &["field.delim"], default),
            escape: descriptor.serde_parameter("escape.delim").and_then(first),
            collection: character(
                descriptor,
                &["colelction.delim", "collection.delim"],
                '\u{2}',
            ),
            map_key: character(descriptor, &["mapkey.delim"], '\u{3}'),
            null: descriptor
                .serde_parameter("serialization.null.format")
                .unwrap_or("\\N")
                .to_owned(),
        }
    } else {
        let name = if serde.is_empty() {
            input
        } else {
            descriptor.serde_library().to_owned()
        };
        return Format::Unsupported(name);
    };
    let count = |key: &str| {
        let value = table
            .parameter(key)
            .or_else(|| descriptor.serde_parameter(key));
        value.and_then(|v| v.trim().parse().ok()).unwrap_or(0)
    };
    Format::Lines {
        format: line,
        skip_header: count("skip.header.line.count"),
        skip_footer: count("skip.footer.line.count"),
    }
}

/// A delimiter as serdes take it: a character, or its number (`1` is Control-A in `serialization.format`).
fn first(text: &str) -> Option<char> {
    match text.parse::<u8>() {
        Ok(number) if number < 32 => Some(char::from(number)),
        _ => text.chars().next(),
    }
}

fn character(descriptor: &StorageDescriptor, keys: &[&str], default: char) -> char {
    keys.iter()
        .find_map(|key| descriptor.serde_parameter(key))
        .and_then(first)
        .unwrap_or(default)
}
