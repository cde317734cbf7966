//! From an HTTP response to a Call's output or error.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::response::Parts;
use serde_json::{Map, Value};

use super::element::Element;
use crate::{
    ApiError,
    table::{Kind, Location, Member, Operation, Reference, ShapeId, Structure, Table},
    time,
};

/// What an error's document has besides the error's own members.
const NOT_FIELDS: [&str; 4] = ["Code", "Message", "RequestId", "HostId"];

/// Returns the output that a success holds.
///
/// **Errors**: the service's own, where it is told in a document after a status of success (CopyObject and
/// CompleteMultipartUpload do so); an internal one for a document that cannot be read.
pub(crate) fn response(
    table: &Table,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    let Some(structure) = operation.output.and_then(|id| table.structure(id)) else {
        return Ok(Value::Object(Map::new()));
    };
    let mut output = Map::new();
    for member in &structure.members {
        if let Some(value) = from_head(table, member, parts) {
            output.insert(member.name.to_string(), value);
        }
    }
    let payload = structure
        .payload
        .as_deref()
        .and_then(|name| structure.member(name));
    let scalar = payload.map(|m| (m, &table.shape(m.reference.shape).kind));
    match scalar {
        Some((member, Kind::Blob)) => {
            output.insert(member.name.to_string(), BASE64_STANDARD.encode(body).into());
        }
        Some((member, Kind::String)) => {
            output.insert(
                member.name.to_string(),
                String::from_utf8_lossy(body).into(),
            );
        }
        _ if body.trim_ascii().is_empty() => {}
        _ => {
            let root = Element::parse(body.trim_ascii_start()).map_err(ApiError::internal)?;
            if root.name == "Error" {
                return Err(told(root, 500));
            }
            match payload {
                Some(member) => {
                    let value = value(table, &member.reference, &root);
                    output.insert(member.name.to_string(), value);
                }
                None => from_root(table, structure, &root, &mut output),
            }
        }
    }
    Ok(Value::Object(output))
}

/// Returns the error that a failure holds. One without a document is the operation's first modeled error if the
/// status is 404 (as the SDKs have it for HeadObject and HeadBucket), else named by its status.
pub(crate) fn error(table: &Table, operation: &Operation, parts: &Parts, body: &[u8]) -> ApiError {
    let status = parts.status.as_u16();
    if let Ok(root) = Element::parse(body.trim_ascii_start()) {
        return told(root, status);
    }
    let reason = parts.status.canonical_reason().unwrap_or("Unknown");
    let code = match operation.errors.first() {
        Some(&id) if status == 404 => table.shape(id).name.to_string(),
        _ => reason.replace(' ', ""),
    };
    ApiError::new(code, reason).with_status(status)
}

fn told(root: Element, status: u16) -> ApiError {
    let text = |name: &str| root.child(name).map(|c| c.text.clone()).unwrap_or_default();
    let error = ApiError::new(text("Code"), text("Message")).with_status(status);
    root.children
        .iter()
        .filter(|c| !NOT_FIELDS.contains(&c.name.as_str()))
        .fold(error, |e, c| e.with_field(&c.name, c.text.clone()))
}

/// Returns the value of a member that is in the status or the headers. A map of headers is there even if empty.
pub(in crate::protocol) fn from_head(
    table: &Table,
    member: &Member,
    parts: &Parts,
) -> Option<Value> {
    let name = member.wire_name();
    match member.reference.location {
        Location::StatusCode => Some(parts.status.as_u16().into()),
        Location::Header => {
            let text = String::from_utf8_lossy(parts.headers.get(name)?.as_bytes());
            Some(typed(table, member.reference.shape, &text))
        }
        Location::Headers => {
            let prefix = name.to_ascii_lowercase();
            let entries = parts.headers.iter().filter_map(|(name, value)| {
                let key = name.as_str().strip_prefix(&prefix)?.to_owned();
                Some((key, String::from_utf8_lossy(value.as_bytes()).into()))
            });
            Some(Value::Object(entries.collect()))
        }
        Location::Body | Location::Uri | Location::QueryString => None,
    }
}

/// Reads a document whose root stands for the output itself. A root that has text alone is the output's one
/// member: GetBucketLocation answers so.
fn from_root(
    table: &Table,
    structure: &Structure,
    root: &Element,
    output: &mut Map<String, Value>,
) {
    let mut in_body = structure
        .members
        .iter()
        .filter(|m| m.reference.location == Location::Body);
    if let (Some(only), None) = (in_body.next(), in_body.next())
        && root.children.is_empty()
        && root.name == only.wire_name()
    {
        if !root.text.is_empty() {
            let value = typed(table, only.reference.shape, &root.text);
            output.insert(only.name.to_string(), value);
        }
        return;
    }
    members(table, structure, root, output);
}

pub(in crate::protocol) fn members(
    table: &Table,
    structure: &Structure,
    element: &Element,
    output: &mut Map<String, Value>,
) {
    for member in &structure.members {
        if member.reference.location != Location::Body {
            continue;
        }
        let name = member.wire_name();
        let found = if member.reference.xml_attribute {
            element
                .attribute(name)
                .map(|text| typed(table, member.reference.shape, text))
        } else {
            named(table, &member.reference, name, element)
        };
        if let Some(found) = found {
            output.insert(member.name.to_string(), found);
        }
    }
}

/// Returns the value of a member that is under a name in an element: one child, or of a flattened list or map all.
fn named(table: &Table, reference: &Reference, name: &str, element: &Element) -> Option<Value> {
    match &table.shape(reference.shape).kind {
        Kind::List { member, flattened } if *flattened || reference.flattened => {
            let items: Vec<Value> = element
                .all(name)
                .map(|item| value(table, member, item))
                .collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Kind::Map {
            key,
            value: member,
            flattened,
        } if *flattened || reference.flattened => {
            let entries: Map<String, Value> = element
                .all(name)
                .filter_map(|item| entry(table, key, member, item))
                .collect();
            (!entries.is_empty()).then_some(Value::Object(entries))
        }
        _ => element
            .child(name)
            .map(|child| value(table, reference, child)),
    }
}

fn value(table: &Table, reference: &Reference, element: &Element) -> Value {
    match &table.shape(reference.shape).kind {
        Kind::Structure(structure) => {
            let mut output = Map::new();
            members(table, structure, element, &mut output);
            Value::Object(output)
        }
        Kind::List { member, .. } => {
            let name = member.location_name.as_deref().unwrap_or("member");
            element
                .all(name)
                .map(|item| value(table, member, item))
                .collect()
        }
        Kind::Map {
            key, value: member, ..
        } => {
            let entries = element
                .all("entry")
                .filter_map(|item| entry(table, key, member, item));
            Value::Object(entries.collect())
        }
        _ => typed(table, reference.shape, &element.text),
    }
}

fn entry(
    table: &Table,
    key: &Reference,
    member: &Reference,
    element: &Element,
) -> Option<(String, Value)> {
    let name = element.child(key.location_name.as_deref().unwrap_or("key"))?;
    let found = element.child(member.location_name.as_deref().unwrap_or("value"))?;
    Some((name.text.clone(), value(table, member, found)))
}

/// Reads text as its shape's type; what does not read so stays text.
fn typed(table: &Table, id: ShapeId, text: &str) -> Value {
    let value = match table.shape(id).kind {
        Kind::Integer | Kind::Long => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text.trim().parse::<f64>().ok().map(Value::from),
        Kind::Boolean => text.trim().parse::<bool>().ok().map(Value::from),
        Kind::Timestamp => time::parse(text).map(Value::from),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}
