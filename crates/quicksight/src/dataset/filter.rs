//! Filters in a data set.

use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

use super::{Column, ColumnType, compile::find, expression, quoted, text_literal};

/// Returns the condition of a filter operation: an expression, or one of the forms with a column and values.
pub(super) fn condition(
    operation: &Value,
    columns: &[Column],
    now: NaiveDateTime,
) -> Result<String, String> {
    if let Some(text) = operation.get("ConditionExpression").and_then(Value::as_str) {
        return expression::condition(text, columns, now);
    }
    let forms = [
        ("StringFilterCondition", ColumnType::String),
        ("NumericFilterCondition", ColumnType::Decimal),
        ("DateFilterCondition", ColumnType::DateTime),
    ];
    let (form, kind) = forms
        .iter()
        .find_map(|(name, kind)| Some((operation.get(*name)?, *kind)))
        .ok_or("FilterOperation has no condition")?;
    let name = form.get("ColumnName").and_then(Value::as_str).unwrap_or("");
    let column = quoted(&find(columns, name)?.name);
    if let Some(list) = form.get("ListFilterCondition") {
        return Ok(listed(&column, list));
    }
    if let Some(range) = form.get("RangeFilterCondition") {
        return range_of(&column, kind, range);
    }
    let comparison = form
        .get("ComparisonFilterCondition")
        .ok_or("FilterOperation has no condition")?;
    let operator = comparison
        .get("Operator")
        .and_then(Value::as_str)
        .unwrap_or("");
    let value = comparison
        .pointer("/Value/StaticValue")
        .ok_or("A filter needs a value")?;
    compared(&column, kind, operator, value)
}

fn listed(column: &str, list: &Value) -> String {
    let values = list
        .pointer("/Values/StaticValues")
        .and_then(Value::as_array);
    let values: Vec<String> = values
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(text_literal)
        .collect();
    let excludes = list.get("Operator").and_then(Value::as_str) == Some("EXCLUDE");
    match (values.is_empty(), excludes) {
        (true, true) => "TRUE".into(),
        (true, false) => "FALSE".into(),
        (false, true) => format!(
            "({column} IS NULL OR {column} NOT IN ({}))",
            values.join(", ")
        ),
        (false, false) => format!("{column} IN ({})", values.join(", ")),
    }
}

fn compared(
    column: &str,
    kind: ColumnType,
    operator: &str,
    value: &Value,
) -> Result<String, String> {
    let text = value.as_str().unwrap_or("");
    let position = format!("strpos({column}, {})", text_literal(text));
    let tail = format!("substr({column}, -{})", text.chars().count());
    Ok(match operator {
        "CONTAINS" => format!("{position} > 0"),
        "DOES_NOT_CONTAIN" => format!("({column} IS NULL OR {position} = 0)"),
        "STARTS_WITH" => format!("{position} = 1"),
        "ENDS_WITH" if text.is_empty() => format!("{column} IS NOT NULL"),
        "ENDS_WITH" => format!("{tail} = {}", text_literal(text)),
        "DOES_NOT_EQUAL" => format!(
            "({column} IS NULL OR {column} <> {})",
            literal(kind, value)?
        ),
        _ => {
            let sign = match operator {
                "EQUALS" => "=",
                "GREATER_THAN" | "AFTER" => ">",
                "GREATER_THAN_OR_EQUALS_TO" | "AFTER_OR_EQUALS_TO" => ">=",
                "LESS_THAN" | "BEFORE" => "<",
                "LESS_THAN_OR_EQUALS_TO" | "BEFORE_OR_EQUALS_TO" => "<=",
                other => return Err(format!("Unknown operator {other}")),
            };
            format!("{column} {sign} {}", literal(kind, value)?)
        }
    })
}

fn range_of(column: &str, kind: ColumnType, range: &Value) -> Result<String, String> {
    let includes = |name: &str| range.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mut parts = Vec::new();
    for (bound, include, open, closed) in [
        ("RangeMinimum", "IncludeMinimum", ">", ">="),
        ("RangeMaximum", "IncludeMaximum", "<", "<="),
    ] {
        if let Some(value) = range.get(bound).and_then(|b| b.get("StaticValue")) {
            let sign = if includes(include) { closed } else { open };
            parts.push(format!("{column} {sign} {}", literal(kind, value)?));
        }
    }
    if parts.is_empty() {
        return Err("A range needs a minimum or a maximum".into());
    }
    Ok(parts.join(" AND "))
}

fn literal(kind: ColumnType, value: &Value) -> Result<String, String> {
    match kind {
        ColumnType::Decimal | ColumnType::Integer => {
            let number = value.as_f64().ok_or("A numeric filter needs a number")?;
            Ok(visual::sql::number(number))
        }
        ColumnType::DateTime => {
            let given = value
                .as_f64()
                .or_else(|| value.as_str().and_then(aws::time::parse));
            let ms = given.map(|seconds| (seconds * 1000.0).round() as i64);
            let moment = ms.and_then(DateTime::from_timestamp_millis);
            let moment = moment.ok_or("A date filter needs a time")?;
            Ok(visual::sql::timestamp(moment.naive_utc()))
        }
        ColumnType::String => Ok(text_literal(value.as_str().unwrap_or(""))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sql(operation: &Value) -> Result<String, String> {
        let columns = [
            Column::new("s", ColumnType::String),
            Column::new("n", ColumnType::Integer),
            Column::new("d", ColumnType::DateTime),
        ];
        condition(operation, &columns, NaiveDateTime::default())
    }

    #[test]
    fn conditions_by_form() {
        let contains = json!({"StringFilterCondition": {"ColumnName": "s", "ComparisonFilterCondition": {
            "Operator": "CONTAINS", "Value": {"StaticValue": "it's"}}}});
        assert_eq!(sql(&contains).unwrap(), "strpos(\"s\", 'it''s') > 0");
        let range = json!({"NumericFilterCondition": {"ColumnName": "n", "RangeFilterCondition": {
            "RangeMinimum": {"StaticValue": 1}, "IncludeMinimum": true, "RangeMaximum": {"StaticValue": 2.5}}}});
        assert_eq!(sql(&range).unwrap(), "\"n\" >= 1 AND \"n\" < 2.5E0");
        let after = json!({"DateFilterCondition": {"ColumnName": "d", "ComparisonFilterCondition": {
            "Operator": "AFTER", "Value": {"StaticValue": 0}}}});
        assert_eq!(
            sql(&after).unwrap(),
            "\"d\" > TIMESTAMP '1970-01-01 00:00:00.000'"
        );
        let list = json!({"StringFilterCondition": {"ColumnName": "s", "ListFilterCondition": {
            "Operator": "EXCLUDE", "Values": {"StaticValues": ["a", "b"]}}}});
        assert_eq!(
            sql(&list).unwrap(),
            "(\"s\" IS NULL OR \"s\" NOT IN ('a', 'b'))"
        );
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let gone = json!({"StringFilterCondition": {"ColumnName": "x"}});
        assert_eq!(sql(&gone).unwrap_err(), "Column x is not found");
        assert!(sql(&json!({})).is_err());
    }
}
