//! What HTTP tasks of state machines send their requests through: EventBridge's connections.

use std::sync::Arc;

use eventbridge::{EventBridge, InvokeError, InvokeRequest, SentRequest};
use futures::{FutureExt, future::BoxFuture};
use workflow::{Connections, HttpAnswer, HttpError, HttpRequest, HttpSent};

/// EventBridge as Step Functions uses it.
pub(crate) struct EventBridgeConnections(pub(crate) Arc<EventBridge>);

impl Connections for EventBridgeConnections {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpAnswer, HttpError>> {
        let eventbridge = Arc::clone(&self.0);
        let request = InvokeRequest {
            connection_arn: request.connection_arn,
            endpoint: request.endpoint,
            method: request.method,
            headers: request.headers,
            query: request.query,
            body: request.body,
        };
        async move {
            let exchange = eventbridge.invoke(request).await.map_err(refused)?;
            Ok(HttpAnswer {
                sent: sent(exchange.sent),
                open: sent(exchange.open),
                status: exchange.response.status,
                headers: exchange.response.headers,
                body: exchange.response.body,
            })
        }
        .boxed()
    }
}

fn sent(request: SentRequest) -> HttpSent {
    HttpSent {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: request.body,
    }
}

fn refused(error: InvokeError) -> HttpError {
    let text = error.to_string();
    match error {
        InvokeError::NoConnection(_) => HttpError::NoConnection(text),
        InvokeError::NotAuthorized {
            state: "AUTHORIZING",
            ..
        } => HttpError::InProgress(text),
        InvokeError::NotAuthorized { .. } | InvokeError::Token(_) => HttpError::NotAuthorized(text),
        InvokeError::Request(_) => HttpError::Unsendable(text),
        InvokeError::TimedOut(_) | InvokeError::Unreachable(_) => HttpError::Socket(text),
        InvokeError::TooLarge { .. } => HttpError::TooLarge(text),
        InvokeError::Store(_) => HttpError::Internal(text),
    }
}
