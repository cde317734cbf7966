//! Names and literals as SQL text. All text from outside gets into a statement through here.

use chrono::NaiveDateTime;

/// Returns a name between double quotes, quotes in it doubled.
#[must_use]
pub fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Returns a text between single quotes, quotes in it doubled.
#[must_use]
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Returns a double; NULL for what SQL has no literal of.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "NULL".to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    format!("{value:e}").replace('e', "E")
}

/// Returns a timestamp with milliseconds.
#[must_use]
pub fn timestamp(value: NaiveDateTime) -> String {
    format!("TIMESTAMP '{}'", value.format("%Y-%m-%d %H:%M:%S%.3f"))
}

/// Returns a pattern for `LIKE … ESCAPE '\'` that takes the text as it is.
#[must_use]
pub fn like(value: &str, before: &str, after: &str) -> String {
    let mut escaped = String::with_capacity(value.len() + 2);
    for c in value.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    format!("{} ESCAPE '\\'", text(&format!("{before}{escaped}{after}")))
}
