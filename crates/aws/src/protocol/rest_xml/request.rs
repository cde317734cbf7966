//! From a Call's input to an HTTP request.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{
    HeaderMap, HeaderValue, Method, Request,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::Value;

use super::checksum;
use crate::{
    ApiError,
    door::Body,
    protocol::{
        client::{Head, head, invalid},
        xml,
    },
    table::{Kind, Member, Operation, Structure, Table},
};

/// Returns the request for a validated input, in path style and without a signature.
///
/// **Errors**: `InvalidRequest` for a value that HTTP cannot carry, or a checksum that is not computed here;
/// `ValidationException` for an empty label.
pub(crate) fn request(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Request<Body>, ApiError> {
    let structure = operation.input.and_then(|id| table.structure(id));
    let Head { uri, mut headers } = head(table, operation, input)?;
    let body = match payload(structure) {
        Some(member) => body(table, member, input.get(&*member.name), &mut headers)?,
        None => Vec::new(),
    };
    checksum::add(&mut headers, &body, operation.checksum)?;
    if !body.is_empty() || [Method::PUT, Method::POST].contains(&operation.method) {
        headers.insert(CONTENT_LENGTH, body.len().into());
    }
    let mut request = Request::builder()
        .method(&operation.method)
        .uri(uri)
        .body(Body::from(body))
        .map_err(|e| invalid(format!("Couldn't make a URI of the input: {e}")))?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn payload(structure: Option<&Structure>) -> Option<&Member> {
    let structure = structure?;
    structure.member(structure.payload.as_deref()?)
}

fn body(
    table: &Table,
    member: &Member,
    value: Option<&Value>,
    headers: &mut HeaderMap,
) -> Result<Vec<u8>, ApiError> {
    let Some(value) = value.filter(|v| !v.is_null()) else {
        return Ok(Vec::new());
    };
    match (&table.shape(member.reference.shape).kind, value) {
        (Kind::Blob, Value::String(text)) => {
            BASE64_STANDARD.decode(text).map_err(ApiError::internal)
        }
        (Kind::Structure(_), _) => {
            headers
                .entry(CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/xml"));
            let mut writer = xml::Writer::new();
            writer.member(table, &member.reference, member.wire_name(), value);
            Ok(writer.finish().into_bytes())
        }
        (_, Value::String(text)) => Ok(text.clone().into_bytes()),
        (_, other) => Ok(other.to_string().into_bytes()),
    }
}
