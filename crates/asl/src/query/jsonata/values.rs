//! Values across the seam.

use std::sync::Arc;

use jsonata::Value as There;

use crate::{Number, Object, Value};

/// Returns the value as JSONata has it.
pub(super) fn into(value: &Value) -> There {
    match value {
        Value::Null => There::Null,
        Value::Bool(b) => There::Bool(*b),
        Value::Number(n) => There::Number(n.as_f64()),
        Value::String(s) => There::String(Arc::clone(s)),
        Value::Array(items) => There::array(items.iter().map(into).collect()),
        Value::Object(members) => There::object(
            members
                .iter()
                .map(|(k, v)| (Arc::clone(k), into(v)))
                .collect(),
        ),
    }
}

/// Returns the value as JSON, or `None` where it is nothing or no data. Members that are nothing are left out.
pub(super) fn from(value: &There) -> Option<Value> {
    Some(match value {
        There::Null => Value::Null,
        There::Bool(b) => Value::Bool(*b),
        There::Number(n) => Value::Number(number(*n)?),
        There::String(s) => Value::String(Arc::clone(s)),
        There::Array(items) => Value::array(items.items.iter().filter_map(from)),
        There::Object(members) => {
            let members: Object = members
                .iter()
                .filter_map(|(k, v)| Some((Arc::clone(k), from(v)?)))
                .collect();
            Value::Object(Arc::new(members))
        }
        _ => return None,
    })
}

fn number(n: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if n.fract() == 0.0 && n.abs() < EXACT {
        return Some(Number::Int(n as i64));
    }
    n.is_finite()
        .then(|| Number::Text(jsonata::number_to_text(n).into()))
}
