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
