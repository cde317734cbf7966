//! What the door tells of requests and Calls: counts, latencies, a span each. Names, numbers and ids alone: nothing of
//! what a request carries.

use std::time::Instant;

use http::{Request, Response};
use metrics::{counter, gauge, histogram};
use tracing::{Span, field::Empty, info_span};

use super::{Body, builder::Found};
use crate::ApiError;

/// The target of spans that are exported as traces.
const TARGET: &str = "taxiway::trace";

/// Which operation a response answers; put into its extensions by whoever knows.
#[derive(Clone, Copy)]
pub(super) struct Answered {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
}

impl Answered {
    pub(super) fn of(found: Found<'_>) -> Self {
        Self {
            service: &found.table.service.signing_name,
            operation: &found.operation.name,
        }
    }
}

/// A request under way. Counted when dropped too, for a client that goes away before its answer.
pub(super) struct Observed {
    began: Instant,
    running: metrics::Gauge,
}

impl Observed {
    pub(super) fn begin() -> Self {
        let running = gauge!("taxiway_requests_running");
        running.increment(1.0);
        Self {
            began: Instant::now(),
            running,
        }
    }

    /// Notes the answer.
    pub(super) fn answered(self, response: &Response<Body>, span: &Span) {
        let none = Answered {
            service: "none",
            operation: "none",
        };
        let Answered { service, operation } =
            *response.extensions().get::<Answered>().unwrap_or(&none);
        let status = response.status();
        let code = status.as_str().to_owned();
        counter!("taxiway_requests_total", "service" => service, "operation" => operation, "status" => code)
            .increment(1);
        histogram!("taxiway_request_seconds", "service" => service, "operation" => operation)
            .record(self.began.elapsed());
        if !span.is_disabled() {
            span.record("service", service)
                .record("operation", operation)
                .record("otel.name", format!("{service}:{operation}"))
                .record("http.response.status_code", status.as_u16());
            if status.is_server_error() {
                span.record("otel.status_code", "ERROR");
            }
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.running.decrement(1.0);
    }
}

/// Returns the span of a request, a child of the caller's where the caller names one.
pub(super) fn request_span(request: &Request<Body>, request_id: &str) -> Span {
    let header = |name| request.headers().get(name).and_then(|v| v.to_str().ok());
    info_span!(
        target: TARGET,
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        traceparent = header("traceparent"),
        http.request.method = request.method().as_str(),
        http.response.status_code = Empty,
        service = Empty,
        operation = Empty,
        request_id,
    )
}

/// Returns the span of a Call from one service to another.
pub(super) fn call_span(service: &str, operation: &str, request_id: &str) -> Span {
    info_span!(
        target: TARGET,
        "call",
        otel.name = format_args!("{service}:{operation}"),
        otel.status_code = Empty,
        service,
        operation,
        request_id,
    )
}

/// Notes what a Call led to.
pub(super) fn called<T>(
    service: &'static str,
    operation: &'static str,
    outcome: &Result<T, ApiError>,
    span: &Span,
) {
    let code = match outcome {
        Ok(_) => "OK".to_owned(),
        Err(error) => error.code.clone(),
    };
    if outcome.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    counter!("taxiway_calls_total", "service" => service, "operation" => operation, "code" => code)
        .increment(1);
}
