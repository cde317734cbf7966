//! Any operation of any service, as a Call through the door.

use aws::{ApiError, Body, Call, Context, Invoke, door::body_limit_bytes};
use http::{HeaderValue, Response};
use serde_json::Value;

use crate::web::{Ask, json, read_json};

/// S3's operations have no limit of their own at the door, where bodies stream; in a Call a body is Base64 text.
const S3_LIMIT_BYTES: usize = 9 << 20;

/// Answers `POST /_taxiway/call/{service}/{Operation}`.
pub(crate) async fn answer(
    door: &dyn Invoke,
    ask: Ask,
    service: &str,
    operation: &str,
) -> Result<Response<Body>, ApiError> {
    let limit = match service {
        "s3" => S3_LIMIT_BYTES,
        other => body_limit_bytes(other),
    };
    let input = read_json(&ask.parts.headers, ask.body, limit).await?;
    let output = call(door, &ask.context, service, operation, input).await?;
    let output = match output {
        Value::Null => Value::Object(serde_json::Map::new()),
        output => output,
    };
    let mut response = json(&output)?;
    if let Ok(id) = HeaderValue::from_str(&ask.context.request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    Ok(response)
}

/// Makes a Call.
pub(crate) async fn call(
    door: &dyn Invoke,
    context: &Context,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, ApiError> {
    door.call(Call {
        service: service.into(),
        operation: operation.into(),
        input,
        principal: context.principal.clone(),
        request_id: context.request_id.clone(),
    })
    .await
}
