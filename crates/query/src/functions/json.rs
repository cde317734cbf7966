//! JSON in text.

use std::sync::Arc;

use datafusion::{
    arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, StringArray},
    common::Result,
};
use serde_json::Value;

use super::scalar::{Columns, Function, bigint, boolean, int_at, invalid, text_at, varchar};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("json_extract", (2, 2), varchar, extract),
        Function::new("json_extract_scalar", (2, 2), varchar, extract_scalar),
        Function::new("json_parse", (1, 1), varchar, parse),
        Function::new("json_format", (1, 1), varchar, parse),
        Function::new("json_size", (2, 2), bigint, size),
        Function::new("json_array_length", (1, 1), bigint, array_length),
        Function::new("json_array_get", (2, 2), varchar, array_get),
        Function::new("json_array_contains", (2, 2), boolean, array_contains),
        Function::new("is_json_scalar", (1, 1), boolean, is_scalar),
        Function::new("json_value", (2, 2), varchar, extract_scalar),
        Function::new("json_query", (2, 2), varchar, query),
        Function::new("json_exists", (2, 2), boolean, exists),
    ]
}

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

/// Reads `$.a.b[0]["c d"]`; SQL's own paths begin with `lax` or `strict`.
fn path(text: &str) -> Result<Vec<Step>> {
    let bad = || invalid(format!("Invalid JSON path: '{text}'"));
    let plain = text.trim_start();
    let mode = ["lax ", "strict "]
        .iter()
        .find_map(|mode| plain.strip_prefix(mode));
    let text = mode.map_or(text, str::trim);
    let mut rest = text.strip_prefix('$').unwrap_or(text);
    let mut steps = Vec::new();
    if !text.starts_with('$') && !rest.is_empty() && !rest.starts_with(['.', '[']) {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        steps.push(Step::Member(rest[..end].to_owned()));
        rest = &rest[end..];
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 {
                return Err(bad());
            }
            steps.push(Step::Member(after[..end].to_owned()));
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let (inside, tail) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let (name, tail) = after[1..].split_once(quote).ok_or_else(bad)?;
                    (
                        Step::Member(name.to_owned()),
                        tail.strip_prefix(']').ok_or_else(bad)?,
                    )
                }
                _ => {
                    let (digits, tail) = after.split_once(']').ok_or_else(bad)?;
                    let step = match digits.parse() {
                        Ok(index) => Step::Index(index),
                        Err(_) if !digits.is_empty() => Step::Member(digits.to_owned()),
                        Err(_) => return Err(bad()),
                    };
                    (step, tail)
                }
            };
            steps.push(inside);
            rest = tail;
        } else {
            return Err(bad());
        }
    }
    Ok(steps)
}

fn walk<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps
        .iter()
        .try_fold(value, |value, step| match (step, value) {
            (Step::Member(name), Value::Object(object)) => object.get(name),
            (Step::Member(name), Value::Array(items)) => items.get(name.parse::<usize>().ok()?),
            (Step::Index(index), Value::Array(items)) => items.get(*index),
            (Step::Index(index), Value::Object(object)) => object.get(&index.to_string()),
            _ => None,
        })
}

/// Calls a body with what is at each row's path; nothing for text that is no JSON.
fn at_path<T>(args: &Columns, body: impl Fn(&Value) -> Option<T>) -> Result<Vec<Option<T>>> {
    let (text, paths) = (args.text(0)?, args.text(1)?);
    let mut known: Option<(String, Vec<Step>)> = None;
    (0..args.rows)
        .map(|i| {
            let (Some(text), Some(wanted)) = (text_at(&text, i), text_at(&paths, i)) else {
                return Ok(None);
            };
            if known.as_ref().is_none_or(|(k, _)| k != wanted) {
                known = Some((wanted.to_owned(), path(wanted)?));
            }
            let steps = known.as_ref().map_or(&[][..], |(_, steps)| steps);
            let Ok(value) = serde_json::from_str::<Value>(text) else {
                return Ok(None);
            };
            Ok(walk(&value, steps).and_then(&body))
        })
        .collect()
}

fn extract(args: &Columns) -> Result<ArrayRef> {
    Ok(Arc::new(StringArray::from(at_path(args, |v| {
        Some(v.to_string())
    })?)))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn extract_scalar(args: &Columns) -> Result<ArrayRef> {
    Ok(Arc::new(StringArray::from(at_path(args, scalar)?)))
}

/// Objects and arrays alone.
fn query(args: &Columns) -> Result<ArrayRef> {
    let found = at_path(args, |v| {
        (v.is_object() || v.is_array()).then(|| v.to_string())
    })?;
    Ok(Arc::new(StringArray::from(found)))
}

fn exists(args: &Columns) -> Result<ArrayRef> {
    let (text, paths) = (args.text(0)?, args.text(1)?);
    let found = at_path(args, |_| Some(true))?;
    let found = found.into_iter().enumerate().map(|(i, found)| {
        let given = text_at(&text, i).is_some() && text_at(&paths, i).is_some();
        given.then_some(found == Some(true))
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

fn size(args: &Columns) -> Result<ArrayRef> {
    let found = at_path(args, |v| {
        let size = match v {
            Value::Array(items) => items.len(),
            Value::Object(object) => object.len(),
            _ => 0,
        };
        i64::try_from(size).ok()
    })?;
    Ok(Arc::new(Int64Array::from(found)))
}

/// JSON is text here: parsing checks it and writes it compactly.
fn parse(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = text
        .iter()
        .map(|t| match t {
            Some(t) => serde_json::from_str::<Value>(t)
                .map(|v| Some(v.to_string()))
                .map_err(|_| invalid(format!("Cannot convert value to JSON: '{t}'"))),
            None => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StringArray::from(found)))
}

fn arrays<T>(
    args: &Columns,
    body: impl Fn(usize, &[Value]) -> Option<T>,
) -> Result<Vec<Option<T>>> {
    let text = args.text(0)?;
    Ok((0..args.rows)
        .map(|i| match serde_json::from_str(text_at(&text, i)?).ok()? {
            Value::Array(items) => body(i, &items),
            _ => None,
        })
        .collect())
}

fn array_length(args: &Columns) -> Result<ArrayRef> {
    Ok(Arc::new(Int64Array::from(arrays(args, |_, items| {
        i64::try_from(items.len()).ok()
    })?)))
}

fn array_get(args: &Columns) -> Result<ArrayRef> {
    let index = args.int(1)?;
    let found = arrays(args, |i, items| {
        let wanted = int_at(&index, i)?;
        let place = match usize::try_from(wanted) {
            Ok(place) => place,
            Err(_) => items
                .len()
                .checked_sub(usize::try_from(wanted.unsigned_abs()).ok()?)?,
        };
        items
            .get(place)
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
    })?;
    Ok(Arc::new(StringArray::from(found)))
}

fn array_contains(args: &Columns) -> Result<ArrayRef> {
    let wanted = args.text(1)?;
    let found = arrays(args, |i, items| {
        let wanted = text_at(&wanted, i)?;
        Some(items.iter().any(|v| scalar(v).as_deref() == Some(wanted)))
    })?;
    Ok(Arc::new(BooleanArray::from(found)))
}

fn is_scalar(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = (0..text.len()).map(|i| {
        let value: Value = serde_json::from_str(text_at(&text, i)?).ok()?;
        Some(!value.is_array() && !value.is_object())
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}
