//! Answers.

use aws::{ApiError, Body};
use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use serde::Serialize;
use serde_json::{Map, Value};

/// Returns a JSON answer that nobody keeps.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Response<Body>, ApiError> {
    let text = serde_json::to_vec(value).map_err(ApiError::internal)?;
    Ok(of_json(StatusCode::OK, text))
}

/// Returns an answer that is JSON text already.
pub(crate) fn json_text(text: Bytes) -> Response<Body> {
    of_json(StatusCode::OK, text)
}

/// Returns an error as `{"code", "message", …}`, and tells the log what the caller is not told.
pub(crate) fn error(error: &ApiError, path: &str) -> Response<Body> {
    if error.status >= 500 && error.status != StatusCode::NOT_IMPLEMENTED.as_u16() {
        tracing::error!(path, source = error.source, "{error}");
    }
    let mut members = Map::new();
    members.insert("code".into(), error.code.as_str().into());
    members.insert("message".into(), error.message.as_str().into());
    for (name, value) in error.fields.iter() {
        members
            .entry(name.as_str())
            .or_insert_with(|| value.clone());
    }
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    of_json(status, Value::Object(members).to_string().into_bytes())
}

fn of_json(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::from(text.into()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    no_store(&mut response);
    response
}

/// Marks a response as nothing to keep, and as what it says it is.
pub(crate) fn no_store(response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
