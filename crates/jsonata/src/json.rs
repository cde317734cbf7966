//! JSON text of values, as `$string` and error messages need it.

use std::fmt::Write;

use crate::{Error, Value, number};

/// Prints a value as `$string` does: fifteen digits, functions as empty text, nothing left out of objects.
///
/// **Errors**: `D1001` for an infinite number.
pub(crate) fn print(value: &Value, indent: Option<usize>) -> Result<String, Error> {
    let mut out = String::new();
    write(value, indent, 0, &mut out)?;
    Ok(out)
}

/// Prints a value for a message; what has no JSON is `null`.
pub(crate) fn print_lossy(value: &Value) -> String {
    print(value, None).unwrap_or_else(|_| "null".into())
}

/// Returns text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(text, &mut out);
    out
}

/// Returns the text of a JSON string, or the text itself.
pub(crate) fn unquote(json: &str) -> String {
    let Some(inner) = json.strip_prefix('"').and_then(|t| t.strip_suffix('"')) else {
        return json.to_owned();
    };
    let mut out = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let code: String = characters.by_ref().take(4).collect();
                out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn write(
    value: &Value,
    indent: Option<usize>,
    depth: usize,
    out: &mut String,
) -> Result<(), Error> {
    match value {
        Value::Undefined | Value::Null | Value::Tuples(_) => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) if n.is_nan() => out.push_str("null"),
        // an error that printed its value would come here again
        Value::Number(n) if n.is_infinite() => {
            return Err(Error::new("D1001").field("value", "null"));
        }
        Value::Number(n) => out.push_str(&number::to_text(number::fifteen_digits(*n))),
        Value::String(text) => write_text(text, out),
        Value::Function(_) => out.push_str("\"\""),
        Value::Array(array) => {
            list(
                out,
                '[',
                ']',
                array.items.iter(),
                indent,
                depth,
                |item, out| write(item, indent, depth + 1, out),
            )?;
        }
        Value::Object(members) => {
            let members = members.iter().filter(|(_, v)| !v.is_undefined());
            list(
                out,
                '{',
                '}',
                members,
                indent,
                depth,
                |(key, value), out| {
                    write_text(key, out);
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    write(value, indent, depth + 1, out)
                },
            )?;
        }
    }
    Ok(())
}

fn list<T>(
    out: &mut String,
    open: char,
    close: char,
    items: impl Iterator<Item = T>,
    indent: Option<usize>,
    depth: usize,
    mut each: impl FnMut(T, &mut String) -> Result<(), Error>,
) -> Result<(), Error> {
    out.push(open);
    let mut empty = true;
    for item in items {
        if !std::mem::take(&mut empty) {
            out.push(',');
        }
        line_break(out, indent, depth + 1);
        each(item, out)?;
    }
    if !empty {
        line_break(out, indent, depth);
    }
    out.push(close);
    Ok(())
}

fn line_break(out: &mut String, indent: Option<usize>, depth: usize) {
    if let Some(indent) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent * depth));
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
