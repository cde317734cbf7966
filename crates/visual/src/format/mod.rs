//! How numbers, dates and texts are shown.

mod date;
mod number;

pub use date::{DateFormat, default_pattern};
pub use number::{Grouping, NumberFormat, Scale, Style};

use serde_json::Value;

use crate::{
    column::ColumnType,
    moment::{self, Granularity},
};

/// How a field's values are shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    Number(NumberFormat),
    Date(DateFormat),
    /// What stands for no value.
    Text {
        null: Option<String>,
    },
}

impl Format {
    /// Reads any of the API's format configurations.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        const WRAPPERS: [&str; 5] = [
            "FormatConfiguration",
            "NumberFormatConfiguration",
            "StringFormatConfiguration",
            "DateTimeFormatConfiguration",
            "NumericFormatConfiguration",
        ];
        const NUMBERS: [(&str, Style); 3] = [
            ("NumberDisplayFormatConfiguration", Style::Number),
            ("CurrencyDisplayFormatConfiguration", Style::Currency),
            ("PercentageDisplayFormatConfiguration", Style::Percent),
        ];
        if let Some(pattern) = value.get("DateTimeFormat").and_then(Value::as_str) {
            return Self::Date(DateFormat {
                pattern: pattern.to_owned(),
                null: null_string(value),
            });
        }
        for (member, style) in NUMBERS {
            if let Some(inner) = value.get(member) {
                return Self::Number(NumberFormat::read(style, inner));
            }
        }
        for member in WRAPPERS {
            if let Some(inner) = value.get(member) {
                return Self::read(inner);
            }
        }
        Self::Text {
            null: null_string(value),
        }
    }

    fn null(&self) -> Option<&str> {
        match self {
            Self::Number(n) => n.null.as_deref(),
            Self::Date(d) => d.null.as_deref(),
            Self::Text { null } => null.as_deref(),
        }
    }
}

fn null_string(value: &Value) -> Option<String> {
    value
        .pointer("/NullValueFormatConfiguration/NullString")
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// What stands for no value where nothing else is said.
pub const NULL: &str = "null";

/// Returns a value as it is shown.
#[must_use]
pub fn shown(
    value: Option<&str>,
    kind: ColumnType,
    format: Option<&Format>,
    unit: Option<Granularity>,
) -> String {
    let Some(text) = value else {
        return format.and_then(Format::null).unwrap_or(NULL).to_owned();
    };
    if kind.is_number() {
        let Ok(number) = text.trim().parse::<f64>() else {
            return text.to_owned();
        };
        return match format {
            Some(Format::Number(format)) => format.shown(number),
            _ => NumberFormat::usual(kind).shown(number),
        };
    }
    if kind == ColumnType::Datetime {
        let Some(moment) = moment::parse(text) else {
            return text.to_owned();
        };
        return match format {
            Some(Format::Date(format)) => date::shown(&format.pattern, moment),
            _ => date::shown(default_pattern(unit), moment),
        };
    }
    text.to_owned()
}
