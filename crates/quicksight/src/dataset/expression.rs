//! Expressions in a data set: calculated columns, filters, joins.

use chrono::NaiveDateTime;
use visual::{
    ColumnType as Kind, ParameterValues,
    expression::{self, ErrorKind, ExpressionError},
};

use super::{Column, ColumnType};

/// Returns a value's SQL and its type.
pub(super) fn typed(
    text: &str,
    columns: &[Column],
    now: NaiveDateTime,
) -> Result<(String, ColumnType), ExpressionError> {
    let (sql, kind) = compiled(text, columns, now)?;
    Ok(match kind {
        Kind::Integer => (sql, ColumnType::Integer),
        Kind::Decimal => (format!("CAST({sql} AS double)"), ColumnType::Decimal),
        Kind::Datetime => (sql, ColumnType::DateTime),
        Kind::Boolean => (format!("CAST({sql} AS bigint)"), ColumnType::Integer),
        Kind::String => (sql, ColumnType::String),
    })
}

/// Says what is wrong with a calculated column; in AWS's words, and then where, if it names what is not there.
pub(super) fn wrong(column: &str, error: &ExpressionError) -> String {
    match error.kind {
        ErrorKind::Field(_) => format!(
            "Unable to process your request while preparing the table view from your schema, calculated columns \
             [{column}] are invalid. ErrorType: CONTEXTUAL_UNKNOWN_SYMBOL ({error})"
        ),
        _ => format!("Column {column}: {error}"),
    }
}

/// Returns a condition's SQL.
pub(crate) fn condition(
    text: &str,
    columns: &[Column],
    now: NaiveDateTime,
) -> Result<String, String> {
    match compiled(text, columns, now) {
        Ok((sql, Kind::Boolean)) => Ok(sql),
        Ok(_) => Err(format!("{text} is no condition")),
        Err(error) => Err(error.to_string()),
    }
}

/// `now` is when the data set is read: what `now()` in it means.
fn compiled(
    text: &str,
    columns: &[Column],
    now: NaiveDateTime,
) -> Result<(String, Kind), ExpressionError> {
    let columns: Vec<visual::Column> = columns.iter().map(seen).collect();
    expression::to_sql(text, &columns, &ParameterValues::default(), now)
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
