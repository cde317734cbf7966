//! From an HTTP request to its response.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError},
};

use futures::FutureExt;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response,
    header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN},
};
use serde_json::Value;
use tracing::Instrument;

use super::{
    Body, body_limit_bytes,
    builder::{Door, Found, Inner},
    observe::{Answered, Observed, request_span},
    origin::Verdict,
    read::read_whole,
    respond,
    route::{Head, Route, form_table, not_implemented, raw_name, unknown_operation},
};
use crate::{
    ApiError, Context, Principal,
    authorizer::Ask,
    ids,
    protocol::{self, Envelope, Incoming},
    sigv4::{self, Malformed},
    table::Table,
    trace, validate,
};

impl Door {
    /// Answers a request; never fails.
    pub async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let request_id = ids::request_id();
        let (span, observed) = (request_span(&request, &request_id), Observed::begin());
        let caller = trace::of_headers(request.headers());
        let answer = AssertUnwindSafe(self.inner.answer(request, &request_id)).catch_unwind();
        let answer = trace::within(caller, answer).instrument(span.clone()).await;
        let mut response = answer.unwrap_or_else(|_| {
            tracing::error!(%request_id, "a handler panicked");
            Envelope::Json.encode(&ApiError::internal("a handler panicked"), &request_id)
        });
        respond::identify(&mut response, &request_id);
        observed.answered(&response, &span);
        response
    }
}

impl Inner {
    async fn answer(&self, request: Request<Body>, request_id: &Arc<str>) -> Response<Body> {
        let authority = request.uri().authority().map(|a| a.as_str());
        let verdict = self.hosts.judge(authority, request.headers());
        if let Verdict::Refused(refusal) = &verdict {
            return respond::refused(refusal, request_id);
        }
        let own_origin = request
            .headers()
            .get(ORIGIN)
            .filter(|_| verdict == Verdict::Ours)
            .cloned();
        if own_origin.is_some() && is_preflight(request.method(), request.headers()) {
            return respond::with_own_origin(respond::preflight(request.headers()), own_origin);
        }
        let path = request.uri().path();
        let ours = self.paths.iter().find(|(at, _)| {
            path.strip_prefix(at.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        // A page of the door's is nearer than a handler of what is above it.
        let own = if ours.is_some_and(|(at, _)| at == path) {
            None
        } else {
            self.own(path)
        };
        let ours = if own.is_some() { None } else { ours };
        let refusal = match &verdict {
            Verdict::Foreign(refusal) => Some(refusal),
            _ => None,
        };
        let front = self.front(&request, refusal);
        if let Some(refusal) = refusal
            && (own.is_some() || ours.is_some_and(|(at, _)| !self.may_link(at, &request, refusal)))
        {
            return respond::refused(refusal, request_id);
        }
        let response = match (ours, own, front) {
            (Some((_, handler)), ..) => handler(request).await,
            (None, Some(page), _) => page,
            (None, None, Some(front)) => front,
            (None, None, None) => {
                let (parts, body) = request.into_parts();
                self.service(Head::new(parts), body, verdict, request_id)
                    .await
            }
        };
        respond::with_own_origin(response, own_origin)
    }

    async fn service(
        &self,
        head: Head,
        body: Body,
        verdict: Verdict,
        request_id: &Arc<str>,
    ) -> Response<Body> {
        let route = self.route(&head);
        if let Verdict::Foreign(refusal) = &verdict {
            return match route {
                Route::Raw(name) => self.foreign(name, head, body, refusal, request_id).await,
                _ => respond::refused(refusal, request_id),
            };
        }
        match route {
            Route::Refused(envelope, error) => envelope.encode(&error, request_id),
            Route::Raw(name) => {
                let operation = raw_name(name, &head);
                let mut response = self.raw(name, head, body, request_id).await;
                response.extensions_mut().insert(Answered {
                    service: name,
                    operation,
                });
                response
            }
            Route::Operation { found, labels } => {
                self.operation(found, labels, head, body, request_id).await
            }
            Route::Form(table) => self.form(table, head, body, request_id).await,
        }
    }

    async fn operation(
        &self,
        found: Found<'_>,
        labels: Vec<(&'static str, String)>,
        head: Head,
        body: Body,
        request_id: &Arc<str>,
    ) -> Response<Body> {
        let envelope = Envelope::Service(found.table, Some(found.operation));
        let answered = async {
            if found.handler.is_none() {
                return Err(not_implemented(
                    &found.table.service.signing_name,
                    &found.operation.name,
                ));
            }
            let limit = body_limit_bytes(&found.table.service.signing_name);
            let body = read_whole(body, &head.parts.headers, limit).await?;
            let principal = self.identified(&head, &body)?;
            let incoming = Incoming {
                labels,
                query: &head.query,
                headers: &head.parts.headers,
                body,
            };
            let input = protocol::decode(found.table, found.operation, incoming)?;
            let context = Context {
                principal,
                request_id: Arc::clone(request_id),
            };
            let output = self.run(found, context, input).await?;
            protocol::encode(found.table, found.operation, output, request_id)
        };
        let mut response = answered.await.unwrap_or_else(|error| {
            log(found, &error, request_id);
            envelope.encode(&error, request_id)
        });
        response.extensions_mut().insert(Answered::of(found));
        response
    }

    /// The query protocol: its operation is a parameter of the body.
    async fn form(
        &self,
        table: Option<&'static Table>,
        head: Head,
        body: Body,
        request_id: &Arc<str>,
    ) -> Response<Body> {
        let limit = body_limit_bytes(table.map_or("", |t| &t.service.signing_name));
        let named = async {
            let body = read_whole(body, &head.parts.headers, limit).await?;
            let table = table.map_or_else(|| form_table(&head.query, &body), Ok)?;
            Ok((table, protocol::query_action(&head.query, &body), body))
        };
        let (table, action, body) = match named.await {
            Ok(named) => named,
            Err(error) => {
                return table
                    .map_or(Envelope::Form, |t| Envelope::Service(t, None))
                    .encode(&error, request_id);
            }
        };
        let refuse = |error: ApiError| Envelope::Service(table, None).encode(&error, request_id);
        let Some(action) = action else {
            return refuse(ApiError::new("MissingAction", "Missing Action"));
        };
        match table.operation(&action) {
            Some(operation) => {
                let found = self.found(table, operation);
                self.operation(found, Vec::new(), head, body.into(), request_id)
                    .await
            }
            None => refuse(ApiError {
                code: "InvalidAction".into(),
                ..unknown_operation(table, &action)
            }),
        }
    }

    /// Returns who asks, having checked what is to be checked.
    fn identified(&self, head: &Head, body: &[u8]) -> Result<Principal, ApiError> {
        let signed = head.signed.as_ref().map_err(malformed)?.as_ref();
        if let Some(signed) = signed {
            self.check_expiry(signed)?;
        }
        if self.signatures == sigv4::Signatures::Checked {
            let hash = sigv4::sha256_hex(body);
            self.authenticate(head.to_sign(), signed, &hash)?;
        }
        Ok(self.principal(signed))
    }

    /// Validates, asks whether it is allowed, and runs: the part that Calls of every origin share.
    pub(super) async fn run(
        &self,
        found: Found<'_>,
        context: Context,
        mut input: Value,
    ) -> Result<Value, ApiError> {
        let service = &found.table.service.signing_name;
        let Some(handler) = found.handler else {
            return Err(not_implemented(service, &found.operation.name));
        };
        if let Some(throttle) = self.throttles.get(service.as_str()) {
            let mut throttle = throttle.lock().unwrap_or_else(PoisonError::into_inner);
            throttle.take(&context.principal, &found.operation.name, (self.now)())?;
        }
        if let Some(shape) = found.operation.input {
            validate::check(found.table, shape, &mut input, &validate::style(service))?;
        }
        self.refuse_members(found, &input)?;
        if let Some(authorizer) = &self.authorizer {
            let operation = &found.operation.name;
            let ask = Ask {
                principal: &context.principal,
                service,
                operation,
                input: &input,
            };
            authorizer.authorize(ask).await?;
        }
        (handler.run)(context, input).await
    }
}

impl Inner {
    /// Refuses members that the service says it cannot honour, rather than let them be without effect.
    fn refuse_members(&self, found: Found<'_>, input: &Value) -> Result<(), ApiError> {
        let service = &found.table.service.signing_name;
        let refused = self
            .services
            .get(service.as_str())
            .map_or(&[][..], |s| s.handlers.refused());
        let given = refused
            .iter()
            .filter(|(operation, _)| *operation == "*" || **operation == *found.operation.name)
            .find(|(_, member)| input.get(member).is_some());
        match given {
            None => Ok(()),
            Some((_, member)) => {
                let message = format!(
                    "{service}:{} with '{member}' is not implemented in Taxiway.",
                    found.operation.name
                );
                Err(ApiError::new(validate::style(service).code, message))
            }
        }
    }
}

fn log(found: Found<'_>, error: &ApiError, request_id: &str) {
    let (service, operation) = (&found.table.service.signing_name, &found.operation.name);
    match &error.source {
        Some(source) if error.status >= 500 => {
            tracing::error!(service, operation = %operation, request_id, source, "{error}");
        }
        source => tracing::debug!(service, operation = %operation, request_id, source, "{error}"),
    }
}

pub(super) fn malformed(malformed: &Malformed) -> ApiError {
    match malformed {
        Malformed::Header(text) => ApiError::new("IncompleteSignatureException", text),
        Malformed::Query(text) => ApiError::new("AuthorizationQueryParametersError", text),
    }
}

pub(super) fn is_preflight(method: &Method, headers: &HeaderMap<HeaderValue>) -> bool {
    method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
