//! Numbers: decimals, separators, scales, currencies, percentages.

use serde_json::Value;

use super::null_string;
use crate::column::ColumnType;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Number,
    Currency,
    Percent,
}

/// What a number is divided by before it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    None,
    Auto,
    Thousands,
    Millions,
    Billions,
    Trillions,
    Lakhs,
    Crores,
}

impl Scale {
    fn read(name: &str) -> Self {
        match name {
            "AUTO" => Self::Auto,
            "THOUSANDS" => Self::Thousands,
            "MILLIONS" => Self::Millions,
            "BILLIONS" => Self::Billions,
            "TRILLIONS" => Self::Trillions,
            "LAKHS" => Self::Lakhs,
            "CRORES" => Self::Crores,
            _ => Self::None,
        }
    }

    /// Returns the divisor and the letters behind the number.
    #[must_use]
    pub fn of(self, value: f64) -> (f64, &'static str) {
        match self {
            Self::None => (1.0, ""),
            Self::Thousands => (1e3, "K"),
            Self::Millions => (1e6, "M"),
            Self::Billions => (1e9, "B"),
            Self::Trillions => (1e12, "T"),
            Self::Lakhs => (1e5, "L"),
            Self::Crores => (1e7, "Cr"),
            Self::Auto => match value.abs() {
                v if v >= 1e12 => (1e12, "T"),
                v if v >= 1e9 => (1e9, "B"),
                v if v >= 1e6 => (1e6, "M"),
                v if v >= 1e3 => (1e3, "K"),
                _ => (1.0, ""),
            },
        }
    }
}

/// How digits before the decimal separator are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    None,
    Thousands,
    /// The last three digits, then twos.
    Lakhs,
}

/// How a number is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberFormat {
    pub style: Style,
    pub prefix: String,
    pub suffix: String,
    pub symbol: String,
    pub decimal: char,
    pub thousands: char,
    pub grouping: Grouping,
    /// Exactly so many; else as many as there are, up to two.
    pub decimals: Option<usize>,
    pub scale: Scale,
    pub parentheses: bool,
    pub null: Option<String>,
}

impl NumberFormat {
    /// Returns how numbers of a type are shown where nothing else is said.
    #[must_use]
    pub fn usual(kind: ColumnType) -> Self {
        Self {
            style: Style::Number,
            prefix: String::new(),
            suffix: String::new(),
            symbol: String::new(),
            decimal: '.',
            thousands: ',',
            grouping: Grouping::Thousands,
            decimals: (kind == ColumnType::Integer).then_some(0),
            scale: Scale::None,
            parentheses: false,
            null: None,
        }
    }

    pub(super) fn read(style: Style, value: &Value) -> Self {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let symbol = |name: &str| match name {
            "COMMA" => ',',
            "SPACE" => ' ',
            _ => '.',
        };
        let separators = "/SeparatorConfiguration";
        let thousands = |member: &str| text(&format!("{separators}/ThousandsSeparator/{member}"));
        let decimal = text(&format!("{separators}/DecimalSeparator")).map_or('.', symbol);
        let grouping = match (thousands("Visibility"), thousands("GroupingStyle")) {
            (Some("HIDDEN"), _) => Grouping::None,
            (_, Some("LAKHS")) => Grouping::Lakhs,
            _ => Grouping::Thousands,
        };
        Self {
            style,
            prefix: text("/Prefix").unwrap_or_default().to_owned(),
            suffix: text("/Suffix").unwrap_or_default().to_owned(),
            symbol: if style == Style::Currency {
                currency(text("/Symbol").unwrap_or("USD"))
            } else {
                String::new()
            },
            decimal,
            thousands: thousands("Symbol").map_or(if decimal == ',' { '.' } else { ',' }, symbol),
            grouping,
            decimals: value
                .pointer("/DecimalPlacesConfiguration/DecimalPlaces")
                .and_then(Value::as_u64)
                .and_then(|n| usize::try_from(n.min(20)).ok())
                .or(match style {
                    Style::Number => None,
                    Style::Currency | Style::Percent => Some(2),
                }),
            scale: text("/NumberScale").map_or(Scale::None, Scale::read),
            parentheses: text("/NegativeValueConfiguration/DisplayMode") == Some("POSITIVE"),
            null: null_string(value),
        }
    }

    /// Returns a number as it is shown.
    #[must_use]
    pub fn shown(&self, value: f64) -> String {
        if !value.is_finite() {
            return value.to_string();
        }
        let percent = if self.style == Style::Percent {
            100.0
        } else {
            1.0
        };
        let (divisor, letters) = self.scale.of(value);
        let scaled = value * percent / divisor;
        let digits = self.digits(scaled.abs());
        let negative = scaled < 0.0 && digits.chars().any(|c| c.is_ascii_digit() && c != '0');
        let sign = if self.style == Style::Percent {
            "%"
        } else {
            ""
        };
        let body = format!(
            "{}{}{digits}{letters}{sign}{}",
            self.prefix, self.symbol, self.suffix
        );
        match (negative, self.parentheses) {
            (false, _) => body,
            (true, true) => format!("({body})"),
            (true, false) => format!("-{body}"),
        }
    }

    fn digits(&self, value: f64) -> String {
        let mut text = match self.decimals {
            Some(n) => format!("{value:.n$}"),
            None if value != 0.0 && value < 0.1 => format!("{value:.6}"),
            None => format!("{value:.2}"),
        };
        if self.decimals.is_none() && text.contains('.') {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let whole = grouped(whole, self.grouping, self.thousands);
        if rest.is_empty() {
            whole
        } else {
            format!("{whole}{}{rest}", self.decimal)
        }
    }
}

fn grouped(digits: &str, grouping: Grouping, separator: char) -> String {
    let step = match grouping {
        Grouping::None => return digits.to_owned(),
        Grouping::Thousands => 3,
        Grouping::Lakhs => 2,
    };
    let count = digits.chars().count();
    let mut shown = String::with_capacity(count + count / 2);
    for (i, digit) in digits.chars().enumerate() {
        let left = count - i;
        if i > 0 && left >= 3 && (left - 3).is_multiple_of(step) {
            shown.push(separator);
        }
        shown.push(digit);
    }
    shown
}

/// Returns the sign of a currency; its code where there is none.
fn currency(code: &str) -> String {
    match code {
        "USD" | "AUD" | "CAD" | "MXN" | "NZD" | "SGD" => "$".into(),
        "EUR" => "€".into(),
        "GBP" => "£".into(),
        "JPY" | "CNY" => "¥".into(),
        "INR" => "₹".into(),
        "KRW" => "₩".into(),
        "BRL" => "R$".into(),
        other => format!("{other} "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_without_a_format() {
        let shown = |v| NumberFormat::usual(ColumnType::Decimal).shown(v);
        assert_eq!(shown(1_234_567.891), "1,234,567.89");
        assert_eq!(shown(12.0), "12");
        assert_eq!(shown(-0.5), "-0.5");
        assert_eq!(shown(0.000_12), "0.00012");
        assert_eq!(shown(-0.000_000_01), "0");
        assert_eq!(NumberFormat::usual(ColumnType::Integer).shown(100.0), "100");
        assert_eq!(
            NumberFormat::usual(ColumnType::Integer).shown(1000.0),
            "1,000"
        );
    }

    #[test]
    fn currency_scale_and_negatives() {
        let format = NumberFormat::read(
            Style::Currency,
            &json!({"Symbol": "EUR", "NumberScale": "AUTO", "DecimalPlacesConfiguration": {"DecimalPlaces": 1},
                    "NegativeValueConfiguration": {"DisplayMode": "POSITIVE"},
                    "SeparatorConfiguration": {"DecimalSeparator": "COMMA"}}),
        );
        assert_eq!(format.shown(-1_234_567.0), "(€1,2M)");
        assert_eq!(format.shown(12.0), "€12,0");
    }

    #[test]
    fn percentages_and_lakhs() {
        let format = NumberFormat::read(Style::Percent, &json!({}));
        assert_eq!(format.shown(0.12345), "12.35%");
        let format = NumberFormat::read(
            Style::Number,
            &json!({"SeparatorConfiguration": {"ThousandsSeparator": {"GroupingStyle": "LAKHS"}}}),
        );
        assert_eq!(format.shown(12_345_678.0), "1,23,45,678");
        assert_eq!(format.shown(123.0), "123");
    }
}
