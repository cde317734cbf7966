//! Compact JSON text, as AWS prints it.

use std::fmt::{self, Write};

use super::{Number, Value};

pub(super) fn compact(value: &Value, out: &mut impl Write) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(b) => out.write_str(if *b { "true" } else { "false" }),
        Value::Number(Number::Int(i)) => write!(out, "{i}"),
        Value::Number(Number::Text(t)) => out.write_str(t),
        Value::String(s) => quoted(s, out),
        Value::Array(items) => {
            out.write_char('[')?;
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.write_char(',')?;
                }
                compact(item, out)?;
            }
            out.write_char(']')
        }
        Value::Object(members) => {
            out.write_char('{')?;
            for (i, (name, item)) in members.iter().enumerate() {
                if i > 0 {
                    out.write_char(',')?;
                }
                quoted(name, out)?;
                out.write_char(':')?;
                compact(item, out)?;
            }
            out.write_char('}')
        }
    }
}

/// Writes a JSON string: `"`, `\` and control characters are escaped, all else stands as it is.
fn quoted(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        out.write_str(&text[from..at])?;
        if escape.is_empty() {
            write!(out, "\\u{byte:04X}")?;
        } else {
            out.write_str(escape)?;
        }
        from = at + 1;
    }
    out.write_str(&text[from..])?;
    out.write_char('"')
}

pub(super) fn length_within(value: &Value, limit: usize) -> Option<usize> {
    let mut left = limit;
    consume(value, &mut left, super::MAX_DEPTH)?;
    Some(limit - left)
}

/// Takes the text's length away from `left`; `None` where it or the depth is used up.
fn consume(value: &Value, left: &mut usize, depth: usize) -> Option<()> {
    struct Count<'a>(&'a mut usize);
    impl Write for Count<'_> {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            *self.0 = self.0.checked_sub(s.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let depth = depth.checked_sub(1)?;
    let take = |left: &mut usize, bytes: usize| {
        *left = left.checked_sub(bytes)?;
        Some(())
    };
    match value {
        Value::Array(items) => {
            take(left, 2 + items.len().saturating_sub(1))?;
            items.iter().try_for_each(|item| consume(item, left, depth))
        }
        Value::Object(members) => {
            take(left, 2 + members.len().saturating_sub(1) + members.len())?;
            members.iter().try_for_each(|(name, item)| {
                quoted(name, &mut Count(left)).ok()?;
                consume(item, left, depth)
            })
        }
        other => compact(other, &mut Count(left)).ok(),
    }
}

/// Returns what Java's `Double.toString` gives: at least one digit after the point, and an exponent below
/// 10⁻³ and from 10⁷ on.
pub(super) fn java_double(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&size) {
        let text = format!("{value}");
        return if text.contains('.') {
            text
        } else {
            text + ".0"
        };
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}
