//! Objects, truth and types.

use std::sync::Arc;

use super::argument;
use crate::{Error, Object, Value, eval, eval::Evaluator};

type Outcome = Result<Value, Error>;

pub(super) fn boolean(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(argument(arguments, 0)
        .truth()?
        .map_or(Value::Undefined, Value::Bool))
}

pub(super) fn not(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(argument(arguments, 0)
        .truth()?
        .map_or(Value::Undefined, |truth| Value::Bool(!truth)))
}

pub(super) fn exists(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(Value::Bool(!argument(arguments, 0).is_undefined()))
}

pub(super) fn keys(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    fn collect(value: &Value, found: &mut Vec<Arc<str>>) {
        match value {
            Value::Array(array) => array.items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) => {
                for key in members.keys() {
                    if !found.contains(key) {
                        found.push(Arc::clone(key));
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(argument(arguments, 0), &mut found);
    Ok(Value::sequence(
        found.into_iter().map(Value::String).collect(),
    ))
}

pub(super) fn lookup(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(eval::lookup(
        argument(arguments, 0),
        argument(arguments, 1).as_str().unwrap_or_default(),
    ))
}

pub(super) fn spread(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    fn spread_out(value: &Value) -> Value {
        match value {
            Value::Array(array) => {
                let mut found = Vec::new();
                array.items.iter().for_each(|item| match spread_out(item) {
                    Value::Undefined => {}
                    Value::Array(inner) => found.extend(inner.items.iter().cloned()),
                    other => found.push(other),
                });
                Value::sequence(found)
            }
            Value::Object(members) => {
                let one = |(key, value): (&Arc<str>, &Value)| {
                    Value::object(Object::from_iter([(Arc::clone(key), value.clone())]))
                };
                Value::sequence(members.iter().map(one).collect())
            }
            other => other.clone(),
        }
    }
    Ok(spread_out(argument(arguments, 0)))
}

pub(super) fn merge(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::Array(array) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let mut merged = Object::new();
    for item in &array.items {
        if let Value::Object(members) = item {
            merged.extend(
                members
                    .iter()
                    .map(|(key, value)| (Arc::clone(key), value.clone())),
            );
        }
    }
    Ok(Value::object(merged))
}

pub(super) fn error(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let message = argument(arguments, 0)
        .as_str()
        .filter(|text| !text.is_empty());
    Err(Error::with_message(
        "D3137",
        message.unwrap_or("$error() function evaluated"),
    ))
}

pub(super) fn assert(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    if matches!(argument(arguments, 0), Value::Bool(true)) {
        return Ok(Value::Undefined);
    }
    let message = argument(arguments, 1)
        .as_str()
        .filter(|text| !text.is_empty());
    Err(Error::with_message(
        "D3141",
        message.unwrap_or("$assert() statement failed"),
    ))
}

pub(super) fn type_of(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(Value::string(match argument(arguments, 0) {
        Value::Undefined | Value::Tuples(_) => return Ok(Value::Undefined),
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Function(_) => "function",
    }))
}
