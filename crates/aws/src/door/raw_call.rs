//! Calls to a service that speaks HTTP itself: as its requests, and its responses as their outcomes.

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::{Body, RawService, builder::Inner, route::not_implemented};
use crate::{
    ApiError, Call, Context,
    authorizer::Ask,
    protocol,
    table::{Operation, Table},
    validate,
};

/// The greatest body that a Call's outcome carries. No caller of services takes as much: Step Functions stops at
/// 256 KiB.
const ANSWER_MAX_BYTES: usize = 6 << 20;

impl Inner {
    /// Runs a Call by the service's own HTTP.
    ///
    /// **Errors**: `NotImplemented` (501) for an operation that the service or its table does not have; the
    /// service's own; `ResponseTooLarge` (413) for an answer over the limit.
    pub(super) async fn call_raw(
        &self,
        service: &dyn RawService,
        table: &Table,
        operation: &Operation,
        call: Call,
    ) -> Result<Value, ApiError> {
        if !operation.full || !service.operations().contains(&&*operation.name) {
            return Err(not_implemented(&call.service, &operation.name));
        }
        let mut input = match call.input {
            Value::Null => Value::Object(Map::new()),
            input => input,
        };
        if let Some(shape) = operation.input {
            validate::fill_tokens(table, shape, &mut input);
            let style = validate::style(&call.service);
            validate::check(table, shape, &mut input, &style)?;
        }
        if let Some(authorizer) = &self.authorizer {
            let ask = Ask {
                principal: &call.principal,
                service: &call.service,
                operation: "",
                input: &Value::Null,
            };
            authorizer.authorize(ask).await?;
        }
        let mut request = protocol::encode_request(table, operation, &input)?;
        drop(input);
        let context = Context {
            principal: call.principal,
            request_id: call.request_id,
        };
        request.extensions_mut().insert(context.clone());
        let (parts, body) = service.handle(request, context).await.into_parts();
        let whole = whole(operation, &parts.headers, body).await?;
        if parts.status.is_success() {
            protocol::decode_response(table, operation, &parts, &whole)
        } else {
            Err(protocol::decode_error(table, operation, &parts, &whole))
        }
    }
}

/// Reads an answer's body. One that announces to be too large is not begun.
async fn whole(operation: &Operation, headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .filter(|_| operation.method != http::Method::HEAD)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > ANSWER_MAX_BYTES as u64) {
        return Err(too_large(operation));
    }
    match Limited::new(body, ANSWER_MAX_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(operation)),
        Err(error) => Err(ApiError::internal(error)),
    }
}

fn too_large(operation: &Operation) -> ApiError {
    let message = format!(
        "The answer to {} is larger than {ANSWER_MAX_BYTES} bytes, the most that a call between services carries.",
        operation.name
    );
    ApiError::new("ResponseTooLarge", message).with_status(413)
}
