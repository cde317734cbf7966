//! Expressions other than calls.

use datafusion::sql::sqlparser::ast::{
    DataType, DateTimeField, ExactNumberInfo, Expr, TypedString, Value,
};

use super::{
    build::{bigint, cast, function, text},
    calls::call,
};
use crate::QueryError;

pub(super) fn expression(expr: Expr) -> Result<Expr, QueryError> {
    match expr {
        Expr::Function(function) => call(function),
        // A number with an exponent is a double.
        Expr::Value(value) => Ok(match value.value {
            Value::Number(digits, _) if digits.contains(['e', 'E']) => {
                cast(text(&digits), DataType::Double(ExactNumberInfo::None))
            }
            other => Expr::value(other),
        }),
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => Ok(function("at_timezone", vec![*timestamp, *time_zone])),
        Expr::TypedString(literal) => Ok(typed(literal)),
        Expr::Extract { field, expr, .. } => Ok(extract(&field, *expr)),
        Expr::Cast {
            kind,
            expr,
            data_type,
            array,
            format,
        } => Ok(Expr::Cast {
            kind,
            expr,
            data_type: data_type_of(data_type),
            array,
            format,
        }),
        Expr::Substring {
            expr,
            substring_from: Some(from),
            substring_for,
            ..
        } => {
            let mut args = vec![*expr, *from];
            args.extend(substring_for.map(|e| *e));
            Ok(function("substr", args))
        }
        other => Ok(other),
    }
}

/// `DECIMAL '10.00'` has the digits that are written.
fn typed(literal: TypedString) -> Expr {
    let written = match (&literal.data_type, &literal.value.value) {
        (DataType::Decimal(ExactNumberInfo::None), Value::SingleQuotedString(text)) => text,
        _ => return Expr::TypedString(literal),
    };
    let plain = written.trim_start_matches(['+', '-']);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let count = |digits: &str| u64::try_from(digits.len()).unwrap_or(u64::MAX);
    let scale = count(fraction);
    let precision = (count(whole) + scale).max(1);
    let scale = i64::try_from(scale).unwrap_or(i64::MAX);
    let info = ExactNumberInfo::PrecisionAndScale(precision, scale);
    cast(text(written), DataType::Decimal(info))
}

/// `decimal` alone is 38 digits in Trino.
pub(super) fn data_type_of(data_type: DataType) -> DataType {
    match data_type {
        DataType::Decimal(ExactNumberInfo::None) => {
            DataType::Decimal(ExactNumberInfo::PrecisionAndScale(38, 0))
        }
        other => other,
    }
}

/// `EXTRACT(DOW FROM x)` counts from Monday, 1; all parts are bigint.
pub(super) fn extract(field: &DateTimeField, expr: Expr) -> Expr {
    let name = field.to_string().to_lowercase();
    match name.trim_matches('\'') {
        "dow" | "day_of_week" => function("day_of_week", vec![expr]),
        "doy" | "day_of_year" => bigint(function("date_part", vec![text("doy"), expr])),
        "year_of_week" | "yow" => function("year_of_week", vec![expr]),
        "day_of_month" => bigint(function("date_part", vec![text("day"), expr])),
        part => bigint(function("date_part", vec![text(part), expr])),
    }
}
