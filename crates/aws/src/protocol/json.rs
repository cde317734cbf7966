//! AWS JSON 1.0 and 1.1: the input is the body.

use http::Response;
use serde_json::Value;

use super::{response, translate};
use crate::{
    ApiError,
    door::Body,
    table::{Operation, Table},
};

pub(super) fn content_type(table: &Table) -> &'static str {
    match table.service.json_version.as_deref() {
        Some("1.0") => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

pub(super) fn decode(table: &Table, operation: &Operation, body: &[u8]) -> Result<Value, ApiError> {
    let mut input = parse(body)?;
    if let Some(shape) = operation.input {
        translate::inward(table, shape, &mut input);
    }
    Ok(input)
}

/// Reads a body that must be a JSON object. AWS says nothing about what is wrong with one that is none.
pub(super) fn parse(body: &[u8]) -> Result<Value, ApiError> {
    match serde_json::from_slice(body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => Ok(value),
        Ok(_) => Err(ApiError::new("SerializationException", "")),
        Err(reason) => {
            let mut error = ApiError::new("SerializationException", "");
            error.source = Some(reason.to_string());
            Err(error)
        }
    }
}

pub(super) fn encode(
    table: &Table,
    operation: &Operation,
    mut output: Value,
) -> Result<Response<Body>, ApiError> {
    if let Some(shape) = operation.output {
        translate::outward(table, shape, &mut output);
    }
    let body = match output {
        Value::Null => b"{}".to_vec(),
        output => serde_json::to_vec(&output).map_err(ApiError::internal)?,
    };
    Ok(response(operation.status, content_type(table), body))
}
