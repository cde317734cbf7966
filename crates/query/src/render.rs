//! Values as text, in the spelling that Athena's results have.

use std::fmt::Write;

use chrono::NaiveDateTime;
use datafusion::{
    arrow::datatypes::{
        ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType,
    },
    arrow::{
        array::{Array, AsArray, RecordBatch, timezone::Tz},
        datatypes::{
            DataType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
            Float32Type, Float64Type, TimeUnit,
        },
        temporal_conversions::as_datetime,
        util::display::{ArrayFormatter, FormatOptions},
    },
};

use crate::QueryError;

/// Returns a batch's rows, each cell as text; absent for NULL.
pub(crate) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<Option<String>>>, QueryError> {
    let mut rows: Vec<Vec<Option<String>>> = (0..batch.num_rows())
        .map(|_| Vec::with_capacity(batch.num_columns()))
        .collect();
    for column in batch.columns() {
        for (i, row) in rows.iter_mut().enumerate() {
            row.push(cell(column.as_ref(), i)?);
        }
    }
    Ok(rows)
}

pub(crate) fn cell(array: &dyn Array, i: usize) -> Result<Option<String>, QueryError> {
    if array.is_null(i) || *array.data_type() == DataType::Null {
        return Ok(None);
    }
    let mut text = String::new();
    write_value(&mut text, array, i)?;
    Ok(Some(text))
}

fn write_value(out: &mut String, array: &dyn Array, i: usize) -> Result<(), QueryError> {
    if array.is_null(i) {
        out.push_str("null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Utf8 => out.push_str(array.as_string::<i32>().value(i)),
        DataType::LargeUtf8 => out.push_str(array.as_string::<i64>().value(i)),
        DataType::Utf8View => out.push_str(array.as_string_view().value(i)),
        DataType::Boolean => out.push_str(if array.as_boolean().value(i) {
            "true"
        } else {
            "false"
        }),
        DataType::Float64 => out.push_str(&double(array.as_primitive::<Float64Type>().value(i))),
        DataType::Float32 => out.push_str(&float(array.as_primitive::<Float32Type>().value(i))),
        DataType::Float16 => out.push_str(&float(
            array.as_primitive::<Float16Type>().value(i).to_f32(),
        )),
        DataType::Decimal32(..) => {
            out.push_str(&array.as_primitive::<Decimal32Type>().value_as_string(i))
        }
        DataType::Decimal64(..) => {
            out.push_str(&array.as_primitive::<Decimal64Type>().value_as_string(i))
        }
        DataType::Decimal128(..) => {
            out.push_str(&array.as_primitive::<Decimal128Type>().value_as_string(i))
        }
        DataType::Decimal256(..) => {
            out.push_str(&array.as_primitive::<Decimal256Type>().value_as_string(i))
        }
        DataType::Binary => bytes(out, array.as_binary::<i32>().value(i)),
        DataType::LargeBinary => bytes(out, array.as_binary::<i64>().value(i)),
        DataType::BinaryView => bytes(out, array.as_binary_view().value(i)),
        DataType::FixedSizeBinary(_) => bytes(out, array.as_fixed_size_binary().value(i)),
        DataType::Timestamp(unit, zone) => {
            let moment = match unit {
                TimeUnit::Second => moment::<TimestampSecondType>(array, i),
                TimeUnit::Millisecond => moment::<TimestampMillisecondType>(array, i),
                TimeUnit::Microsecond => moment::<TimestampMicrosecondType>(array, i),
                TimeUnit::Nanosecond => moment::<TimestampNanosecondType>(array, i),
            };
            if let Some(moment) = moment {
                let there = zone.as_ref().and_then(|zone| zone.parse::<Tz>().ok());
                let shown = match there {
                    Some(there) => moment.and_utc().with_timezone(&there).naive_local(),
                    None => moment,
                };
                let _ = write!(out, "{}", shown.format("%Y-%m-%d %H:%M:%S%.3f"));
            }
            if let Some(zone) = zone {
                let utc = matches!(&**zone, "+00:00" | "Z" | "UTC");
                let _ = write!(out, " {}", if utc { "UTC" } else { zone });
            }
        }
        DataType::List(_) => {
            list(out, array.as_list::<i32>().value(i).as_ref())?;
        }
        DataType::LargeList(_) => list(out, array.as_list::<i64>().value(i).as_ref())?,
        DataType::FixedSizeList(..) => list(out, array.as_fixed_size_list().value(i).as_ref())?,
        DataType::Map(..) => {
            let entries = array.as_map().value(i);
            out.push('{');
            for j in 0..entries.len() {
                if j > 0 {
                    out.push_str(", ");
                }
                write_value(out, entries.column(0).as_ref(), j)?;
                out.push('=');
                write_value(out, entries.column(1).as_ref(), j)?;
            }
            out.push('}');
        }
        DataType::Struct(fields) => {
            let values = array.as_struct();
            out.push('{');
            for (j, field) in fields.iter().enumerate() {
                if j > 0 {
                    out.push_str(", ");
                }
                let _ = write!(out, "{}=", field.name());
                write_value(out, values.column(j).as_ref(), i)?;
            }
            out.push('}');
        }
        DataType::Dictionary(_, value) => {
            let plain = datafusion::arrow::compute::cast(array, value).map_err(|e| {
                QueryError::Internal {
                    message: e.to_string(),
                }
            })?;
            write_value(out, plain.as_ref(), i)?;
        }
        _ => {
            let options = FormatOptions::default();
            let formatter =
                ArrayFormatter::try_new(array, &options).map_err(|e| QueryError::Internal {
                    message: e.to_string(),
                })?;
            let _ = write!(out, "{}", formatter.value(i));
        }
    }
    Ok(())
}

fn list(out: &mut String, items: &dyn Array) -> Result<(), QueryError> {
    out.push('[');
    for j in 0..items.len() {
        if j > 0 {
            out.push_str(", ");
        }
        write_value(out, items, j)?;
    }
    out.push(']');
    Ok(())
}

fn moment<T: ArrowTimestampType>(array: &dyn Array, i: usize) -> Option<NaiveDateTime> {
    as_datetime::<T>(array.as_primitive::<T>().value(i))
}

fn bytes(out: &mut String, value: &[u8]) {
    for (i, byte) in value.iter().enumerate() {
        let _ = write!(out, "{}{byte:02x}", if i == 0 { "" } else { " " });
    }
}

/// Spells a double as Java's `Double.toString` does: `1.0`, `1.0E10`, `1.0E-5`.
pub(crate) fn double(value: f64) -> String {
    java(
        value,
        value.abs() >= 1e-3 && value.abs() < 1e7,
        &format!("{value}"),
        &format!("{value:e}"),
    )
}

fn float(value: f32) -> String {
    let plain = value.abs() >= 1e-3 && value.abs() < 1e7;
    java(
        f64::from(value),
        plain,
        &format!("{value}"),
        &format!("{value:e}"),
    )
}

fn java(value: f64, plain: bool, decimal: &str, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    if value == 0.0 {
        return if value.is_sign_negative() {
            "-0.0".into()
        } else {
            "0.0".into()
        };
    }
    if plain {
        return if decimal.contains('.') {
            decimal.to_owned()
        } else {
            format!("{decimal}.0")
        };
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_spelled_as_java_spells_them() {
        for (value, text) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1.234e10, "1.234E10"),
            (0.0, "0.0"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double(value), text);
        }
    }
}
