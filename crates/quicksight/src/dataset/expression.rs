//! Expressions in a data set: calculated columns, filters, joins.

use chrono::DateTime;
use visual::{ColumnType as Kind, ParameterValues, expression};

use super::{Column, ColumnType};

/// Returns a value's SQL and its type.
pub(super) fn typed(text: &str, columns: &[Column]) -> Result<(String, ColumnType), String> {
    let (sql, kind) = compiled(text, columns)?;
    Ok(match kind {
        Kind::Integer => (sql, ColumnType::Integer),
        Kind::Decimal => (format!("CAST({sql} AS double)"), ColumnType::Decimal),
        Kind::Datetime => (sql, ColumnType::DateTime),
        Kind::Boolean => (format!("CAST({sql} AS bigint)"), ColumnType::Integer),
        Kind::String => (sql, ColumnType::String),
    })
}

/// Returns a condition's SQL.
pub(crate) fn condition(text: &str, columns: &[Column]) -> Result<String, String> {
    match compiled(text, columns)? {
        (sql, Kind::Boolean) => Ok(sql),
        _ => Err(format!("{text} is no condition")),
    }
}

fn compiled(text: &str, columns: &[Column]) -> Result<(String, Kind), String> {
    let columns: Vec<visual::Column> = columns.iter().map(seen).collect();
    // A data set's expressions are compiled when it is read, and mean no moment of their own.
    let now = DateTime::UNIX_EPOCH.naive_utc();
    expression::to_sql(text, &columns, &ParameterValues::default(), now).map_err(|e| e.to_string())
}

/// Returns a column as visuals and expressions see it.
pub(crate) fn seen(column: &Column) -> visual::Column {
    let kind = match column.kind {
        ColumnType::String => Kind::String,
        ColumnType::Integer => Kind::Integer,
        ColumnType::Decimal => Kind::Decimal,
        ColumnType::DateTime => Kind::Datetime,
    };
    visual::Column::new(column.name.clone(), kind)
}
