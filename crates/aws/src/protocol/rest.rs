//! REST-JSON: members in the path, the query string, headers and the body.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use super::{Incoming, json, response, translate};
use crate::{
    ApiError,
    door::Body,
    table::{Kind, Location, Member, Operation, Reference, Structure, Table, TimestampFormat},
    time,
};

pub(super) fn decode(
    table: &Table,
    operation: &Operation,
    incoming: Incoming<'_>,
) -> Result<Value, ApiError> {
    let Some((shape, structure)) = operation
        .input
        .and_then(|id| table.structure(id).map(|s| (id, s)))
    else {
        return without_shapes(incoming);
    };
    let mut input = match payload(structure) {
        Some(member) => Value::Object(payload_input(table, member, &incoming.body)?),
        None if incoming.body.is_empty() => Value::Object(Map::new()),
        None => {
            let mut input = json::parse(&incoming.body)?;
            translate::inward(table, shape, &mut input);
            input
        }
    };
    if let Value::Object(members) = &mut input {
        for member in &structure.members {
            if let Some(value) = bound(table, member, &incoming)? {
                members.insert((*member.name).to_owned(), value);
            }
        }
    }
    Ok(input)
}

/// For an operation whose shapes the table leaves out: labels, then the body's members.
fn without_shapes(incoming: Incoming<'_>) -> Result<Value, ApiError> {
    let mut input = if incoming.body.is_empty() {
        Value::Object(Map::new())
    } else {
        json::parse(&incoming.body)?
    };
    if let Value::Object(members) = &mut input {
        members.extend(
            incoming
                .labels
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into())),
        );
    }
    Ok(input)
}

fn payload(structure: &Structure) -> Option<&Member> {
    structure
        .payload
        .as_deref()
        .and_then(|name| structure.member(name))
}

fn payload_input(
    table: &Table,
    member: &Member,
    body: &[u8],
) -> Result<Map<String, Value>, ApiError> {
    let mut members = Map::new();
    if body.is_empty() {
        return Ok(members);
    }
    let value = match table.shape(member.reference.shape).kind {
        Kind::Blob => BASE64_STANDARD.encode(body).into(),
        Kind::String => String::from_utf8_lossy(body).into(),
        _ => {
            let mut value = json::parse(body)?;
            translate::inward(table, member.reference.shape, &mut value);
            value
        }
    };
    members.insert((*member.name).to_owned(), value);
    Ok(members)
}

/// Returns the value of a member that is not in the body.
fn bound(
    table: &Table,
    member: &Member,
    incoming: &Incoming<'_>,
) -> Result<Option<Value>, ApiError> {
    let name = member.wire_name();
    match member.reference.location {
        Location::Body | Location::StatusCode => Ok(None),
        Location::Uri => {
            let label = incoming.labels.iter().find(|(label, _)| *label == name);
            label
                .map(|(_, text)| typed(table, &member.reference, text))
                .transpose()
        }
        Location::QueryString => query_member(table, &member.reference, name, incoming.query),
        Location::Header => match incoming.headers.get(name) {
            Some(text) => typed(
                table,
                &member.reference,
                &String::from_utf8_lossy(text.as_bytes()),
            )
            .map(Some),
            None => Ok(None),
        },
        Location::Headers => {
            let found: Map<String, Value> = incoming
                .headers
                .iter()
                .filter_map(|(header, text)| {
                    let rest = header.as_str().strip_prefix(&name.to_ascii_lowercase())?;
                    Some((
                        rest.to_owned(),
                        String::from_utf8_lossy(text.as_bytes()).into(),
                    ))
                })
                .collect();
            Ok((!found.is_empty()).then_some(Value::Object(found)))
        }
    }
}

fn query_member(
    table: &Table,
    reference: &Reference,
    name: &str,
    query: &[(String, String)],
) -> Result<Option<Value>, ApiError> {
    let mut given = query
        .iter()
        .filter(|(n, _)| n == name)
        .map(|(_, v)| v.as_str());
    match &table.shape(reference.shape).kind {
        Kind::List { member, .. } => {
            let items = given
                .map(|text| typed(table, member, text))
                .collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        _ => given
            .next()
            .map(|text| typed(table, reference, text))
            .transpose(),
    }
}

/// Reads text as its shape's type.
fn typed(table: &Table, reference: &Reference, text: &str) -> Result<Value, ApiError> {
    let value = match table.shape(reference.shape).kind {
        Kind::Integer | Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text.parse::<f64>().ok().map(Value::from),
        Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
        Kind::Timestamp => time::parse(text).map(Value::from),
        _ => Some(text.into()),
    };
    value.ok_or_else(|| ApiError::new("SerializationException", ""))
}

pub(super) fn encode(
    table: &Table,
    operation: &Operation,
    mut output: Value,
) -> Result<Response<Body>, ApiError> {
    let Some((shape, structure)) = operation
        .output
        .and_then(|id| table.structure(id).map(|s| (id, s)))
    else {
        let body = if output.is_null() {
            b"{}".to_vec()
        } else {
            to_vec(&output)?
        };
        return Ok(response(operation.status, "application/json", body));
    };
    let mut headers = Vec::new();
    let mut status = operation.status;
    if let Value::Object(members) = &mut output {
        for member in structure
            .members
            .iter()
            .filter(|m| m.reference.location != Location::Body)
        {
            let Some(value) = members.shift_remove(&*member.name) else {
                continue;
            };
            match member.reference.location {
                Location::StatusCode => {
                    status = value
                        .as_u64()
                        .and_then(|s| u16::try_from(s).ok())
                        .unwrap_or(status)
                }
                Location::Headers => headers.extend(prefixed(member.wire_name(), &value)),
                _ => headers.extend(header(table, &member.reference, member.wire_name(), &value)),
            }
        }
    }
    let body = match payload(structure) {
        Some(member) => {
            let value = output
                .as_object_mut()
                .and_then(|o| o.shift_remove(&*member.name))
                .unwrap_or(Value::Null);
            payload_output(table, member, value)?
        }
        None if output.is_null() => b"{}".to_vec(),
        None => {
            translate::outward(table, shape, &mut output);
            to_vec(&output)?
        }
    };
    let mut response = response(status, "application/json", body);
    response
        .headers_mut()
        .extend(headers.into_iter().map(|(name, value)| (Some(name), value)));
    if status == StatusCode::NO_CONTENT.as_u16() {
        *response.body_mut() = Body::empty();
    }
    Ok(response)
}

fn payload_output(table: &Table, member: &Member, mut value: Value) -> Result<Vec<u8>, ApiError> {
    match (&table.shape(member.reference.shape).kind, &value) {
        (_, Value::Null) => Ok(Vec::new()),
        (Kind::Blob, Value::String(text)) => {
            BASE64_STANDARD.decode(text).map_err(ApiError::internal)
        }
        (Kind::String, Value::String(text)) => Ok(text.clone().into_bytes()),
        _ => {
            translate::outward_member(table, &member.reference, &mut value);
            to_vec(&value)
        }
    }
}

fn header(
    table: &Table,
    reference: &Reference,
    name: &str,
    value: &Value,
) -> Option<(HeaderName, HeaderValue)> {
    let shape = table.shape(reference.shape);
    let value = match shape.kind {
        Kind::Timestamp => {
            let format = reference
                .timestamp_format
                .or(shape.timestamp_format)
                .unwrap_or(TimestampFormat::Rfc822);
            time::encode(value, format)
        }
        _ => value.clone(),
    };
    Some((name.parse().ok()?, text(&value).parse().ok()?))
}

fn prefixed(prefix: &str, value: &Value) -> Vec<(HeaderName, HeaderValue)> {
    let entries = value.as_object().into_iter().flatten();
    entries
        .filter_map(|(name, v)| {
            Some((
                format!("{prefix}{name}").parse().ok()?,
                text(v).parse().ok()?,
            ))
        })
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn to_vec(value: &Value) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(ApiError::internal)
}
