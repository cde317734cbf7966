//! What responses have in common.

use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, VARY,
    },
};

use super::{Body, CorsGrant, Refusal};
use crate::{ApiError, protocol::Envelope};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const S3_HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

/// Marks a response with the request's id, under S3's name if the service has used that, else the usual one.
pub(super) fn identify(response: &mut Response<Body>, request_id: &str) {
    let headers = response.headers_mut();
    if headers.contains_key(S3_REQUEST_ID) || headers.contains_key(REQUEST_ID) {
        return;
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// Marks a response as S3 marks its own.
pub(super) fn identify_s3(response: &mut Response<Body>, request_id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.entry(S3_REQUEST_ID).or_insert_with(|| id.clone());
        headers.entry(S3_HOST_ID).or_insert(id);
    }
}

pub(super) fn refused(refusal: &Refusal, request_id: &str) -> Response<Body> {
    let status = if *refusal == Refusal::NoHost {
        400
    } else {
        403
    };
    let error = ApiError::new("AccessDeniedException", refusal.to_string()).with_status(status);
    Envelope::Json.encode(&error, request_id)
}

/// Answers a preflight of a page of ours that is served from elsewhere: it may do everything.
pub(super) fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (asked_for, granted) in [
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
    ] {
        if let Some(value) = asked.get(asked_for) {
            response.headers_mut().insert(granted, value.clone());
        }
    }
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// Lets a page of ours read a response.
pub(super) fn with_own_origin(
    mut response: Response<Body>,
    origin: Option<HeaderValue>,
) -> Response<Body> {
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.entry(ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(origin);
        headers
            .entry(ACCESS_CONTROL_EXPOSE_HEADERS)
            .or_insert(HeaderValue::from_static("*"));
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// Lets a page of another origin read a response, as a bucket's configuration grants it.
pub(super) fn grant(response: &mut Response<Body>, grant: &CorsGrant) {
    let lists = [
        (ACCESS_CONTROL_ALLOW_METHODS, &grant.methods),
        (ACCESS_CONTROL_ALLOW_HEADERS, &grant.headers),
        (ACCESS_CONTROL_EXPOSE_HEADERS, &grant.expose),
    ];
    let headers = response.headers_mut();
    if let Ok(origin) = HeaderValue::from_str(&grant.origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    for (name, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        if let Ok(value) = HeaderValue::from_str(&values.join(", ")) {
            headers.insert(name, value);
        }
    }
    if let Some(seconds) = grant.max_age_seconds {
        headers.insert(ACCESS_CONTROL_MAX_AGE, seconds.into());
    }
    headers.append(VARY, HeaderValue::from_static("Origin"));
}
