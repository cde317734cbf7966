//! What a catalog says of a table, free of any catalog's own shapes.

use crate::{HiveType, Location};

/// A name that a query reads from.
#[derive(Clone, Debug, PartialEq)]
pub enum Relation {
    Table(Table),
    /// A table whose files never change while it is known by its place: its columns may stay in memory.
    Snapshot(Table),
    View(View),
    /// Rows at hand, all of them text: what `information_schema` has.
    Rows {
        columns: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
    },
}

/// A view: its query, and the schema that the query's bare names belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub sql: String,
    pub schema: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Lower case.
    pub name: String,
    pub data_type: HiveType,
}

impl Field {
    pub fn new(name: impl Into<String>, data_type: HiveType) -> Self {
        Self {
            name: name.into(),
            data_type,
        }
    }
}

/// Files that together are a table.
///
/// **Shape**: the columns are those in the files, in the files' order where a format has no names, and then
/// the partition columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<Field>,
    pub partition_columns: Vec<Field>,
    pub format: Format,
    /// One for a table without partitions.
    pub parts: Vec<Part>,
}

/// One partition's files, the nested folders' too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub location: Location,
    /// By partition column; absent for Hive's default partition.
    pub values: Vec<Option<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// Columns are found by name, whatever the case.
    Parquet,
    /// Lines of text; `.gz`, `.bz2` and `.zst` files are decompressed.
    Lines {
        format: LineFormat,
        skip_header: usize,
        skip_footer: usize,
    },
    /// What Hive can read and this cannot; queries fail with this name.
    Unsupported(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum LineFormat {
    /// Hive's LazySimpleSerDe: no quotes; a value that is none of its type is NULL.
    Delimited {
        field: char,
        escape: Option<char>,
        collection: char,
        map_key: char,
        null: String,
    },
    /// Hive's OpenCSVSerde.
    Csv {
        separator: char,
        quote: char,
        escape: char,
    },
    /// One object a line; names are found whatever the case, or by an explicit mapping from column to name.
    Json {
        ignore_malformed: bool,
        mappings: Vec<(String, String)>,
    },
    /// Hive's RegexSerDe: a group per column; a line that does not match is all NULL.
    Regex { pattern: String },
}
