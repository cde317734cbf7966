//! Axes: number formats as expressions, date formats as patterns.

use serde_json::{Value, json};

use crate::{
    column::ColumnType,
    format::{Format, Grouping, NumberFormat, Scale, Style},
    moment::Granularity,
    plan::OutputColumn,
};

/// Returns the axis of a measure.
pub(super) fn value_axis(title: &str, column: Option<&OutputColumn>) -> Value {
    json!({"title": title, "labelExpr": label_expression(column), "tickCount": 6})
}

/// Returns a Vega expression that shows `datum.value` as the column's format does.
///
/// Text from the definition gets in as JSON strings only.
pub(super) fn label_expression(column: Option<&OutputColumn>) -> String {
    let usual = NumberFormat {
        scale: Scale::Auto,
        decimals: None,
        ..NumberFormat::usual(ColumnType::Decimal)
    };
    let format = match column.and_then(|c| c.format.as_ref()) {
        Some(Format::Number(format)) => format,
        _ => &usual,
    };
    let percent = format.style == Style::Percent;
    let grouping = if format.grouping == Grouping::None {
        ""
    } else {
        ","
    };
    let decimals = match format.decimals {
        Some(n) if format.scale != Scale::Auto => format!("{grouping}.{}f", n.min(6)),
        _ => format!("{grouping}.2~f"),
    };
    let one = |divisor: f64, letters: &str| {
        let factor = if percent { 100.0 } else { 1.0 };
        let sign = if percent { "%" } else { "" };
        let before = quoted(&format!("{}{}", format.prefix, format.symbol));
        let behind = quoted(&format!("{letters}{sign}{}", format.suffix));
        format!(
            "{before} + format(datum.value * {factor} / {divisor}, {}) + {behind}",
            quoted(&decimals)
        )
    };
    if format.scale != Scale::Auto {
        let (divisor, letters) = format.scale.of(1.0);
        return one(divisor, letters);
    }
    format!(
        "abs(datum.value) >= 1e12 ? {} : abs(datum.value) >= 1e9 ? {} : abs(datum.value) >= 1e6 ? {} : abs(datum.value) >= 1e3 ? {} : {}",
        one(1e12, "T"),
        one(1e9, "B"),
        one(1e6, "M"),
        one(1e3, "K"),
        one(1.0, "")
    )
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Returns the pattern, in d3's terms, for dates of a unit.
pub(super) fn time_pattern(unit: Option<Granularity>) -> &'static str {
    match unit {
        Some(Granularity::Year) => "%Y",
        Some(Granularity::Quarter) => "Q%q %Y",
        Some(Granularity::Month) => "%b %Y",
        Some(Granularity::Week | Granularity::Day) | None => "%b %-d, %Y",
        Some(Granularity::Hour) => "%b %-d, %-I %p",
        Some(Granularity::Minute) => "%b %-d, %H:%M",
        Some(Granularity::Second | Granularity::Millisecond) => "%H:%M:%S",
    }
}
