//! Blobs in JSON that people write: text there, Base64 in a Call.
//!
//! A Task state's parameters and answer, and a schedule's input, are such JSON: `Body` of S3's PutObject is the
//! object's text, or JSON to be serialised.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::table::{self, Kind, ShapeId, Table};

/// Makes Base64 of the blobs in an operation's input: a text's UTF-8 bytes, anything else as JSON.
pub fn from_text(service: &str, operation: &str, input: &mut Value) {
    if let Some((table, shape)) = shape(service, operation, true) {
        walk(table, shape, input, &|value| {
            let text = match value {
                Value::String(text) => std::mem::take(text),
                ref other => other.to_string(),
            };
            *value = BASE64_STANDARD.encode(text).into();
        });
    }
}

/// Makes text of the blobs in an operation's output; bytes that are not UTF-8 become U+FFFD.
pub fn to_text(service: &str, operation: &str, output: &mut Value) {
    if let Some((table, shape)) = shape(service, operation, false) {
        walk(table, shape, output, &|value| {
            let bytes = value.as_str().and_then(|t| BASE64_STANDARD.decode(t).ok());
            if let Some(bytes) = bytes {
                *value = String::from_utf8_lossy(&bytes).into();
            }
        });
    }
}

fn shape(service: &str, operation: &str, input: bool) -> Option<(&'static Table, ShapeId)> {
    let table = table::table(service)?;
    let operation = table.operation(operation)?;
    let shape = if input {
        operation.input
    } else {
        operation.output
    };
    Some((table, shape?))
}

fn walk(table: &Table, id: ShapeId, value: &mut Value, change: &dyn Fn(&mut Value)) {
    match (&table.shape(id).kind, &mut *value) {
        (_, Value::Null) => {}
        (Kind::Blob, _) => change(value),
        (Kind::Structure(structure), Value::Object(members)) => {
            for (name, value) in members {
                if let Some(member) = structure.member(name) {
                    walk(table, member.reference.shape, value, change);
                }
            }
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            for item in items {
                walk(table, member.shape, item, change);
            }
        }
        (Kind::Map { value: member, .. }, Value::Object(entries)) => {
            for entry in entries.values_mut() {
                walk(table, member.shape, entry, change);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_and_json_become_base64_and_come_back_as_text() {
        // "test" is Base64 itself, and text all the same.
        for (given, text) in [
            (json!("test"), "test"),
            (json!({"a": [1]}), r#"{"a":[1]}"#),
            (json!(7), "7"),
        ] {
            let mut input = json!({"Bucket": "b", "Body": given});
            from_text("s3", "PutObject", &mut input);
            assert_eq!(
                input,
                json!({"Bucket": "b", "Body": BASE64_STANDARD.encode(text)})
            );
            let mut output = json!({"ETag": "e", "Body": input["Body"]});
            to_text("s3", "GetObject", &mut output);
            assert_eq!(output, json!({"ETag": "e", "Body": text}));
        }
    }

    #[test]
    fn what_is_no_blob_stays() {
        let mut input = json!({"Bucket": "b", "Body": null, "Nonsense": "x"});
        from_text("s3", "PutObject", &mut input);
        assert_eq!(input, json!({"Bucket": "b", "Body": null, "Nonsense": "x"}));
        let mut unknown = json!({"Body": "x"});
        to_text("s3", "Nonsense", &mut unknown);
        from_text("nonsense", "GetObject", &mut unknown);
        assert_eq!(unknown, json!({"Body": "x"}));
        let mut binary = json!({"Body": BASE64_STANDARD.encode([0xff, b'a'])});
        to_text("s3", "GetObject", &mut binary);
        assert_eq!(binary, json!({"Body": "\u{FFFD}a"}));
    }
}
