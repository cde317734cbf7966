//! The query protocol: form parameters out, XML back.

use bytes::Bytes;
use http::{Method, Request, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::invalid;
use crate::{
    ApiError,
    protocol::rest_xml::{Element, members},
    table::{Kind, Operation, Reference, ShapeId, Table, TimestampFormat},
    time,
    uri::encode,
};

pub(super) fn request(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Request<Bytes>, ApiError> {
    let mut form = vec![
        ("Action".to_owned(), operation.name.to_string()),
        ("Version".to_owned(), table.service.api_version.clone()),
    ];
    if let Some(shape) = operation.input {
        add_members(table, shape, "", input, &mut form);
    }
    let form: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    Request::builder()
        .method(Method::POST)
        .uri("/")
        .header(
            CONTENT_TYPE,
            "application/x-www-form-urlencoded; charset=utf-8",
        )
        .body(form.join("&").into())
        .map_err(|e| invalid(e.to_string()))
}

fn add_members(
    table: &Table,
    shape: ShapeId,
    prefix: &str,
    value: &Value,
    form: &mut Vec<(String, String)>,
) {
    for member in table.structure(shape).into_iter().flat_map(|s| &s.members) {
        let Some(value) = value.get(&*member.name).filter(|v| !v.is_null()) else {
            continue;
        };
        let name = join(prefix, member.wire_name());
        add(table, &member.reference, &name, value, form);
    }
}

fn add(
    table: &Table,
    reference: &Reference,
    name: &str,
    value: &Value,
    form: &mut Vec<(String, String)>,
) {
    let shape = table.shape(reference.shape);
    match (&shape.kind, value) {
        (Kind::Structure(_), _) => add_members(table, reference.shape, name, value, form),
        (Kind::List { member, flattened }, Value::Array(items)) => {
            let prefix = if *flattened || reference.flattened {
                name.to_owned()
            } else {
                join(name, member.location_name.as_deref().unwrap_or("member"))
            };
            for (at, item) in items.iter().enumerate() {
                add(table, member, &format!("{prefix}.{}", at + 1), item, form);
            }
        }
        (
            Kind::Map {
                key,
                value: member,
                flattened,
            },
            Value::Object(entries),
        ) => {
            let prefix = if *flattened || reference.flattened {
                name.to_owned()
            } else {
                join(name, "entry")
            };
            for (at, (entry, value)) in entries.iter().enumerate() {
                let prefix = format!("{prefix}.{}", at + 1);
                let named = join(&prefix, key.location_name.as_deref().unwrap_or("key"));
                form.push((named, entry.clone()));
                let valued = join(&prefix, member.location_name.as_deref().unwrap_or("value"));
                add(table, member, &valued, value, form);
            }
        }
        (Kind::Timestamp, _) => {
            let format = reference.timestamp_format.or(shape.timestamp_format);
            let value = time::encode(value, format.unwrap_or(TimestampFormat::Iso8601));
            form.push((name.to_owned(), text(&value)));
        }
        _ => form.push((name.to_owned(), text(value))),
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn output(table: &Table, operation: &Operation, body: &[u8]) -> Result<Value, ApiError> {
    let mut output = Map::new();
    let Some(structure) = operation.output.and_then(|id| table.structure(id)) else {
        return Ok(Value::Object(output));
    };
    let root = Element::parse(body.trim_ascii_start()).map_err(ApiError::internal)?;
    let wrapper = operation.result_wrapper.as_deref();
    let inner = wrapper.and_then(|name| root.child(name)).unwrap_or(&root);
    members(table, structure, inner, &mut output);
    Ok(Value::Object(output))
}
