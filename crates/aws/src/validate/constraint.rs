//! The constraints of one shape and their wording.

use serde_json::Value;

use crate::table::{Kind, Shape};

pub(super) const NOT_NULL: &str = "Member must not be null";

/// Returns the constraints that a value breaks, in the order in which AWS names them.
pub(super) fn broken(shape: &Shape, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let constraints = &shape.constraints;
    if let (Some(pattern), Value::String(text)) = (&constraints.pattern, value)
        && !pattern.matches(text)
    {
        out.push(pattern_text(pattern.text()));
    }
    if constraints.max.is_some() || constraints.min.is_some() {
        let size = size(shape, value);
        if let (Some(max), Some(size)) = (constraints.max, size)
            && size > max
        {
            out.push(max_text(shape, max));
        }
        if let (Some(min), Some(size)) = (constraints.min, size)
            && size < min
        {
            out.push(min_text(shape, min));
        }
    }
    if let (false, Value::String(text)) = (constraints.values.is_empty(), value)
        && !constraints.values.iter().any(|v| **v == **text)
    {
        out.push(values_text(&constraints.values));
    }
    out
}

/// Returns all constraints of a shape, as they stand in brackets when an element of a list breaks one.
pub(super) fn all(shape: &Shape) -> String {
    let constraints = &shape.constraints;
    let texts = [
        constraints.max.map(|max| max_text(shape, max)),
        constraints.min.map(|min| min_text(shape, min)),
        constraints.pattern.as_ref().map(|p| pattern_text(p.text())),
        (!constraints.values.is_empty()).then(|| values_text(&constraints.values)),
        Some(NOT_NULL.to_owned()),
    ];
    format!(
        "[{}]",
        texts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    )
}

/// Returns what min and max bound: characters, bytes, entries or the number itself.
fn size(shape: &Shape, value: &Value) -> Option<f64> {
    match (&shape.kind, value) {
        (Kind::Blob, Value::String(base64)) => Some(decoded_length(base64) as f64),
        // Every character has at least one byte: long strings are seldom counted.
        (_, Value::String(text)) => match shape.constraints.max {
            Some(max)
                if text.len() as f64 <= max
                    && text.len() as f64 / 4.0 >= shape.constraints.min.unwrap_or(0.0) =>
            {
                Some((text.len() as f64).min(max))
            }
            _ => Some(text.chars().count() as f64),
        },
        (_, Value::Array(items)) => Some(items.len() as f64),
        (_, Value::Object(members)) => Some(members.len() as f64),
        (_, Value::Number(number)) => number.as_f64(),
        _ => None,
    }
}

fn decoded_length(base64: &str) -> usize {
    let padding = base64
        .bytes()
        .rev()
        .take(2)
        .take_while(|b| *b == b'=')
        .count();
    (base64.len() / 4 * 3).saturating_sub(padding)
}

fn quantity(shape: &Shape) -> &'static str {
    match shape.kind {
        Kind::Integer | Kind::Long | Kind::Float | Kind::Double => "value",
        _ => "length",
    }
}

fn max_text(shape: &Shape, max: f64) -> String {
    format!(
        "Member must have {} less than or equal to {max}",
        quantity(shape)
    )
}

fn min_text(shape: &Shape, min: f64) -> String {
    format!(
        "Member must have {} greater than or equal to {min}",
        quantity(shape)
    )
}

fn pattern_text(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn values_text(values: &[Box<str>]) -> String {
    format!(
        "Member must satisfy enum value set: [{}]",
        values.join(", ")
    )
}
