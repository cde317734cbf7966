//! What the functions do.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    Object, Value,
    query::{JavaRandom, Random, digest, java},
};

/// The longest text that the encoding functions take, in characters.
const MAX_TEXT: usize = 10_000;
/// The most items that `States.ArrayRange` makes.
const MAX_RANGE: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

/// Name, function, fewest and most arguments.
const TABLE: [(&str, Function, usize, usize); 18] = [
    ("States.Format", Function::Format, 1, usize::MAX),
    ("States.StringToJson", Function::StringToJson, 1, 1),
    ("States.JsonToString", Function::JsonToString, 1, 1),
    ("States.Array", Function::Array, 0, usize::MAX),
    ("States.ArrayPartition", Function::ArrayPartition, 2, 2),
    ("States.ArrayContains", Function::ArrayContains, 2, 2),
    ("States.ArrayRange", Function::ArrayRange, 3, 3),
    ("States.ArrayGetItem", Function::ArrayGetItem, 2, 2),
    ("States.ArrayLength", Function::ArrayLength, 1, 1),
    ("States.ArrayUnique", Function::ArrayUnique, 1, 1),
    ("States.Base64Encode", Function::Base64Encode, 1, 1),
    ("States.Base64Decode", Function::Base64Decode, 1, 1),
    ("States.Hash", Function::Hash, 2, 2),
    ("States.JsonMerge", Function::JsonMerge, 3, 3),
    ("States.MathRandom", Function::MathRandom, 2, 3),
    ("States.MathAdd", Function::MathAdd, 2, 2),
    ("States.StringSplit", Function::StringSplit, 2, 2),
    ("States.UUID", Function::Uuid, 0, 0),
];

impl Function {
    pub(super) fn of(name: &str) -> Option<Self> {
        TABLE.iter().find(|(n, ..)| *n == name).map(|(_, f, ..)| *f)
    }

    pub(super) fn check_count(self, count: usize) -> Result<(), String> {
        match TABLE.iter().find(|(_, f, ..)| *f == self) {
            Some((_, _, fewest, most)) if (*fewest..=*most).contains(&count) => Ok(()),
            _ => Err(format!("{count} arguments are not what the function takes")),
        }
    }

    /// **Errors**: the reason, for `The function '…' had the following error: `.
    pub(super) fn apply(self, given: &[Value], random: &Random) -> Result<Value, String> {
        match (self, given) {
            (Self::Format, [template, values @ ..]) => format(template, values),
            (Self::StringToJson, [text]) => string_to_json(text),
            (Self::JsonToString, [value]) => Ok(Value::from(value.to_text())),
            (Self::Array, items) => Ok(Value::array(items.iter().cloned())),
            (Self::ArrayPartition, [array, size]) => partition(array, size),
            (Self::ArrayContains, [array, item]) => Ok(Value::Bool(items(array)?.contains(item))),
            (Self::ArrayRange, [first, last, step]) => range(first, last, step),
            (Self::ArrayGetItem, [array, index]) => get_item(array, index),
            (Self::ArrayLength, [array]) => Ok(Value::from(items(array)?.len() as i64)),
            (Self::ArrayUnique, [array]) => unique(array),
            (Self::Base64Encode, [text]) => Ok(Value::from(STANDARD.encode(short(text)?))),
            (Self::Base64Decode, [text]) => decode(text),
            (Self::Hash, [data, algorithm]) => hash(data, algorithm),
            (Self::JsonMerge, [first, second, deep]) => merge(first, second, deep),
            (Self::MathRandom, [from, to, seed @ ..]) => {
                math_random(from, to, seed.first(), random)
            }
            (Self::MathAdd, [a, b]) => Ok(Value::from(integer(a)?.wrapping_add(integer(b)?))),
            (Self::StringSplit, [text, separators]) => split(text, separators),
            (Self::Uuid, []) => Ok(Value::from(random.uuid())),
            _ => Err("Invalid number of arguments".to_owned()),
        }
    }
}

fn items(value: &Value) -> Result<&[Value], String> {
    value
        .as_array()
        .ok_or_else(|| format!("Expected an array, but was: {value}"))
}

fn text(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| format!("Expected a string, but was: {value}"))
}

fn short(value: &Value) -> Result<&str, String> {
    let text = text(value)?;
    if text.chars().count() > MAX_TEXT {
        return Err(format!(
            "Input must be less than or equal to {MAX_TEXT} characters"
        ));
    }
    Ok(text)
}

/// Whole numbers as they are, others rounded half up.
fn integer(value: &Value) -> Result<i64, String> {
    let number = value
        .as_number()
        .ok_or_else(|| format!("Expected a number, but was: {value}"))?;
    Ok(number
        .as_i64()
        .unwrap_or_else(|| (number.as_f64() + 0.5).floor() as i64))
}

fn format(template: &Value, values: &[Value]) -> Result<Value, String> {
    let template = text(template)?;
    let mut out = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('{' | '}' | '\\' | '\'')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                let value = values
                    .next()
                    .ok_or("number of arguments does not match the occurrences of {}")?;
                match value {
                    Value::String(s) => out.push_str(s),
                    other => java_text(other, &mut out),
                }
            }
            '{' | '}' => return Err("matching '{' or '}' is missing".to_owned()),
            c => out.push(c),
        }
    }
    if values.next().is_some() {
        return Err("number of arguments does not match the occurrences of {}".to_owned());
    }
    Ok(Value::from(out))
}

/// Writes a value as Java prints maps and lists: `{a=1, b=[x, y]}`.
fn java_text(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                java_text(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (i, (name, item)) in members.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(name);
                out.push('=');
                java_text(item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_text()),
    }
}

fn string_to_json(value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    Value::parse(text(value)?).map_err(|e| e.message)
}

fn partition(array: &Value, size: &Value) -> Result<Value, String> {
    let size = usize::try_from(integer(size)?)
        .ok()
        .filter(|n| *n > 0)
        .ok_or("Chunk size must be greater than 0")?;
    Ok(Value::array(
        items(array)?
            .chunks(size)
            .map(|c| Value::array(c.iter().cloned())),
    ))
}

fn range(first: &Value, last: &Value, step: &Value) -> Result<Value, String> {
    let (first, last, step) = (integer(first)?, integer(last)?, integer(step)?);
    if step == 0 {
        return Err("Step must not be 0".to_owned());
    }
    let mut items = Vec::new();
    let mut next = Some(first);
    while let Some(at) = next.filter(|at| if step > 0 { *at <= last } else { *at >= last }) {
        if items.len() == MAX_RANGE {
            return Err(format!("The range cannot have more than {MAX_RANGE} items"));
        }
        items.push(Value::from(at));
        next = at.checked_add(step);
    }
    Ok(Value::array(items))
}

fn get_item(array: &Value, index: &Value) -> Result<Value, String> {
    let at = integer(index)?;
    let found = usize::try_from(at)
        .ok()
        .and_then(|i| items(array).ok()?.get(i).cloned());
    found.ok_or_else(|| format!("The index: {at} is out of bounds of the array"))
}

fn unique(array: &Value) -> Result<Value, String> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items(array)? {
        if !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    Ok(Value::array(kept))
}

fn decode(value: &Value) -> Result<Value, String> {
    let bytes = STANDARD.decode(short(value)?).map_err(|e| e.to_string())?;
    String::from_utf8(bytes)
        .map(Value::from)
        .map_err(|e| e.to_string())
}

fn hash(data: &Value, algorithm: &Value) -> Result<Value, String> {
    let printed;
    let data = match data {
        Value::String(s) => &**s,
        other => {
            printed = other.to_text();
            &printed
        }
    };
    if data.chars().count() > MAX_TEXT {
        return Err(format!(
            "Input must be less than or equal to {MAX_TEXT} characters"
        ));
    }
    digest::of(data, text(algorithm)?).map(Value::from)
}

/// Merges on the first level; the result's members stand in the order of a Java `HashMap`.
fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, String> {
    if deep.as_bool() != Some(false) {
        return Err("Deep merge is not supported".to_owned());
    }
    let (Some(first), Some(second)) = (first.as_object(), second.as_object()) else {
        return Err("Both arguments must be JSON objects".to_owned());
    };
    let mut merged: Object = first.clone();
    merged.extend(second.iter().map(|(k, v)| (Arc::clone(k), v.clone())));
    let capacity = java::capacity(merged.len());
    merged.sort_by_cached_key(|name, _| java::bucket(name, capacity));
    Ok(Value::Object(Arc::new(merged)))
}

fn math_random(
    from: &Value,
    to: &Value,
    seed: Option<&Value>,
    random: &Random,
) -> Result<Value, String> {
    let (from, to) = (integer(from)?, integer(to)?);
    if from >= to {
        return Err("The start number must be smaller than the end number".to_owned());
    }
    let fraction = match seed {
        Some(seed) => JavaRandom::new(integer(seed)?).fraction(),
        None => random.fraction(),
    };
    let span = (to as f64) - (from as f64);
    Ok(Value::from(from + (fraction * span) as i64))
}

/// Splits at every one of the separator's characters; nothing between two of them gives no item.
fn split(value: &Value, separators: &Value) -> Result<Value, String> {
    let separators = text(separators)?;
    let parts = text(value)?
        .split(|c| separators.contains(c))
        .filter(|p| !p.is_empty());
    Ok(Value::array(parts.map(Value::from)))
}
