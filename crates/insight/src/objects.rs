//! `/_taxiway/objects/{bucket}/{key…}`: objects down and up, streamed, of any size.
//!
//! What people store is not ours: it is shown inside a sandbox without scripts, or saved.

use aws::{ApiError, Body, door::read_whole, uri};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri,
    header::{
        CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE,
    },
};
use percent_encoding::percent_decode_str;

use crate::{
    Insight,
    web::{Ask, no_store},
};

/// Request headers that mean the same here and there.
const READING: [HeaderName; 4] = [RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH];
const WRITING: [HeaderName; 6] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    IF_NONE_MATCH,
    IF_MATCH,
    HeaderName::from_static("content-md5"),
];

/// No scripts, no forms, no requests, an origin of its own.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Answers `GET /_taxiway/objects/{bucket}/{key…}?versionId=…&download=1`.
pub(crate) async fn get(insight: &Insight, ask: Ask) -> Result<Response<Body>, ApiError> {
    let (address, name) = address(&ask)?;
    let method = ask.parts.method.clone();
    let headers = chosen(&ask.parts.headers, &READING);
    let download = ask.given("download").is_some();
    let mut response = forward(insight, ask, (method, address, headers), true).await?;
    no_store(&mut response);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    let how = if download { "attachment" } else { "inline" };
    let disposition = format!("{how}; filename*=UTF-8''{}", uri::encode(&name));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// Answers `PUT /_taxiway/objects/{bucket}/{key…}`.
pub(crate) async fn put(insight: &Insight, mut ask: Ask) -> Result<Response<Body>, ApiError> {
    let (address, _) = address(&ask)?;
    let headers = chosen(&ask.parts.headers, &WRITING);
    let body = std::mem::take(&mut ask.body);
    let mut response = forward(
        insight,
        Ask { body, ..ask },
        (Method::PUT, address, headers),
        false,
    )
    .await?;
    no_store(&mut response);
    Ok(response)
}

/// Returns the object's address at S3, and the last part of its key.
fn address(ask: &Ask) -> Result<(Uri, String), ApiError> {
    let path = ask.parts.uri.path();
    let path = path.strip_prefix("/_taxiway/objects").unwrap_or_default();
    let mut parts = path.splitn(3, '/').skip(1);
    let (bucket, key) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if bucket.is_empty() || key.is_empty() {
        let message = "Name a bucket and a key: /_taxiway/objects/BUCKET/KEY.";
        return Err(ApiError::new("InvalidParameter", message));
    }
    let version = match ask.given("versionId") {
        Some(version) => format!("?versionId={}", uri::encode(version)),
        None => String::new(),
    };
    let address = format!("{path}{version}").parse().map_err(|_| {
        ApiError::new(
            "InvalidParameter",
            "The key is not percent-encoded as it must be.",
        )
    })?;
    let key = percent_decode_str(key).decode_utf8_lossy();
    let name = key
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    Ok((address, name.to_owned()))
}

fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let given = names
        .iter()
        .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())));
    given.collect()
}

/// Asks S3; its errors become ours.
async fn forward(
    insight: &Insight,
    ask: Ask,
    (method, address, headers): (Method, Uri, HeaderMap),
    reading: bool,
) -> Result<Response<Body>, ApiError> {
    let body = if reading { Body::empty() } else { ask.body };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = address;
    *request.headers_mut() = headers;
    let response = insight.door.forward("s3", request, ask.context).await?;
    let status = response.status();
    if status.is_success() || status.is_redirection() {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let text = read_whole(body, &head.headers, 64 * 1024)
        .await
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let element = |name: &str| {
        let (_, after) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = after.split_once(&format!("</{name}>"))?;
        Some(unescaped(value))
    };
    // HEAD has no body to say more in.
    let code = element("Code").unwrap_or_else(|| match status.as_u16() {
        304 => "NotModified".into(),
        404 => "NoSuchKey".into(),
        412 => "PreconditionFailed".into(),
        _ => "S3Error".to_owned(),
    });
    let message = element("Message").unwrap_or_else(|| format!("S3 answered {status}."));
    Err(ApiError::new(code, message).with_status(status.as_u16()))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests;
