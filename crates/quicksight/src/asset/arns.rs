//! ARNs inside of documents.

use serde_json::Value;

/// Looks at all texts of a document that are ARNs.
pub(crate) fn arns_in(value: &Value, see: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) if text.starts_with("arn:") => see(text),
        Value::Array(items) => items.iter().for_each(|v| arns_in(v, see)),
        Value::Object(members) => members.values().for_each(|v| arns_in(v, see)),
        _ => {}
    }
}
