//! Calls to services elsewhere: by the tables, as HTTP requests and from their responses. Nothing here sends.

use bytes::Bytes;
use http::{Request, response::Parts};
use serde_json::{Map, Value};

use crate::{
    ApiError, protocol,
    table::{Operation, Table},
    validate,
};

/// Returns the request for an operation's input, with a relative URI and without a signature. Idempotency tokens
/// that are missing are filled in, as an SDK would; the input is not checked otherwise.
///
/// **Errors**: `InvalidRequest` for a value that HTTP cannot carry.
pub fn request(
    table: &Table,
    operation: &Operation,
    input: Value,
) -> Result<Request<Bytes>, ApiError> {
    let mut input = match input {
        Value::Null => Value::Object(Map::new()),
        input => input,
    };
    if let Some(shape) = operation.input {
        validate::fill_tokens(table, shape, &mut input);
    }
    protocol::request(table, operation, &input)
}

/// Returns what a response says: the operation's output, or its error under its shape's name.
pub fn outcome(
    table: &Table,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    protocol::outcome(table, operation, parts, body)
}
