//! Sorting and limits of a visual.

use serde_json::Value;

use super::{Aggregation, ColumnRef, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(crate) fn read(value: &Value, member: &str) -> Self {
        match value.get(member).and_then(Value::as_str) {
            Some("DESC") => Self::Descending,
            _ => Self::Ascending,
        }
    }

    /// Returns the direction in SQL; what is NULL comes last either way.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "ASC NULLS LAST",
            Self::Descending => "DESC NULLS LAST",
        }
    }
}

/// What is sorted by.
#[derive(Clone, Debug, PartialEq)]
pub enum SortBy {
    Field(String),
    Column(ColumnRef, Option<Aggregation>),
}

/// One key of a sort.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub by: SortBy,
    pub direction: Direction,
}

impl SortKey {
    /// Reads a `FieldSortOptions`, or a pivot table's `SortBy`.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        if let Some(field) = value.get("FieldSort").or_else(|| value.get("Field")) {
            return Some(Self {
                by: SortBy::Field(text(field, "FieldId")?),
                direction: Direction::read(field, "Direction"),
            });
        }
        let column = value.get("ColumnSort").or_else(|| value.get("Column"))?;
        Some(Self {
            by: SortBy::Column(
                ColumnRef::read(column.get("SortBy")?)?,
                column
                    .get("AggregationFunction")
                    .and_then(Aggregation::read),
            ),
            direction: Direction::read(column, "Direction"),
        })
    }
}

/// How many items are shown, and whether the rest becomes one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemsLimit {
    pub items: u64,
    pub other: bool,
}

impl ItemsLimit {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            items: value.get("ItemsLimit")?.as_u64().filter(|n| *n > 0)?,
            other: value.get("OtherCategories").and_then(Value::as_str) == Some("INCLUDE"),
        })
    }
}
