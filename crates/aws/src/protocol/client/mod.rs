//! The protocols as a client speaks them: from a Call's input to an HTTP request, and from the response to the Call's
//! output or error. REST-XML is in `rest_xml`.

mod error;
mod head;
mod json;
mod query;
mod rest;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::{Request, response::Parts};
use serde_json::{Map, Value};

pub(super) use head::{Head, head, invalid};

use crate::{
    ApiError,
    table::{Operation, Protocol, Table},
};

/// Returns the request for an input, with a relative URI and without a signature.
///
/// **Errors**: `InvalidRequest` for a value that HTTP cannot carry; an internal one for REST-XML.
pub(crate) fn request(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Request<Bytes>, ApiError> {
    match table.service.protocol {
        Protocol::Json => json::request(table, operation, input),
        Protocol::RestJson => rest::request(table, operation, input),
        Protocol::Query => query::request(table, operation, input),
        Protocol::RestXml => Err(ApiError::internal("REST-XML is not called so")),
    }
}

/// Returns what a response says: the operation's output, or its error.
pub(crate) fn outcome(
    table: &Table,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    if !parts.status.is_success() {
        return Err(error::read(table, operation, parts, body));
    }
    match table.service.protocol {
        Protocol::Json => json::output(table, operation, body),
        Protocol::RestJson => rest::output(table, operation, parts, body),
        Protocol::Query => query::output(table, operation, body),
        Protocol::RestXml => Err(ApiError::internal("REST-XML is not called so")),
    }
}

/// Returns an input as its members; none for one that is no object.
fn members_of(input: &Value) -> Map<String, Value> {
    input.as_object().cloned().unwrap_or_default()
}
