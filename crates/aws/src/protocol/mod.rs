//! The wire protocols: from HTTP to a Call's input, and from its output or error back to HTTP. For REST-XML, whose
//! services speak HTTP themselves, the other way round.
//!
//! What is here follows the tables alone; no service has code of its own.

mod client;
mod error;
mod json;
mod query;
mod rest;
mod rest_xml;
mod translate;
mod xml;

pub(crate) use client::{outcome, request};
pub(crate) use error::Envelope;
pub(crate) use rest_xml::{
    error as decode_error, request as encode_request, response as decode_response,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::{
    ApiError,
    door::Body,
    table::{Operation, Protocol, Table},
};

/// A request as the protocols read it.
pub(crate) struct Incoming<'a> {
    /// What the URI template's labels stand for.
    pub(crate) labels: Vec<(&'a str, String)>,
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
}

/// Returns the input of an operation.
pub(crate) fn decode(
    table: &Table,
    operation: &Operation,
    incoming: Incoming<'_>,
) -> Result<Value, ApiError> {
    match table.service.protocol {
        Protocol::Json => json::decode(table, operation, &incoming.body),
        Protocol::RestJson => rest::decode(table, operation, incoming),
        Protocol::Query => Ok(query::decode(
            table,
            operation,
            &query::pairs(incoming.query, &incoming.body),
        )),
        Protocol::RestXml => Err(ApiError::internal(
            "REST-XML is spoken by the service itself",
        )),
    }
}

/// Returns the response to a success.
pub(crate) fn encode(
    table: &Table,
    operation: &Operation,
    output: Value,
    request_id: &str,
) -> Result<Response<Body>, ApiError> {
    match table.service.protocol {
        Protocol::Json => json::encode(table, operation, output),
        Protocol::RestJson => rest::encode(table, operation, output),
        Protocol::Query | Protocol::RestXml => {
            Ok(query::encode(table, operation, &output, request_id))
        }
    }
}

/// Returns the operation that a query-protocol request names.
pub(crate) fn query_action(query: &[(String, String)], body: &[u8]) -> Option<String> {
    query::pairs(query, body).remove("Action")
}

fn response(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
