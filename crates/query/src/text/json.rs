//! JSON lines.

use datafusion::arrow::datatypes::DataType;
use serde_json::{Map, Value};

use super::Node;

/// Finds an object's member, whatever the case of its name.
pub(super) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    })
}

/// Returns a JSON value as a type has it. An object or array for a string is its JSON text.
pub(super) fn node(value: &Value, data_type: &DataType) -> Option<Node> {
    match (value, data_type) {
        (Value::Null, _) => None,
        (Value::Array(items), DataType::List(item)) => Some(Node::List(
            items.iter().map(|v| node(v, item.data_type())).collect(),
        )),
        (Value::Object(object), DataType::Struct(fields)) => Some(Node::Struct(
            fields
                .iter()
                .map(|f| member(object, f.name()).and_then(|v| node(v, f.data_type())))
                .collect(),
        )),
        (Value::Object(object), DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => Some(Node::Map(
                object
                    .iter()
                    .map(|(k, v)| (Node::Text(k.clone()), node(v, fields[1].data_type())))
                    .collect(),
            )),
            _ => None,
        },
        (_, DataType::List(_) | DataType::Struct(_) | DataType::Map(..)) => None,
        (Value::String(text), _) => Some(Node::Text(text.clone())),
        (Value::Number(number), t) if t.is_integer() => match number.as_i64() {
            Some(whole) => Some(Node::Text(whole.to_string())),
            None => number
                .as_f64()
                .map(|f| Node::Text(format!("{:.0}", f.trunc()))),
        },
        (other, _) => Some(Node::Text(other.to_string())),
    }
}
