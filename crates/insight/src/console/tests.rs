use aws::Body;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::BodyExt;

use super::{Asset, answer, embedded};

/// `let a = 1;` in brotli's uncompressed form.
const PACKED: &[u8] = b"\x8b\x04\x80let a = 1;\x03";

const ASSETS: &[Asset] = &[
    Asset {
        path: "assets/app-1.js",
        bytes: PACKED,
        packed: true,
        tag: "\"1\"",
    },
    Asset {
        path: "embed.html",
        bytes: b"<!doctype html><p>",
        packed: false,
        tag: "\"3\"",
    },
    Asset {
        path: "index.html",
        bytes: b"<!doctype html>",
        packed: false,
        tag: "\"2\"",
    },
];

fn get(path: &str, headers: &[(&'static str, &str)]) -> Response<Body> {
    let headers: HeaderMap = headers
        .iter()
        .map(|(n, v)| (n.parse::<http::HeaderName>().unwrap(), v.parse().unwrap()))
        .collect();
    answer(ASSETS, &Method::GET, path, &headers)
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |v| v.to_str().unwrap())
}

async fn body(response: Response<Body>) -> String {
    let whole = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(whole.to_vec()).unwrap()
}

#[tokio::test]
async fn a_permalink_is_the_page() {
    for path in [
        "/_console/",
        "/_console/index.html",
        "/_console/states/machines/arn:aws:states:us-east-1:000000000000:stateMachine:a.b",
        "/_console/s3/bucket/a/b.csv",
        "/_console/../../etc/passwd",
        "/_console/%2e%2e/%2e%2e/etc/passwd",
        "/_console//etc/passwd",
    ] {
        let response = get(path, &[]);
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header(&response, "cache-control"), "no-cache");
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        assert_eq!(body(response).await, "<!doctype html>", "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_policy() {
    for path in [
        "/_console",
        "/_console/",
        "/_console/assets/app-1.js",
        "/_console/assets/gone.js",
    ] {
        let response = get(path, &[]);
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert_eq!(
            header(&response, "cross-origin-opener-policy"),
            "same-origin-allow-popups"
        );
    }
}

#[tokio::test]
async fn hashed_files_stay_and_are_packed_for_those_who_can_unpack() {
    let packed = get(
        "/_console/assets/app-1.js",
        &[("accept-encoding", "gzip, br")],
    );
    assert_eq!(header(&packed, "content-encoding"), "br");
    assert_eq!(
        header(&packed, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(header(&packed, "vary"), "Accept-Encoding");
    for accepted in ["gzip", "br;q=0", ""] {
        let plain = get(
            "/_console/assets/app-1.js",
            &[("accept-encoding", accepted)],
        );
        assert_eq!(header(&plain, "content-encoding"), "");
        assert_eq!(body(plain).await, "let a = 1;", "{accepted}");
    }
    assert_eq!(
        get("/_console/assets/app-2.js", &[]).status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let response = get("/_console/", &[("if-none-match", "W/\"2\", \"x\"")]);
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(body(response).await, "");
    assert_eq!(
        get("/_console/", &[("if-none-match", "\"1\"")]).status(),
        200
    );
}

#[tokio::test]
async fn without_a_console_the_page_says_how_to_build_it() {
    let response = answer(&[], &Method::GET, "/_console/athena", &HeaderMap::new());
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(body(response).await.contains("make console"));
    let post = answer(&[], &Method::POST, "/_console/", &HeaderMap::new());
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    let head = answer(ASSETS, &Method::HEAD, "/_console/", &HeaderMap::new());
    assert_eq!(body(head).await, "");
    let bare = get("/_console", &[]);
    assert_eq!(
        (bare.status(), header(&bare, "location")),
        (StatusCode::PERMANENT_REDIRECT, "/_console/")
    );
}

#[tokio::test]
async fn the_embedded_page_says_whose_frames_it_may_be_in() {
    let known: HeaderMap = [(http::header::IF_NONE_MATCH, "\"4\"".parse().unwrap())]
        .into_iter()
        .collect();
    let page = embedded(ASSETS, &Method::GET, &known, "https://a.example");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert!(policy.ends_with("; frame-ancestors https://a.example"));
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert_eq!(header(&page, "referrer-policy"), "no-referrer");
    assert_eq!(body(page).await, "<!doctype html><p>");
    let split = embedded(ASSETS, &Method::GET, &known, "https://a.example\r\nx: y");
    let policy = header(&split, "content-security-policy");
    assert_eq!(policy, "default-src 'none'");
    let post = embedded(ASSETS, &Method::POST, &known, "'self'");
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    let without = embedded(&[], &Method::GET, &known, "'self'");
    assert_eq!(without.status(), StatusCode::NOT_IMPLEMENTED);
}
