//! What of a Call's input goes into an HTTP request's path, query string and headers.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::{
    ApiError,
    table::{Kind, Location, Member, Operation, Reference, Structure, Table, TimestampFormat},
    time,
    uri::encode,
};

/// The beginning of a request.
pub(in crate::protocol) struct Head {
    /// Path and query.
    pub(in crate::protocol) uri: String,
    pub(in crate::protocol) headers: HeaderMap,
}

/// Returns the beginning of the request for a validated input.
///
/// **Errors**: `InvalidRequest` for a value that HTTP cannot carry; `ValidationException` for an empty label.
pub(in crate::protocol) fn head(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Head, ApiError> {
    let structure = operation.input.and_then(|id| table.structure(id));
    let mut headers = HeaderMap::new();
    let label = |name: &str| {
        let member = members(structure)
            .find(|m| m.reference.location == Location::Uri && m.wire_name() == name)?;
        Some(text(
            table,
            &member.reference,
            input.get(&*member.name)?,
            TimestampFormat::Iso8601,
        ))
    };
    let (path, mut query) = operation.uri.expand(label).map_err(|label| {
        let message = format!("The {label} of {} must not be empty.", operation.name);
        ApiError::new("ValidationException", message)
    })?;
    for member in members(structure) {
        let Some(value) = input.get(&*member.name).filter(|v| !v.is_null()) else {
            continue;
        };
        match member.reference.location {
            Location::QueryString => add_query(table, member, value, &mut query),
            Location::Header => {
                let text = header_text(table, &member.reference, value);
                add_header(&mut headers, member.wire_name(), &text)?;
            }
            Location::Headers => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    let name = format!("{}{name}", member.wire_name());
                    add_header(&mut headers, &name, value.as_str().unwrap_or_default())?;
                }
            }
            Location::Body | Location::Uri | Location::StatusCode => {}
        }
    }
    let uri = if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    };
    Ok(Head { uri, headers })
}

fn members(structure: Option<&Structure>) -> impl Iterator<Item = &Member> {
    structure.into_iter().flat_map(|s| s.members.iter())
}

fn add_query(table: &Table, member: &Member, value: &Value, query: &mut Vec<String>) {
    let mut add = |reference: &Reference, value: &Value| {
        let text = text(table, reference, value, TimestampFormat::Iso8601);
        query.push(format!("{}={}", encode(member.wire_name()), encode(&text)));
    };
    match (&table.shape(member.reference.shape).kind, value) {
        (Kind::List { member: item, .. }, Value::Array(items)) => {
            items.iter().for_each(|value| add(item, value));
        }
        _ => add(&member.reference, value),
    }
}

fn header_text(table: &Table, reference: &Reference, value: &Value) -> String {
    match (&table.shape(reference.shape).kind, value) {
        (Kind::List { member, .. }, Value::Array(items)) => {
            let items: Vec<String> = items
                .iter()
                .map(|v| header_text(table, member, v))
                .collect();
            items.join(",")
        }
        _ => text(table, reference, value, TimestampFormat::Rfc822),
    }
}

fn text(table: &Table, reference: &Reference, value: &Value, usual: TimestampFormat) -> String {
    let shape = table.shape(reference.shape);
    let encoded = match shape.kind {
        Kind::Timestamp => {
            let format = reference.timestamp_format.or(shape.timestamp_format);
            time::encode(value, format.unwrap_or(usual))
        }
        _ => value.clone(),
    };
    match encoded {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn add_header(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), ApiError> {
    let key = HeaderName::try_from(name)
        .map_err(|_| invalid(format!("'{name}' is not the name of a header.")))?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(|_| {
        invalid(format!(
            "The value of '{name}' has characters that a header cannot have."
        ))
    })?;
    headers.insert(key, value);
    Ok(())
}

pub(in crate::protocol) fn invalid(message: String) -> ApiError {
    ApiError::new("InvalidRequest", message)
}
