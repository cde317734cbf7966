//! Text to typed columns.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
        Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, ListArray, MapArray,
        StringArray, StructArray, TimestampMillisecondArray, new_null_array,
    },
    buffer::{NullBuffer, OffsetBuffer},
    datatypes::{DataType, Field, TimeUnit},
    error::ArrowError,
};

/// A value as a line has it: text, or made of values where the type is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Text(String),
    List(Vec<Option<Node>>),
    Map(Vec<(Node, Option<Node>)>),
    /// In the order of the type's fields.
    Struct(Vec<Option<Node>>),
}

impl Node {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Returns a column of a type; a value that is none of it is NULL.
pub(super) fn column(
    values: &[Option<Node>],
    data_type: &DataType,
) -> Result<ArrayRef, ArrowError> {
    macro_rules! leaf {
        ($array:ty, $read:expr) => {
            Arc::new(
                values
                    .iter()
                    .map(|v| v.as_ref().and_then(Node::text).and_then($read))
                    .collect::<$array>(),
            ) as ArrayRef
        };
    }
    Ok(match data_type {
        DataType::Utf8 => Arc::new(
            values
                .iter()
                .map(|v| v.as_ref().and_then(Node::text))
                .collect::<StringArray>(),
        ),
        DataType::Boolean => leaf!(BooleanArray, boolean),
        DataType::Int8 => leaf!(Int8Array, integer::<i8>),
        DataType::Int16 => leaf!(Int16Array, integer::<i16>),
        DataType::Int32 => leaf!(Int32Array, integer::<i32>),
        DataType::Int64 => leaf!(Int64Array, integer::<i64>),
        DataType::Float32 => leaf!(Float32Array, float::<f32>),
        DataType::Float64 => leaf!(Float64Array, float::<f64>),
        DataType::Date32 => leaf!(Date32Array, date),
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            leaf!(TimestampMillisecondArray, timestamp)
        }
        DataType::Decimal128(precision, scale) => {
            let read = |text: &str| decimal(text, *precision, *scale);
            let values = values
                .iter()
                .map(|v| v.as_ref().and_then(Node::text).and_then(read));
            Arc::new(
                values
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(*precision, *scale)?,
            )
        }
        DataType::Binary => Arc::new(
            values
                .iter()
                .map(|v| v.as_ref().and_then(Node::text).map(str::as_bytes))
                .collect::<BinaryArray>(),
        ),
        DataType::List(item) => list(values, item)?,
        DataType::Map(entries, ordered) => map(values, entries, *ordered)?,
        DataType::Struct(fields) => {
            let columns = fields
                .iter()
                .enumerate()
                .map(|(i, field)| {
                    let inner: Vec<Option<Node>> = values
                        .iter()
                        .map(|v| match v {
                            Some(Node::Struct(parts)) => parts.get(i).cloned().flatten(),
                            _ => None,
                        })
                        .collect();
                    column(&inner, field.data_type())
                })
                .collect::<Result<Vec<_>, _>>()?;
            let present: Vec<bool> = values
                .iter()
                .map(|v| matches!(v, Some(Node::Struct(_))))
                .collect();
            Arc::new(StructArray::try_new(
                fields.clone(),
                columns,
                Some(NullBuffer::from(present)),
            )?)
        }
        other => new_null_array(other, values.len()),
    })
}

fn list(values: &[Option<Node>], item: &Arc<Field>) -> Result<ArrayRef, ArrowError> {
    let (mut inner, mut lengths, mut present) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let items = match value {
            Some(Node::List(items)) => items.as_slice(),
            _ => &[],
        };
        present.push(matches!(value, Some(Node::List(_))));
        lengths.push(items.len());
        inner.extend_from_slice(items);
    }
    let inner = column(&inner, item.data_type())?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(
        Arc::clone(item),
        offsets,
        inner,
        Some(NullBuffer::from(present)),
    )?))
}

fn map(
    values: &[Option<Node>],
    entries: &Arc<Field>,
    ordered: bool,
) -> Result<ArrayRef, ArrowError> {
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(ArrowError::SchemaError("a map without entries".into()));
    };
    let (mut keys, mut items, mut lengths, mut present) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let pairs = match value {
            Some(Node::Map(pairs)) => pairs.as_slice(),
            _ => &[],
        };
        present.push(matches!(value, Some(Node::Map(_))));
        lengths.push(pairs.len());
        for (key, item) in pairs {
            keys.push(Some(key.clone()));
            items.push(item.clone());
        }
    }
    let columns = vec![
        column(&keys, fields[0].data_type())?,
        column(&items, fields[1].data_type())?,
    ];
    let inner = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let present = Some(NullBuffer::from(present));
    Ok(Arc::new(MapArray::try_new(
        Arc::clone(entries),
        offsets,
        inner,
        present,
        ordered,
    )?))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        t if t.eq_ignore_ascii_case("true") => Some(true),
        t if t.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn integer<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim();
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

fn float<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim();
    // Rust reads more words than Java does.
    let word = text.trim_start_matches(['+', '-']);
    if word.starts_with(|c: char| c.is_alphabetic()) && !matches!(word, "NaN" | "Infinity") {
        return None;
    }
    text.parse().ok()
}

/// `2024-01-31`, or days since the epoch as OpenCSVSerde has it.
fn date(text: &str) -> Option<i32> {
    let text = text.trim();
    if let Ok(days) = text.parse() {
        return Some(days);
    }
    let day = chrono::NaiveDate::parse_from_str(text.get(..10).unwrap_or(text), "%Y-%m-%d").ok()?;
    let days = day
        .signed_duration_since(chrono::NaiveDate::from_ymd_opt(1970, 1, 1)?)
        .num_days();
    i32::try_from(days).ok()
}

/// `2024-01-31 12:30:00.5`, a `T` between or a `Z` behind too, or milliseconds as OpenCSVSerde has it.
fn timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(ms) = text.parse() {
        return Some(ms);
    }
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_millis());
    }
    for format in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"] {
        if let Ok(moment) = chrono::NaiveDateTime::parse_from_str(text, format) {
            return Some(moment.and_utc().timestamp_millis());
        }
    }
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}

/// Rounds half away from zero, as Hive does; NULL where the precision does not suffice.
fn decimal(text: &str, precision: u8, scale: i8) -> Option<i128> {
    use datafusion::arrow::{
        compute::kernels::cast_utils::parse_decimal, datatypes::Decimal128Type,
    };
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let finer = parse_decimal::<Decimal128Type>(text, 38, scale.checked_add(1)?).ok()?;
    let value = finer.checked_add(5 * finer.signum())? / 10;
    (value.unsigned_abs() < 10_u128.checked_pow(u32::from(precision))?).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_value_of_the_type_is_null() {
        assert_eq!(integer::<i32>(" 42 "), Some(42));
        assert_eq!(integer::<i8>("300"), None);
        assert_eq!(integer::<i32>("4.0"), None);
        assert_eq!(float::<f64>("1e3"), Some(1000.0));
        assert_eq!(float::<f64>("inf"), None);
        assert_eq!(float::<f64>("-Infinity"), Some(f64::NEG_INFINITY));
        assert_eq!(date("1970-01-02"), Some(1));
        assert_eq!(date("soon"), None);
        assert_eq!(timestamp("1970-01-01 00:00:01.5"), Some(1500));
        assert_eq!(decimal("12.345", 10, 2), Some(1235));
        assert_eq!(decimal("-12.345", 10, 2), Some(-1235));
        assert_eq!(decimal("123.4", 4, 2), None);
        assert_eq!(decimal("", 10, 2), None);
    }
}
