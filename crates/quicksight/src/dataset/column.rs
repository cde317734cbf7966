//! Columns and their types.

use serde_json::{Value, json};

/// What QuickSight knows of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnType {
    String,
    Integer,
    Decimal,
    DateTime,
}

impl ColumnType {
    /// Reads a name of the API, those of sources too.
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "INTEGER" | "BIT" | "BOOLEAN" => Self::Integer,
            "DECIMAL" => Self::Decimal,
            "DATETIME" => Self::DateTime,
            // JSON and semi-structured values are text.
            _ => Self::String,
        }
    }

    /// Returns the type that a query's column has, by Trino's name for it.
    pub(crate) fn of_trino(name: &str) -> Self {
        match name {
            "tinyint" | "smallint" | "integer" | "bigint" | "boolean" => Self::Integer,
            "real" | "double" | "decimal" => Self::Decimal,
            "date" | "timestamp" => Self::DateTime,
            _ if name.starts_with("timestamp") => Self::DateTime,
            _ => Self::String,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "STRING",
            Self::Integer => "INTEGER",
            Self::Decimal => "DECIMAL",
            Self::DateTime => "DATETIME",
        }
    }

    /// Returns what queries call it.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::String => "varchar",
            Self::Integer => "bigint",
            Self::Decimal => "double",
            Self::DateTime => "timestamp",
        }
    }

    /// Returns what a snapshot's files keep it as.
    pub(crate) fn stored(self) -> query::HiveType {
        match self {
            Self::String => query::HiveType::String,
            Self::Integer => query::HiveType::BigInt,
            Self::Decimal => query::HiveType::Double,
            Self::DateTime => query::HiveType::Timestamp,
        }
    }
}

/// A data set's column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: ColumnType,
    pub(crate) sub_type: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) geographic_role: Option<String>,
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self {
            name: name.into(),
            kind,
            sub_type: None,
            description: None,
            geographic_role: None,
        }
    }

    /// Returns it as `OutputColumns` has it.
    pub(crate) fn output(&self) -> Value {
        let mut shown = json!({"Name": self.name, "Type": self.kind.name()});
        if let Some(text) = &self.description {
            shown["Description"] = text.clone().into();
        }
        if let Some(text) = &self.sub_type {
            shown["SubType"] = text.clone().into();
        }
        shown
    }
}

/// Returns a name as a query has it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns text as a query has it.
pub(crate) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
