//! Requests for the console's files.

use aws::Body;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{
        ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
        CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use percent_encoding::percent_decode_str;

use super::Asset;

/// Where the console is.
pub(crate) const ROOT: &str = "/_console";

/// What the console's pages may load and do: what is of this very server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors ";

/// Answered in place of a console that was not there when the binary was built.
const MISSING: &str = "<!doctype html>\n<html lang=\"en\"><title>Taxiway</title>\n<h1>The console is not in this binary</h1>\n\
                       <p>Build it with <code>make console</code> (it needs Node 20 or later), then the binary again with \
                       <code>make build</code>. The AWS APIs and <code>/_taxiway/</code> work without it.</p></html>\n";

/// Answers a request below [`ROOT`].
pub(crate) fn answer(
    assets: &[Asset],
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Response<Body> {
    let response = find(assets, method, path, headers);
    guarded(response, method, "'none'")
}

/// Answers with the page of an embedded dashboard, which may be in frames of these origins.
pub(crate) fn embedded(
    assets: &[Asset],
    method: &Method,
    headers: &HeaderMap,
    ancestors: &str,
) -> Response<Body> {
    let mut response = if method == Method::GET || method == Method::HEAD {
        named(assets, "embed.html", headers)
    } else {
        not_allowed()
    };
    // The policy is this address's own: a copy without it must not be kept.
    let stored = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, stored);
    response.headers_mut().remove(ETAG);
    guarded(response, method, ancestors)
}

/// Adds what every page is sent with.
fn guarded(mut response: Response<Body>, method: &Method, ancestors: &str) -> Response<Body> {
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    let policy = HeaderValue::from_str(&format!("{POLICY}{ancestors}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let out = response.headers_mut();
    out.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        // A page that has opened this one from elsewhere keeps no hold of its window.
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin-allow-popups",
        ),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn not_allowed() -> Response<Body> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "Use GET.\n");
    let methods = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(ALLOW, methods);
    response
}

/// Returns a page by its name, or what says that there is no console in the binary.
fn named(assets: &[Asset], name: &str, headers: &HeaderMap) -> Response<Body> {
    match assets.iter().find(|asset| asset.path == name) {
        Some(page) => file(page, headers),
        None => text(
            StatusCode::NOT_IMPLEMENTED,
            "text/html; charset=utf-8",
            MISSING,
        ),
    }
}

fn find(assets: &[Asset], method: &Method, path: &str, headers: &HeaderMap) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        return not_allowed();
    }
    let Some(below) = path.strip_prefix(ROOT).and_then(|p| p.strip_prefix('/')) else {
        let mut response = text(StatusCode::PERMANENT_REDIRECT, "text/plain", "");
        let location = HeaderValue::from_static("/_console/");
        response.headers_mut().insert(LOCATION, location);
        return response;
    };
    let name = percent_decode_str(below).decode_utf8_lossy();
    let at = |name: &str| assets.iter().find(|asset| asset.path == name);
    match at(&name) {
        Some(asset) => file(asset, headers),
        // A script of another build: the page itself in its place would not help anyone.
        None if name.starts_with("assets/") => text(
            StatusCode::NOT_FOUND,
            "text/plain",
            "There is no such file.\n",
        ),
        None => named(assets, "index.html", headers),
    }
}

fn file(asset: &Asset, headers: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(ETAG, HeaderValue::from_static(asset.tag));
    out.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    out.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(if asset.is_immutable() {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }),
    );
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tags| contains(tags, asset.tag));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type()));
    let packed = asset.packed && takes_brotli(headers);
    if packed {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        *response.body_mut() = Body::from(Bytes::from_static(asset.bytes));
        return response;
    }
    match asset.unpacked() {
        Some(whole) => *response.body_mut() = Body::from(Bytes::from(whole.into_owned())),
        None => {
            tracing::error!(asset.path, "an embedded file cannot be unpacked");
            return text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "text/plain",
                "The file is damaged.\n",
            );
        }
    }
    response
}

fn contains(tags: &HeaderValue, tag: &str) -> bool {
    tags.to_str().is_ok_and(|tags| {
        tags.split(',')
            .map(|t| t.trim().trim_start_matches("W/"))
            .any(|t| t == tag || t == "*")
    })
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim().eq_ignore_ascii_case("br")
                && !weight.trim().starts_with("q=0;")
                && weight.trim() != "q=0"
        })
    })
}

fn text(status: StatusCode, content_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
