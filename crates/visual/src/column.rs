//! The columns of a data set, and the kinds of value they hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a column holds, as QuickSight tells its data types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ColumnType {
    String,
    Integer,
    Decimal,
    Datetime,
    Boolean,
}

impl ColumnType {
    /// Reads a type's name in the API; what is neither number, date nor boolean (`JSON`, …) is text.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "INTEGER" => Self::Integer,
            "DECIMAL" => Self::Decimal,
            "DATETIME" => Self::Datetime,
            "BIT" | "BOOLEAN" => Self::Boolean,
            _ => Self::String,
        }
    }

    /// Returns the name that the API has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "STRING",
            Self::Integer => "INTEGER",
            Self::Decimal => "DECIMAL",
            Self::Datetime => "DATETIME",
            Self::Boolean => "BOOLEAN",
        }
    }

    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }
}

/// A column of a data set as an analysis sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

impl Column {
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// The columns of each data set, by the identifier that the definition gives it.
pub type DataSets = BTreeMap<String, Vec<Column>>;
