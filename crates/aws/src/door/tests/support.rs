//! A service whose handlers are given by the test, and requests in short.

use std::sync::{Arc, Mutex};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, Request, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::super::{Body, Door};
use crate::{ApiError, Context, Operations, Service};

/// What a handler was called with.
pub(super) type Seen = Arc<Mutex<Vec<(String, Context, Value)>>>;

/// A service that notes its inputs and answers with one output, or one error.
pub(super) struct Fake {
    name: &'static str,
    operations: Vec<&'static str>,
    answer: Result<Value, ApiError>,
    pub(super) seen: Seen,
}

impl Fake {
    pub(super) fn new(
        name: &'static str,
        operations: &[&'static str],
        answer: Result<Value, ApiError>,
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            operations: operations.to_vec(),
            answer,
            seen: Seen::default(),
        })
    }
}

impl Service for Fake {
    fn name(&self) -> &'static str {
        self.name
    }

    fn operations(self: Arc<Self>) -> Operations {
        let mut operations = Operations::new();
        for name in self.operations.clone() {
            let noted = Arc::clone(&self);
            operations = operations.on(&self, name, move_note(noted, name));
        }
        operations
    }
}

/// Handlers are `Copy`, so what they note goes through a leaked reference.
fn move_note(
    fake: Arc<Fake>,
    name: &'static str,
) -> impl Fn(Arc<Fake>, Context, Value) -> futures::future::Ready<Result<Value, ApiError>>
+ Copy
+ Send
+ Sync
+ 'static {
    let fake: &'static Arc<Fake> = Box::leak(Box::new(fake));
    move |_, context, input| {
        fake.seen
            .lock()
            .unwrap()
            .push((name.to_owned(), context, input));
        futures::future::ready(fake.answer.clone())
    }
}

pub(super) fn request(
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .body(body.into())
        .unwrap();
    request
        .headers_mut()
        .insert("host", "127.0.0.1:4566".parse().unwrap());
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    request
}

pub(super) fn json_request(target: &str, body: impl Into<Body>) -> Request<Body> {
    request(
        "POST",
        "/",
        &[
            ("x-amz-target", target),
            ("content-type", "application/x-amz-json-1.0"),
        ],
        body,
    )
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| json!({ "not JSON": self.text }))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

pub(super) async fn answer(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

pub(super) async fn ask(door: &Door, request: Request<Body>) -> Answer {
    answer(door.handle(request).await).await
}

/// Returns a request as it was caught from boto3.
pub(super) fn caught(source: &Value) -> Request<Body> {
    let body = BASE64_STANDARD
        .decode(source["body"].as_str().unwrap())
        .unwrap();
    let url = source["url"].as_str().unwrap();
    let uri = url.strip_prefix("http://localhost:4566").unwrap();
    let mut request = request(
        source["method"].as_str().unwrap(),
        if uri.is_empty() { "/" } else { uri },
        &[],
        body,
    );
    request
        .headers_mut()
        .insert("host", "localhost:4566".parse().unwrap());
    for (name, value) in source["headers"].as_object().unwrap() {
        request.headers_mut().insert(
            name.parse::<HeaderName>().unwrap(),
            value.as_str().unwrap().parse().unwrap(),
        );
    }
    request
}
