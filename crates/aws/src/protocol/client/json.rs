//! AWS JSON 1.0 and 1.1.

use bytes::Bytes;
use http::{Method, Request, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::invalid;
use crate::{
    ApiError,
    protocol::{json, translate},
    table::{Operation, Table},
};

pub(super) fn request(
    table: &Table,
    operation: &Operation,
    input: &Value,
) -> Result<Request<Bytes>, ApiError> {
    let mut body = Value::Object(super::members_of(input));
    if let Some(shape) = operation.input {
        translate::outward(table, shape, &mut body);
    }
    let prefix = table.service.target_prefix.as_deref().unwrap_or_default();
    Request::builder()
        .method(Method::POST)
        .uri("/")
        .header(CONTENT_TYPE, json::content_type(table))
        .header("x-amz-target", format!("{prefix}.{}", operation.name))
        .body(body.to_string().into())
        .map_err(|e| invalid(e.to_string()))
}

pub(super) fn output(table: &Table, operation: &Operation, body: &[u8]) -> Result<Value, ApiError> {
    let mut output = if body.trim_ascii().is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_slice(body).map_err(ApiError::internal)?
    };
    if let Some(shape) = operation.output {
        translate::inward(table, shape, &mut output);
    }
    Ok(output)
}
