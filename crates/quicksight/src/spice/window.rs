//! Incremental refreshes: only rows of the last days are read anew.

use aws::ApiError;
use chrono::{DateTime, Duration};
use serde_json::Value;

use crate::{
    dataset::{Column, ColumnType, Window, quoted},
    error::invalid,
};

/// Checks refresh properties against a data set's columns.
///
/// **Errors**: a window on a column that is not there or is no date.
pub(crate) fn check(properties: &Value, columns: &[Column]) -> Result<(), ApiError> {
    let window = properties.pointer("/RefreshConfiguration/IncrementalRefresh/LookbackWindow");
    let Some(name) = window
        .and_then(|w| w.get("ColumnName"))
        .and_then(Value::as_str)
    else {
        return Ok(());
    };
    match columns.iter().find(|c| c.name == name) {
        None => Err(invalid(format!(
            "Lookback window column {name} is not found"
        ))),
        Some(column) if column.kind != ColumnType::DateTime => Err(invalid(format!(
            "Lookback window column {name} is not of type DATETIME"
        ))),
        Some(_) => Ok(()),
    }
}

/// Returns the moment from which on rows are read anew, as a query has it.
pub(super) fn cutoff(window: &Window, now_ms: i64) -> Option<String> {
    let size = match window.size_unit.as_str() {
        "HOUR" => Duration::try_hours(window.size),
        "WEEK" => Duration::try_weeks(window.size),
        _ => Duration::try_days(window.size),
    };
    let from = DateTime::from_timestamp_millis(now_ms)?.checked_sub_signed(size?)?;
    Some(format!(
        "TIMESTAMP '{}'",
        from.format("%Y-%m-%d %H:%M:%S%.3f")
    ))
}

/// Returns the query of old rows before the cutoff and new rows from it on.
pub(super) fn merged(new: &str, columns: &[Column], window: &Window, cutoff: &str) -> String {
    let names: Vec<String> = columns.iter().map(|c| quoted(&c.name)).collect();
    let (names, by) = (names.join(", "), quoted(&window.column_name));
    format!(
        "SELECT {names} FROM former WHERE {by} IS NULL OR {by} < {cutoff} \
         UNION ALL SELECT {names} FROM ({new}) AS fresh WHERE {by} >= {cutoff}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cutoff_is_that_long_ago() {
        let window = |size, unit: &str| Window {
            column_name: "d".into(),
            size,
            size_unit: unit.into(),
        };
        let at = |w: &Window| cutoff(w, 86_400_000 * 10).unwrap();
        assert_eq!(at(&window(1, "DAY")), "TIMESTAMP '1970-01-10 00:00:00.000'");
        assert_eq!(
            at(&window(2, "HOUR")),
            "TIMESTAMP '1970-01-10 22:00:00.000'"
        );
        assert_eq!(cutoff(&window(i64::MAX, "WEEK"), 0), None);
    }
}
