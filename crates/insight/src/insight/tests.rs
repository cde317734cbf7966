use aws::ApiError;
use serde_json::json;

use crate::testing::{House, SECRET, text, value};

const JSON: (&str, &str) = ("content-type", "application/json");

fn sign_in() -> String {
    json!({"accessKeyId": "AKIA", "secretAccessKey": SECRET, "region": "eu-west-1"}).to_string()
}

#[tokio::test]
async fn any_operation_is_called_in_the_region_that_is_asked_for() {
    let house = House::new();
    house.door.on("states", "ListStateMachines", |call| {
        let principal = &call.principal;
        Ok(json!({"account": &*principal.account, "region": &*principal.region, "input": call.input}))
    });
    let path = "/_taxiway/call/states/ListStateMachines";
    let response = house
        .ask("POST", path, &[JSON], "{\"maxResults\": 5}")
        .await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let got = value(response).await;
    assert_eq!(
        got,
        json!({"account": "000000000000", "region": "us-east-1", "input": {"maxResults": 5}})
    );
    let headers = [
        JSON,
        ("x-taxiway-region", "eu-west-1"),
        ("x-taxiway-account", "444455556666"),
    ];
    let got = value(house.ask("POST", path, &headers, "").await).await;
    assert_eq!(
        got,
        json!({"account": "444455556666", "region": "eu-west-1", "input": {}})
    );
    for (name, bad) in [
        ("x-taxiway-region", "../x"),
        ("x-taxiway-account", "12"),
        ("x-taxiway-region", "US East"),
    ] {
        let refused = house.ask("POST", path, &[JSON, (name, bad)], "{}").await;
        assert_eq!(refused.status(), 400, "{name} {bad}");
        assert_eq!(value(refused).await["code"], "InvalidParameter");
    }
}

#[tokio::test]
async fn errors_are_the_services_own() {
    let house = House::new();
    house.door.on("states", "DescribeStateMachine", |_| {
        let mut error = ApiError::new("StateMachineDoesNotExist", "State Machine Does Not Exist")
            .with_field("reason", "x");
        error.source = Some("not for the caller".into());
        Err(error)
    });
    let refused = house
        .ask(
            "POST",
            "/_taxiway/call/states/DescribeStateMachine",
            &[JSON],
            "{}",
        )
        .await;
    assert_eq!(refused.status(), 400);
    let message = "State Machine Does Not Exist";
    assert_eq!(
        value(refused).await,
        json!({"code": "StateMachineDoesNotExist", "message": message, "reason": "x"})
    );
    let missing = house
        .ask("POST", "/_taxiway/call/states/Fly", &[JSON], "{}")
        .await;
    assert_eq!(
        (
            missing.status().as_u16(),
            value(missing).await["code"].clone()
        ),
        (501, json!("NotImplemented"))
    );
}

#[tokio::test]
async fn what_is_no_json_object_or_too_large_is_refused() {
    let house = House::new();
    let path = "/_taxiway/call/states/ListStateMachines";
    let huge = format!("{{\"a\": \"{}\"}}", "x".repeat(1 << 21));
    for (headers, body, status, code) in [
        (&[JSON][..], "{", 400, "SerializationException"),
        (&[JSON], "[]", 400, "SerializationException"),
        (&[JSON], "\"text\"", 400, "SerializationException"),
        (&[], "{}", 415, "UnsupportedMediaType"),
        (
            &[("content-type", "text/plain")],
            "{}",
            415,
            "UnsupportedMediaType",
        ),
        (
            &[("content-type", "application/x-www-form-urlencoded")],
            "{}",
            415,
            "UnsupportedMediaType",
        ),
        (&[JSON], &huge, 413, "RequestEntityTooLargeException"),
    ] {
        let refused = house.ask("POST", path, headers, body.to_owned()).await;
        assert_eq!(refused.status(), status, "{code}");
        assert_eq!(value(refused).await["code"], code);
    }
    assert!(house.door.calls.lock().is_empty());
}

#[tokio::test]
async fn pages_of_others_get_nothing() {
    let house = House::new();
    house
        .door
        .on("states", "ListStateMachines", |_| Ok(json!({})));
    for header in [
        ("origin", "https://evil.example"),
        ("origin", "http://localhost:3000"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for (method, path) in [
            ("POST", "/_taxiway/call/states/ListStateMachines"),
            ("POST", "/_taxiway/session"),
            ("GET", "/_taxiway/session"),
            ("GET", "/_taxiway/events"),
        ] {
            let headers = [JSON, ("host", "localhost:4566"), header];
            let refused = house.ask(method, path, &headers, "{}").await;
            assert_eq!(refused.status(), 403, "{header:?} {path}");
        }
    }
    assert!(house.door.calls.lock().is_empty());
    let ours = [
        JSON,
        ("host", "localhost:4566"),
        ("origin", "http://localhost:4566"),
    ];
    let path = "/_taxiway/call/states/ListStateMachines";
    assert_eq!(house.ask("POST", path, &ours, "{}").await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn where_requests_are_signed_the_console_signs_in() {
    let house = House::locked();
    house.door.on("sts", "GetCallerIdentity", |call| {
        let principal = &call.principal;
        Ok(json!({"Account": &*principal.account, "Region": &*principal.region, "Arn": &*principal.arn}))
    });
    let path = "/_taxiway/call/sts/GetCallerIdentity";
    for path in [
        path,
        "/_taxiway/events",
        "/_taxiway/integrations",
        "/_taxiway/objects/b/k",
        "/_taxiway/nothing",
    ] {
        let method = if path.contains("call") { "POST" } else { "GET" };
        let refused = house.ask(method, path, &[JSON], "{}").await;
        assert_eq!(refused.status(), 401, "{path}");
        assert_eq!(value(refused).await["code"], "NotSignedIn");
    }
    let before = value(house.get("/_taxiway/session").await).await;
    assert_eq!(
        (&before["signedIn"], &before["required"]),
        (&json!(false), &json!(true))
    );

    let wrong = json!({"accessKeyId": "AKIA", "secretAccessKey": "no"}).to_string();
    let refused = house.ask("POST", "/_taxiway/session", &[JSON], wrong).await;
    assert_eq!(refused.status(), 403);
    assert!(refused.headers().get("set-cookie").is_none());
    assert!(!text(refused).await.contains(SECRET));

    let signed_in = house
        .ask("POST", "/_taxiway/session", &[JSON], sign_in())
        .await;
    assert_eq!(signed_in.status(), 200);
    let cookie = signed_in.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    for flag in [
        "HttpOnly",
        "SameSite=Strict",
        "Path=/_taxiway",
        "Max-Age=43200",
    ] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains(SECRET));
    let cookie = cookie.split(';').next().unwrap();
    let got = value(
        house
            .ask("POST", path, &[JSON, ("cookie", cookie)], "{}")
            .await,
    )
    .await;
    let arn = "arn:aws:iam::111122223333:root";
    assert_eq!(
        got,
        json!({"Account": "111122223333", "Region": "eu-west-1", "Arn": arn})
    );
    // The account is the session's, whatever else is said.
    let headers = [
        JSON,
        ("cookie", cookie),
        ("x-taxiway-account", "999999999999"),
        ("x-taxiway-region", "us-west-2"),
    ];
    let got = value(house.ask("POST", path, &headers, "{}").await).await;
    assert_eq!(
        (&got["Account"], &got["Region"]),
        (&json!("111122223333"), &json!("us-west-2"))
    );
    let after = value(
        house
            .ask("GET", "/_taxiway/session", &[("cookie", cookie)], "")
            .await,
    )
    .await;
    assert_eq!(
        (&after["signedIn"], &after["account"]),
        (&json!(true), &json!("111122223333"))
    );
    // Another port's page sends the cookie too.
    let headers = [
        JSON,
        ("cookie", cookie),
        ("host", "h:4566"),
        ("origin", "http://h:3000"),
    ];
    assert_eq!(house.ask("POST", path, &headers, "{}").await.status(), 403);

    let out = house
        .ask("DELETE", "/_taxiway/session", &[("cookie", cookie)], "")
        .await;
    assert!(
        out.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
}

#[tokio::test]
async fn what_is_not_there_or_asked_in_another_way() {
    let house = House::new();
    for (method, path, status) in [
        ("GET", "/_taxiway/", 404),
        ("GET", "/_taxiway/nothing", 404),
        ("GET", "/_taxiway/call/states/ListStateMachines", 405),
        ("POST", "/_taxiway/events", 405),
        ("PATCH", "/_taxiway/session", 405),
        ("DELETE", "/_taxiway/objects/b/k", 405),
        ("GET", "/_taxiway/shapes/states/Fly", 404),
        ("GET", "/_taxiway/shapes/nothing/Fly", 404),
        ("GET", "/_taxiway/shapes/states/StartExecution", 200),
        ("GET", "/_taxiway/integrations", 200),
        ("GET", "/_taxiway/next-runs", 400),
        (
            "GET",
            "/_taxiway/next-runs?expression=rate(1%20minute)&count=1000",
            400,
        ),
        ("GET", "/_taxiway/firings", 400),
        ("GET", "/_taxiway/stream/history", 400),
        ("GET", "/_taxiway/objects/b", 400),
        ("GET", "/_taxiway/objects//k", 400),
    ] {
        let response = house.ask(method, path, &[], "").await;
        assert_eq!(response.status(), status, "{method} {path}");
    }
}

#[tokio::test]
async fn schedules_ahead_and_what_fired() {
    let house = House::new();
    let runs = house
        .get("/_taxiway/next-runs?expression=rate(1%20minute)&count=2")
        .await;
    assert_eq!(value(runs).await["times"].as_array().unwrap().len(), 2);
    house.door.on("events", "DescribeRule", |call| {
        if call.input["Name"] == "r" {
            return Ok(json!({}));
        }
        Err(ApiError::new("ResourceNotFoundException", "no"))
    });
    let fired = value(house.get("/_taxiway/firings?rule=r&limit=1").await).await;
    assert_eq!(fired, json!({"firings": ["r"]}));
    assert_eq!(
        house.get("/_taxiway/firings?rule=other").await.status(),
        400
    );
}
