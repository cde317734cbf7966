//! Hive's types: their spelling, their Arrow layout, and what Trino calls them.

use std::{fmt, sync::Arc};

use datafusion::arrow::datatypes::{DataType, Field, Fields, TimeUnit};

/// A column's type as Hive's catalog spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HiveType {
    Boolean,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Decimal(u8, i8),
    String,
    Char(u32),
    Varchar(Option<u32>),
    Binary,
    Date,
    /// Milliseconds, without a time zone.
    Timestamp,
    Array(Box<HiveType>),
    Map(Box<HiveType>, Box<HiveType>),
    Struct(Vec<(String, HiveType)>),
}

/// A spelling that is no Hive type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unsupported type {text}")]
pub struct TypeError {
    pub text: String,
}

/// How deep types may nest.
const DEPTH: usize = 64;

impl HiveType {
    /// Reads `array<struct<a:int,b:decimal(10,2)>>`, in any case and with any spaces.
    pub fn parse(text: &str) -> Result<Self, TypeError> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_lowercase();
        parse(&plain, 0).ok_or_else(|| TypeError {
            text: text.to_owned(),
        })
    }

    /// Returns what Trino calls the type.
    pub fn trino_name(&self) -> String {
        match self {
            Self::String | Self::Varchar(None) => "varchar".into(),
            Self::Varchar(Some(length)) => format!("varchar({length})"),
            Self::Char(length) => format!("char({length})"),
            other => trino_name(&other.arrow()),
        }
    }

    /// Returns the Arrow type that columns of this type are read into.
    pub fn arrow(&self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::TinyInt => DataType::Int8,
            Self::SmallInt => DataType::Int16,
            Self::Int => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Float => DataType::Float32,
            Self::Double => DataType::Float64,
            Self::Decimal(precision, scale) => DataType::Decimal128(*precision, *scale),
            Self::String | Self::Char(_) | Self::Varchar(_) => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::Array(item) => DataType::List(Arc::new(Field::new("item", item.arrow(), true))),
            Self::Map(key, value) => {
                let fields = Fields::from(vec![
                    Field::new("keys", key.arrow(), false),
                    Field::new("values", value.arrow(), true),
                ]);
                DataType::Map(
                    Arc::new(Field::new("entries", DataType::Struct(fields), false)),
                    false,
                )
            }
            Self::Struct(fields) => DataType::Struct(
                fields
                    .iter()
                    .map(|(name, t)| Field::new(name, t.arrow(), true))
                    .collect::<Fields>(),
            ),
        }
    }
}

fn parse(text: &str, depth: usize) -> Option<HiveType> {
    if depth > DEPTH {
        return None;
    }
    let inside = |name: &str, open: char, close: char| {
        text.strip_prefix(name)?
            .strip_prefix(open)?
            .strip_suffix(close)
    };
    Some(match text {
        "boolean" => HiveType::Boolean,
        "tinyint" => HiveType::TinyInt,
        "smallint" => HiveType::SmallInt,
        "int" | "integer" => HiveType::Int,
        "bigint" | "long" => HiveType::BigInt,
        "float" | "real" => HiveType::Float,
        "double" => HiveType::Double,
        "string" => HiveType::String,
        "varchar" => HiveType::Varchar(None),
        "binary" | "varbinary" => HiveType::Binary,
        "date" => HiveType::Date,
        "timestamp" => HiveType::Timestamp,
        "decimal" => HiveType::Decimal(10, 0),
        _ => {
            if let Some(sizes) = inside("decimal", '(', ')') {
                let (precision, scale) = sizes.split_once(',').unwrap_or((sizes, "0"));
                let (precision, scale): (u8, i8) = (precision.parse().ok()?, scale.parse().ok()?);
                let fits = (1..=38).contains(&precision)
                    && scale >= 0
                    && scale.cast_unsigned() <= precision;
                return fits.then_some(HiveType::Decimal(precision, scale));
            }
            if let Some(length) = inside("varchar", '(', ')') {
                return Some(HiveType::Varchar(Some(length.parse().ok()?)));
            }
            if let Some(length) = inside("char", '(', ')') {
                return Some(HiveType::Char(length.parse().ok()?));
            }
            if let Some(item) = inside("array", '<', '>') {
                return Some(HiveType::Array(Box::new(parse(item, depth + 1)?)));
            }
            if let Some(pair) = inside("map", '<', '>') {
                let parts = split(pair);
                let [key, value] = parts.as_slice() else {
                    return None;
                };
                let (key, value) = (parse(key, depth + 1)?, parse(value, depth + 1)?);
                return Some(HiveType::Map(Box::new(key), Box::new(value)));
            }
            let fields = split(inside("struct", '<', '>')?)
                .into_iter()
                .map(|field| {
                    let (name, item) = field.split_once(':')?;
                    (!name.is_empty()).then_some(())?;
                    Some((name.trim_matches('`').to_owned(), parse(item, depth + 1)?))
                })
                .collect::<Option<Vec<_>>>()?;
            HiveType::Struct(fields)
        }
    })
}

/// Splits at the commas on the text's own level.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_i32, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Hive's own spelling.
impl fmt::Display for HiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::TinyInt => f.write_str("tinyint"),
            Self::SmallInt => f.write_str("smallint"),
            Self::Int => f.write_str("int"),
            Self::BigInt => f.write_str("bigint"),
            Self::Float => f.write_str("float"),
            Self::Double => f.write_str("double"),
            Self::Decimal(precision, scale) => write!(f, "decimal({precision},{scale})"),
            Self::String | Self::Varchar(None) => f.write_str("string"),
            Self::Char(length) => write!(f, "char({length})"),
            Self::Varchar(Some(length)) => write!(f, "varchar({length})"),
            Self::Binary => f.write_str("binary"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Array(item) => write!(f, "array<{item}>"),
            Self::Map(key, value) => write!(f, "map<{key},{value}>"),
            Self::Struct(fields) => {
                f.write_str("struct<")?;
                for (i, (name, item)) in fields.iter().enumerate() {
                    write!(f, "{}{name}:{item}", if i == 0 { "" } else { "," })?;
                }
                f.write_str(">")
            }
        }
    }
}

/// Returns the Hive type in which values of an Arrow type are kept, for tables made from queries.
pub(crate) fn hive_of(data_type: &DataType) -> Option<HiveType> {
    Some(match data_type {
        DataType::Boolean => HiveType::Boolean,
        DataType::Int8 => HiveType::TinyInt,
        DataType::Int16 | DataType::UInt8 => HiveType::SmallInt,
        DataType::Int32 | DataType::UInt16 => HiveType::Int,
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => HiveType::BigInt,
        DataType::Float16 | DataType::Float32 => HiveType::Float,
        DataType::Float64 => HiveType::Double,
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal128(p, s) => {
            HiveType::Decimal(*p, *s)
        }
        DataType::Decimal256(p, s) => HiveType::Decimal((*p).min(38), *s),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            HiveType::String
        }
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => HiveType::Binary,
        DataType::Date32 | DataType::Date64 => HiveType::Date,
        DataType::Timestamp(..) => HiveType::Timestamp,
        DataType::Dictionary(_, value) => hive_of(value)?,
        DataType::List(f)
        | DataType::LargeList(f)
        | DataType::FixedSizeList(f, _)
        | DataType::ListView(f) => HiveType::Array(Box::new(hive_of(f.data_type())?)),
        DataType::Struct(fields) => HiveType::Struct(
            fields
                .iter()
                .map(|f| Some((f.name().clone(), hive_of(f.data_type())?)))
                .collect::<Option<_>>()?,
        ),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => HiveType::Map(
                Box::new(hive_of(fields[0].data_type())?),
                Box::new(hive_of(fields[1].data_type())?),
            ),
            _ => return None,
        },
        _ => return None,
    })
}

/// Returns what Trino calls the type, whole: `array(row(a integer))`.
pub(crate) fn trino_name(data_type: &DataType) -> String {
    match data_type {
        DataType::List(f)
        | DataType::LargeList(f)
        | DataType::FixedSizeList(f, _)
        | DataType::ListView(f) => {
            format!("array({})", trino_name(f.data_type()))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                format!(
                    "map({}, {})",
                    trino_name(fields[0].data_type()),
                    trino_name(fields[1].data_type())
                )
            }
            _ => "map".into(),
        },
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|f| format!("{} {}", f.name(), trino_name(f.data_type())))
                .collect();
            format!("row({})", fields.join(", "))
        }
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => format!("decimal({p},{s})"),
        DataType::Float16 | DataType::Float32 => "real".into(),
        DataType::Timestamp(_, None) => "timestamp(3)".into(),
        DataType::Timestamp(_, Some(_)) => "timestamp(3) with time zone".into(),
        DataType::Time32(_) | DataType::Time64(_) => "time(3)".into(),
        other => base_name(other).into(),
    }
}

/// Returns the type's name without its parameters, as results' metadata has it.
pub(crate) fn base_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 | DataType::UInt8 => "smallint",
        DataType::Int32 | DataType::UInt16 => "integer",
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint",
        DataType::Float16 | DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => "decimal",
        DataType::Null => "unknown",
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "varbinary",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Interval(datafusion::arrow::datatypes::IntervalUnit::YearMonth) => {
            "interval year to month"
        }
        DataType::Interval(_) | DataType::Duration(_) => "interval day to second",
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_) => "array",
        DataType::Map(..) => "map",
        DataType::Struct(_) => "row",
        DataType::Dictionary(_, value) => base_name(value),
        _ => "varchar",
    }
}
