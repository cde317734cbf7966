//! Host, Origin, our own paths.

use futures::FutureExt;
use http::Response;
use serde_json::json;

use super::{
    super::{Body, Door, HostRule},
    support::{Fake, ask, json_request, request},
};

fn door() -> Door {
    Door::builder()
        .service(Fake::new(
            "states",
            &["ListActivities"],
            Ok(json!({"activities": []})),
        ))
        .path("/_taxiway/hello", |request| {
            async move { Response::new(Body::from(request.uri().path().to_owned())) }.boxed()
        })
        .hosts(HostRule::loopback().allow_origin("http://localhost:5173"))
        .build()
}

#[tokio::test]
async fn a_foreign_host_or_page_is_refused_whatever_it_asks() {
    let cases = [
        (&[("host", "evil.example")][..], 403),
        (&[("host", "")], 400),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "none")], 200),
        (&[("origin", "http://localhost:4566")], 200),
        (&[("origin", "http://localhost:5173")], 200),
        (&[("host", "bucket.localhost:4566")], 200),
    ];
    for (headers, status) in cases {
        for target in ["/_taxiway/hello", "/"] {
            let mut request = json_request("AWSStepFunctions.ListActivities", "{}");
            *request.uri_mut() = target.parse().unwrap();
            for (name, value) in headers {
                request.headers_mut().insert(*name, value.parse().unwrap());
            }
            let answer = ask(&door(), request).await;
            assert_eq!(
                answer.status, status,
                "{headers:?} {target}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn a_page_of_ours_served_elsewhere_may_read_the_answers() {
    let ours = [
        ("origin", "http://localhost:5173"),
        ("access-control-request-method", "POST"),
    ];
    let preflight = ask(&door(), request("OPTIONS", "/", &ours, Body::empty())).await;
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-origin")
        ),
        (204, "http://localhost:5173")
    );
    assert_eq!(preflight.header("access-control-allow-methods"), "POST");
    let mut request = json_request("AWSStepFunctions.ListActivities", "{}");
    request
        .headers_mut()
        .insert("origin", "http://localhost:5173".parse().unwrap());
    assert_eq!(
        ask(&door(), request)
            .await
            .header("access-control-allow-origin"),
        "http://localhost:5173"
    );
}

#[tokio::test]
async fn our_own_paths_and_what_is_below_them() {
    for (path, status) in [
        ("/_taxiway/hello", 200),
        ("/_taxiway/hello/below", 200),
        ("/_taxiway/hello?x", 200),
        ("/_taxiway/hellofriend", 501),
        ("/_taxiway/health", 200),
        ("/_taxiway/coverage", 200),
    ] {
        let answer = ask(&door(), request("GET", path, &[], Body::empty())).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn health_names_the_services() {
    let answer = ask(
        &door(),
        request("GET", "/_taxiway/health", &[], Body::empty()),
    )
    .await;
    assert_eq!(
        (&answer.json()["status"], &answer.json()["services"]),
        (&json!("running"), &json!(["states"]))
    );
    let page = request(
        "GET",
        "/_taxiway/health",
        &[("origin", "https://evil.example")],
        Body::empty(),
    );
    assert_eq!(ask(&door(), page).await.status, 403);
}

#[tokio::test]
async fn the_doors_own_pages_are_nearer_than_what_is_above_them() {
    let said = |text: &'static str| move |_| async move { Response::new(Body::from(text)) }.boxed();
    let door = Door::builder()
        .path("/_taxiway", said("all"))
        .path("/_taxiway/coverage", said("other"))
        .build();
    for (path, text) in [
        ("/_taxiway", "all"),
        ("/_taxiway/health/more", "all"),
        ("/_taxiway/coverage", "other"),
    ] {
        assert_eq!(
            ask(&door, request("GET", path, &[], Body::empty()))
                .await
                .text,
            text,
            "{path}"
        );
    }
    let health = ask(
        &door,
        request("GET", "/_taxiway/health", &[], Body::empty()),
    )
    .await;
    assert!(health.text.contains("running"), "{}", health.text);
}

const LINK: [(&str, &str); 3] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];
const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn with_console() -> Door {
    let said = |text: &'static str| move |_| async move { Response::new(Body::from(text)) }.boxed();
    Door::builder()
        .path("/_taxiway", said("told"))
        .console("/_console", said("page"))
        .raw("s3", super::raw::Store::shared())
        .build()
}

#[tokio::test]
async fn a_link_of_another_site_opens_the_console_and_nothing_else() {
    let door = with_console();
    let swapped = |name: &'static str, value: &'static str| {
        LINK.map(|(n, v)| if n == name { (n, value) } else { (n, v) })
    };
    let cases = [
        ("GET", "/_console/s3/b", LINK, 200),
        ("GET", "/_console/assets/a.js", LINK, 200),
        ("GET", "/_taxiway/session", LINK, 403),
        ("GET", "/_taxiway/objects/b/k", LINK, 403),
        ("GET", "/_taxiway/health", LINK, 403),
        ("GET", "/b/k", LINK, 403),
        ("POST", "/_console/", LINK, 403),
        ("HEAD", "/_console/", LINK, 403),
        (
            "GET",
            "/_console/",
            swapped("sec-fetch-dest", "iframe"),
            403,
        ),
        (
            "GET",
            "/_console/",
            swapped("sec-fetch-dest", "script"),
            403,
        ),
        (
            "GET",
            "/_console/",
            swapped("sec-fetch-mode", "no-cors"),
            403,
        ),
        ("GET", "/_console/", swapped("sec-fetch-mode", "cors"), 403),
    ];
    for (method, path, headers, status) in cases {
        let answer = ask(&door, request(method, path, &headers, Body::empty())).await;
        assert_eq!(answer.status, status, "{method} {path} {headers:?}");
    }
    let posted = [
        LINK[0],
        LINK[1],
        LINK[2],
        ("origin", "https://evil.example"),
    ];
    let form = ask(&door, request("GET", "/_console/", &posted, Body::empty())).await;
    assert_eq!(form.status, 403);
    let rebound = [LINK[0], LINK[1], LINK[2], ("host", "evil.example")];
    let rebound = ask(&door, request("GET", "/_console/", &rebound, Body::empty())).await;
    assert_eq!(rebound.status, 403);
}

#[tokio::test]
async fn a_page_of_another_site_frames_what_is_for_frames_and_nothing_else() {
    let said = |text: &'static str| move |_| async move { Response::new(Body::from(text)) }.boxed();
    let door = Door::builder()
        .path("/_taxiway", said("told"))
        .console("/_console", said("page"))
        .framed("/embed/_taxiway", said("framed"))
        .raw("s3", super::raw::Store::shared())
        .build();
    let to = |dest: &'static str| [LINK[0], LINK[1], ("sec-fetch-dest", dest)];
    for (method, path, dest, status) in [
        ("GET", "/embed/_taxiway/dashboards/d", "iframe", 200),
        ("GET", "/embed/_taxiway/dashboards/d", "document", 200),
        ("GET", "/embed/_taxiway/dashboards/d", "script", 403),
        ("GET", "/embed/_taxiway/dashboards/d", "empty", 403),
        ("POST", "/embed/_taxiway/dashboards/d", "iframe", 403),
        ("GET", "/embed/key", "iframe", 403),
        ("GET", "/_console/", "iframe", 403),
        ("GET", "/_taxiway/session", "iframe", 403),
    ] {
        let answer = ask(&door, request(method, path, &to(dest), Body::empty())).await;
        assert_eq!(answer.status, status, "{method} {path} {dest}");
    }
}

#[tokio::test]
async fn a_browser_at_the_bare_address_is_sent_to_the_console() {
    let door = with_console();
    let html = ("accept", HTML);
    for headers in [&[html][..], &[html, LINK[0], LINK[1], LINK[2]]] {
        let sent = ask(&door, request("GET", "/", headers, Body::empty())).await;
        assert_eq!((sent.status, sent.header("location")), (302, "/_console/"));
        assert_eq!(sent.header("vary"), "Accept");
    }
    for (method, uri, headers) in [
        ("GET", "/", &[][..]),
        ("GET", "/", &[("accept", "*/*")]),
        ("GET", "/", &[("accept", "application/xml, text/htmlish")]),
        ("GET", "/?list-type=2", &[html]),
        ("GET", "/?", &[html]),
        ("GET", "/b", &[html]),
        ("HEAD", "/", &[html]),
        ("GET", "/", &[html, ("host", "s3.localhost:4566")]),
        ("GET", "/", &[html, ("host", "b.localhost:4566")]),
        ("GET", "/", &[html, ("x-amz-date", "20260101T000000Z")]),
        ("GET", "/", &[html, ("amz-sdk-invocation-id", "i")]),
        (
            "GET",
            "/",
            &[
                html,
                (
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, \
                     SignedHeaders=host, Signature=s",
                ),
            ],
        ),
    ] {
        let answer = ask(&door, request(method, uri, headers, Body::empty())).await;
        assert_eq!(
            answer.status, 200,
            "{method} {uri} {headers:?}: {}",
            answer.text
        );
    }
    let fetched = [
        html,
        LINK[0],
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
    ];
    let fetched = ask(&door, request("GET", "/", &fetched, Body::empty())).await;
    assert_eq!(fetched.status, 403);
    let bare = Door::builder()
        .raw("s3", super::raw::Store::shared())
        .build();
    let without = ask(&bare, request("GET", "/", &[html], Body::empty())).await;
    assert_eq!(without.status, 200, "there is no console to be sent to");
}
