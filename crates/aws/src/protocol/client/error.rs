//! Errors as responses tell of them.

use http::response::Parts;
use serde_json::{Map, Value};

use crate::{
    ApiError,
    protocol::rest_xml::Element,
    table::{Operation, Protocol, Table},
};

/// Returns the error that a failure holds. Its code is the name of the error's shape where the model has one; a
/// response that tells nothing is named by its status.
pub(super) fn read(table: &Table, operation: &Operation, parts: &Parts, body: &[u8]) -> ApiError {
    let status = parts.status.as_u16();
    let told = match table.service.protocol {
        Protocol::Query | Protocol::RestXml => of_xml(body),
        Protocol::Json | Protocol::RestJson => of_json(parts, body),
    };
    let reason = parts.status.canonical_reason().unwrap_or("Unknown");
    let (code, message, fields) = told.unwrap_or_else(|| {
        let text = String::from_utf8_lossy(body);
        let message = if text.trim().is_empty() {
            reason
        } else {
            text.trim()
        };
        (reason.replace(' ', ""), message.to_owned(), Map::new())
    });
    let modeled = operation
        .errors
        .iter()
        .map(|&id| table.shape(id))
        .find(|shape| *shape.name == *code || shape.code.as_deref() == Some(code.as_str()));
    let code = modeled.map_or(code, |shape| shape.name.to_string());
    let mut error = ApiError::new(code, message).with_status(status);
    *error.fields = fields;
    error
}

type Told = (String, String, Map<String, Value>);

fn of_json(parts: &Parts, body: &[u8]) -> Option<Told> {
    let mut members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let header = parts
        .headers
        .get("x-amzn-errortype")
        .and_then(|v| v.to_str().ok());
    let named = |members: &mut Map<String, Value>, name: &str| match members.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let told = ["__type", "code", "Code"].map(|name| named(&mut members, name));
    let code = header
        .map(str::to_owned)
        .or_else(|| told.into_iter().flatten().next())?;
    // `namespace#Code:http://…`
    let code = code.rsplit('#').next().unwrap_or_default();
    let code = code.split(':').next().unwrap_or_default().to_owned();
    let told = ["message", "Message", "errorMessage"].map(|name| named(&mut members, name));
    let message = told.into_iter().flatten().next().unwrap_or_default();
    Some((code, message, members))
}

fn of_xml(body: &[u8]) -> Option<Told> {
    let root = Element::parse(body.trim_ascii_start()).ok()?;
    // `<ErrorResponse><Error>`, and `<Response><Errors><Error>` of a few.
    let error = root
        .child("Error")
        .or_else(|| root.child("Errors")?.child("Error"))
        .unwrap_or(&root);
    let code = error.child("Code")?.text.clone();
    let message = error.child("Message").map(|m| m.text.clone());
    Some((code, message.unwrap_or_default(), Map::new()))
}
