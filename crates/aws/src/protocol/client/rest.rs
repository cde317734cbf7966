//! REST-JSON.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Request, header::CONTENT_TYPE, response::Parts};
use serde_json::{Map, Value};

use super::{Head, head, invalid, json};
use crate::{
    ApiError,
    protocol::{rest_xml::from_head, translate},
    table::{Kind, Location, Member, Operation, Structure, Table},
};

pub(super) fn request(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Request<Bytes>, ApiError> {
    let Head { uri, mut headers } = head(table, operation, input)?;
    let structure = operation.input.and_then(|id| table.structure(id));
    let body = match structure.and_then(payload) {
        Some(member) => payload_body(table, member, input.get(&*member.name))?,
        None => match (operation.input, structure) {
            (Some(shape), Some(structure)) if has_body(structure) => {
                let mut members = super::members_of(input);
                members.retain(|name, _| {
                    let member = structure.member(name);
                    member.is_none_or(|m| m.reference.location == Location::Body)
                });
                let mut body = Value::Object(members);
                translate::outward(table, shape, &mut body);
                body.to_string().into_bytes()
            }
            _ => Vec::new(),
        },
    };
    if !body.is_empty() {
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
    }
    let mut request = Request::builder()
        .method(&operation.method)
        .uri(uri)
        .body(body.into())
        .map_err(|e| invalid(format!("Couldn't make a URI of the input: {e}")))?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn payload(structure: &Structure) -> Option<&Member> {
    structure.member(structure.payload.as_deref()?)
}

fn has_body(structure: &Structure) -> bool {
    let mut members = structure.members.iter();
    members.any(|m| m.reference.location == Location::Body)
}

fn payload_body(
    table: &Table,
    member: &Member,
    value: Option<&Value>,
) -> Result<Vec<u8>, ApiError> {
    let Some(value) = value.filter(|v| !v.is_null()) else {
        return Ok(Vec::new());
    };
    match (&table.shape(member.reference.shape).kind, value) {
        (Kind::Blob, Value::String(text)) => BASE64_STANDARD
            .decode(text)
            .map_err(|_| invalid(format!("{} is not Base64.", member.name))),
        (Kind::String, Value::String(text)) => Ok(text.clone().into_bytes()),
        _ => {
            let mut value = value.clone();
            translate::outward_member(table, &member.reference, &mut value);
            Ok(value.to_string().into_bytes())
        }
    }
}

pub(super) fn output(
    table: &Table,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    let Some(structure) = operation.output.and_then(|id| table.structure(id)) else {
        return Ok(Value::Object(Map::new()));
    };
    let mut output = match payload(structure) {
        Some(member) => {
            let value = match table.shape(member.reference.shape).kind {
                Kind::Blob => BASE64_STANDARD.encode(body).into(),
                Kind::String => String::from_utf8_lossy(body).into(),
                _ => {
                    let mut value = serde_json::from_slice(body).map_err(ApiError::internal)?;
                    translate::inward(table, member.reference.shape, &mut value);
                    value
                }
            };
            Value::Object(Map::from_iter([(member.name.to_string(), value)]))
        }
        None => json::output(table, operation, body)?,
    };
    if let Some(members) = output.as_object_mut() {
        for member in &structure.members {
            if let Some(value) = from_head(table, member, parts) {
                members.insert(member.name.to_string(), value);
            }
        }
    }
    Ok(output)
}
