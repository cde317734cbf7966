//! Calls from one service to another: the door without HTTP.

use futures::{FutureExt, future::BoxFuture};
use serde_json::{Map, Value};
use tracing::Instrument;

use super::{
    Body,
    builder::Door,
    observe,
    route::{not_implemented, unknown_operation},
};
use crate::{
    ApiError, Call, Context, Invoke,
    authorizer::Ask,
    table::{self, Operation, Table},
    validate,
};

impl Invoke for Door {
    /// Validates and runs a Call. Idempotency tokens that are missing are filled in, as an SDK would.
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        let door = self.clone();
        async move {
            let Some(table) = table::table(&call.service) else {
                let message = format!("Taxiway has no service '{}'.", call.service);
                return Err(ApiError::new("NotImplemented", message).with_status(501));
            };
            let Some(operation) = table.operation(&call.operation) else {
                return Err(unknown_operation(table, &call.operation));
            };
            let span = observe::call_span(&call.service, &call.operation, &call.request_id);
            let outcome = door
                .known(table, operation, call)
                .instrument(span.clone())
                .await;
            observe::called(
                &table.service.signing_name,
                &operation.name,
                &outcome,
                &span,
            );
            outcome
        }
        .boxed()
    }

    fn forward(
        &self,
        service: &str,
        mut request: http::Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Result<http::Response<Body>, ApiError>> {
        let (door, service) = (self.clone(), service.to_owned());
        async move {
            let Some(raw) = door.inner.raw.get(service.as_str()).cloned() else {
                return Err(not_implemented(&service, request.method().as_str()));
            };
            if let Some(authorizer) = &door.inner.authorizer {
                let ask = Ask {
                    principal: &context.principal,
                    service: &service,
                    operation: "",
                    input: &Value::Null,
                };
                authorizer.authorize(ask).await?;
            }
            request.extensions_mut().insert(context.clone());
            Ok(raw.handle(request, context).await)
        }
        .boxed()
    }
}

impl Door {
    async fn known(
        &self,
        table: &'static Table,
        operation: &'static Operation,
        call: Call,
    ) -> Result<Value, ApiError> {
        if let Some(raw) = self.inner.raw.get(&*call.service) {
            return self.inner.call_raw(&**raw, table, operation, call).await;
        }
        let found = self.inner.found(table, operation);
        if found.handler.is_none() {
            return Err(not_implemented(&call.service, &call.operation));
        }
        let mut input = match call.input {
            Value::Null => Value::Object(Map::new()),
            input => input,
        };
        if let Some(shape) = operation.input {
            validate::fill_tokens(table, shape, &mut input);
        }
        let context = Context {
            principal: call.principal,
            request_id: call.request_id,
        };
        self.inner
            .run(found, context, input)
            .await
            .map_err(|error| with_status(table, error))
    }
}

/// Gives an error the status that the model has for its code, as over HTTP.
fn with_status(table: &Table, error: ApiError) -> ApiError {
    let modeled = table
        .shape_named(&error.code)
        .and_then(|s| s.status.or(s.fault.then_some(500)));
    match modeled {
        Some(status) if error.status == 400 => error.with_status(status),
        _ => error,
    }
}
