//! How a column is compared, in SQL.

use super::PlanError;
use crate::{
    definition::{Match, NullOption},
    expression::{Code, Kind},
    moment, sql,
};

pub(super) fn wrong_type(name: &str) -> PlanError {
    PlanError::Filter(name.to_owned(), "the value is not of the column's type")
}

/// Returns a column as it is compared, and the value as a literal of its type.
pub(super) fn literal(
    column: &Code,
    value: &str,
    name: &str,
) -> Result<(String, String), PlanError> {
    let left = column.sql.clone();
    match column.kind {
        Kind::Integer | Kind::Decimal => {
            let number = value.trim().parse::<f64>();
            let number = number.map_err(|_| wrong_type(name))?;
            Ok((left, sql::number(number)))
        }
        Kind::Date => {
            let at = moment::parse(value).ok_or_else(|| wrong_type(name))?;
            Ok((left, sql::timestamp(at)))
        }
        Kind::Text => Ok((left, sql::text(value))),
        Kind::Bool | Kind::Null => Ok((as_text(column), sql::text(value))),
    }
}

/// Returns a column as a text, which category filters compare.
pub(super) fn as_text(column: &Code) -> String {
    if column.kind == Kind::Text {
        column.sql.clone()
    } else {
        format!("CAST({} AS varchar)", column.sql)
    }
}

pub(super) fn timestamp(column: &Code) -> String {
    format!("CAST({} AS timestamp)", column.sql)
}

/// The values of a list are whole values, whatever the operator's name.
pub(super) fn listed(column: &str, values: &[String], operator: Match) -> String {
    let quoted: Vec<String> = values.iter().map(|v| sql::text(v)).collect();
    match operator {
        Match::StartsWith | Match::EndsWith => {
            let tests: Vec<String> = values.iter().map(|v| custom(column, v, operator)).collect();
            if tests.is_empty() {
                "FALSE".to_owned()
            } else {
                format!("({})", tests.join(" OR "))
            }
        }
        _ if values.is_empty() => if operator.is_negative() {
            "TRUE"
        } else {
            "FALSE"
        }
        .to_owned(),
        _ if operator.is_negative() => format!("{column} NOT IN ({})", quoted.join(", ")),
        _ => format!("{column} IN ({})", quoted.join(", ")),
    }
}

pub(super) fn custom(column: &str, value: &str, operator: Match) -> String {
    match operator {
        Match::Equals => format!("{column} = {}", sql::text(value)),
        Match::DoesNotEqual => format!("{column} <> {}", sql::text(value)),
        Match::Contains => format!("{column} LIKE {}", sql::like(value, "%", "%")),
        Match::DoesNotContain => format!("{column} NOT LIKE {}", sql::like(value, "%", "%")),
        Match::StartsWith => format!("{column} LIKE {}", sql::like(value, "", "%")),
        Match::EndsWith => format!("{column} LIKE {}", sql::like(value, "%", "")),
    }
}

pub(super) fn all_of(tests: Vec<String>) -> Option<String> {
    match tests.len() {
        0 => None,
        1 => tests.into_iter().next(),
        _ => Some(format!("({})", tests.join(" AND "))),
    }
}

/// Adds what becomes of rows without a value.
pub(super) fn with_nulls(
    column: &Code,
    tested: Option<String>,
    nulls: Option<NullOption>,
) -> Option<String> {
    let name = &column.sql;
    match (tested, nulls) {
        (_, Some(NullOption::NullsOnly)) => Some(format!("{name} IS NULL")),
        (Some(test), Some(NullOption::All)) => Some(format!("({test} OR {name} IS NULL)")),
        (Some(test), _) => Some(test),
        (None, Some(NullOption::NonNullsOnly)) => Some(format!("{name} IS NOT NULL")),
        (None, _) => None,
    }
}
