//! Connections through their operations, and requests against a server on a loopback address.

use serde_json::{Value, json};
use store::Clock;

use super::testing::{Answer, Endpoint};
use crate::{
    InvokeError, InvokeRequest, SentRequest,
    firing::Outcome,
    tests::harness::{House, ROLE},
};

fn basic() -> Value {
    json!({"BasicAuthParameters": {"Username": "ada", "Password": "s3cret-word"}})
}

async fn connection(house: &House, name: &str, kind: &str, auth: Value) -> String {
    let input = json!({"Name": name, "AuthorizationType": kind, "AuthParameters": auth});
    let made = house.ok("CreateConnection", input).await;
    made["ConnectionArn"].as_str().unwrap().to_owned()
}

fn request(connection_arn: &str, endpoint: &str) -> InvokeRequest {
    InvokeRequest {
        connection_arn: connection_arn.into(),
        endpoint: endpoint.into(),
        method: "POST".into(),
        headers: Vec::new(),
        query: Vec::new(),
        body: Some("{\"a\":1}".into()),
    }
}

fn token(token: &str) -> Answer {
    let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 3600});
    (200, "", body.to_string())
}

#[tokio::test]
async fn a_connection_is_made_changed_listed_deauthorized_and_deleted() {
    let house = House::new().await;
    let mut auth = basic();
    auth["InvocationHttpParameters"] = json!({"HeaderParameters": [
        {"Key": "X-Open", "Value": "seen"}, {"Key": "X-Shut", "Value": "s3cret-head", "IsValueSecret": true}]});
    let arn = connection(&house, "c", "BASIC", auth).await;
    assert!(arn.starts_with("arn:aws:events:us-east-1:000000000000:connection/c/"));
    let name = json!({"Name": "c"});
    let shown = house.ok("DescribeConnection", name.clone()).await;
    assert_eq!(shown["ConnectionState"], "AUTHORIZED");
    assert_eq!(
        shown["AuthParameters"],
        json!({"BasicAuthParameters": {"Username": "ada"}, "InvocationHttpParameters": {"HeaderParameters": [
            {"Key": "X-Open", "Value": "seen", "IsValueSecret": false}, {"Key": "X-Shut", "IsValueSecret": true}]}})
    );
    let listed = house
        .ok("ListConnections", json!({"ConnectionState": "AUTHORIZED"}))
        .await;
    assert_eq!(listed["Connections"][0]["Name"], "c");
    for answer in [&shown, &listed] {
        assert!(!answer.to_string().contains("s3cret"), "{answer}");
    }
    // What is not given stays, the password too.
    let change = json!({"Name": "c", "Description": "d",
        "AuthParameters": {"BasicAuthParameters": {"Username": "bea"}}});
    house.ok("UpdateConnection", change).await;
    let house = house.restart().await;
    let shown = house.ok("DescribeConnection", name.clone()).await;
    assert_eq!(shown["Description"], "d");
    assert_eq!(
        shown["AuthParameters"]["BasicAuthParameters"]["Username"],
        "bea"
    );
    let endpoint = Endpoint::new(Vec::new());
    house
        .service
        .invoke(request(&arn, &endpoint.url))
        .await
        .unwrap();
    // bea:s3cret-word
    assert_eq!(
        endpoint.take()[0].header("authorization"),
        "Basic YmVhOnMzY3JldC13b3Jk"
    );

    let gone = house.ok("DeauthorizeConnection", name.clone()).await;
    assert_eq!(gone["ConnectionState"], "DEAUTHORIZING");
    let shown = house.ok("DescribeConnection", name.clone()).await;
    assert_eq!(shown["ConnectionState"], "DEAUTHORIZED");
    assert_eq!(shown["AuthParameters"], Value::Null);
    let refused = house.service.invoke(request(&arn, &endpoint.url)).await;
    assert!(matches!(
        refused,
        Err(InvokeError::NotAuthorized {
            state: "DEAUTHORIZED",
            ..
        })
    ));
    assert!(endpoint.take().is_empty());
    house.ok("DeleteConnection", name.clone()).await;
    assert_eq!(
        house.refused("DescribeConnection", name).await,
        "ResourceNotFoundException: Connection 'c' does not exist."
    );
    let refused = house.service.invoke(request(&arn, &endpoint.url)).await;
    assert_eq!(refused.unwrap_err(), InvokeError::NoConnection(arn));
}

#[tokio::test]
async fn what_aws_refuses_is_refused() {
    let house = House::new().await;
    let arn = connection(&house, "c", "BASIC", basic()).await;
    let again = json!({"Name": "c", "AuthorizationType": "BASIC", "AuthParameters": basic()});
    assert_eq!(
        house.refused("CreateConnection", again).await,
        "ResourceAlreadyExistsException: Connection c already exists."
    );
    for (kind, auth) in [
        ("API_KEY", basic()),
        ("BASIC", json!({})),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            json!({"OAuthParameters": {"ClientParameters": {"ClientID": "i", "ClientSecret": "s"},
                "AuthorizationEndpoint": "http://example.com/token", "HttpMethod": "POST"}}),
        ),
    ] {
        let input = json!({"Name": "d", "AuthorizationType": kind, "AuthParameters": auth});
        let refused = house.refused("CreateConnection", input).await;
        assert!(
            refused.starts_with("ValidationException: Parameter "),
            "{refused}"
        );
    }
    let change = json!({"Name": "c", "AuthorizationType": "API_KEY"});
    let refused = house.refused("UpdateConnection", change).await;
    assert!(refused.contains("API_KEY are required"), "{refused}");
    for (endpoint, connection, code) in [
        ("http://example.com/", arn.clone(), "ValidationException"),
        (
            "https://example.com/",
            format!("{arn}0"),
            "ResourceNotFoundException",
        ),
    ] {
        let input = json!({"Name": "d", "ConnectionArn": connection, "InvocationEndpoint": endpoint,
            "HttpMethod": "POST"});
        let refused = house.refused("CreateApiDestination", input).await;
        assert!(refused.starts_with(code), "{refused}");
    }
}

#[tokio::test]
async fn an_api_key_is_sent_and_answers_of_any_status_are_answers() {
    let house = House::new().await;
    let auth = json!({"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "k"}});
    let arn = connection(&house, "c", "API_KEY", auth).await;
    let moved = (302, "location: http://127.0.0.1:1/\r\n", "there".to_owned());
    let endpoint = Endpoint::new(vec![moved]);
    let mut get = request(&arn, &format!("{}/p", endpoint.url));
    get.method = "GET".into();
    get.body = None;
    get.query = vec![("a b".into(), "&".into())];
    let answer = house.service.invoke(get).await.unwrap();
    assert_eq!(answer.sent.url, format!("{}/p?a%20b=%26", endpoint.url));
    let names = |request: &SentRequest| -> Vec<String> {
        request
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    };
    assert_eq!(names(&answer.sent), ["X-Api-Key"]);
    assert!(names(&answer.open).is_empty());
    let answer = answer.response;
    assert_eq!(
        (answer.status, answer.body.as_ref()),
        (302, "there".as_bytes())
    );
    assert_eq!(answer.header("location"), Some("http://127.0.0.1:1/"));
    let asked = &endpoint.take()[0];
    assert_eq!(asked.line, "GET /p?a%20b=%26");
    assert_eq!(asked.header("x-api-key"), "k");
    assert_eq!(asked.header("content-length"), "");

    let mut bad = request(&arn, &endpoint.url);
    bad.headers = vec![("X-Line".into(), "a\r\nb".into())];
    let refused = house.service.invoke(bad).await;
    assert!(matches!(refused, Err(InvokeError::Request(_))));
    let refused = house
        .service
        .invoke(request(&arn, "http://example.com/"))
        .await;
    assert!(matches!(refused, Err(InvokeError::Request(_))));
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let endpoint = Endpoint::new(vec![(200, "", "x".repeat((1 << 20) + 1))]);
    let large = house.service.invoke(request(&arn, &endpoint.url)).await;
    assert!(
        matches!(large, Err(InvokeError::TooLarge { status: 200, .. })),
        "{large:?}"
    );
    let lost = house
        .service
        .invoke(request(&arn, &format!("http://{closed}/")))
        .await;
    assert!(matches!(lost, Err(InvokeError::Unreachable(_))), "{lost:?}");
}

#[tokio::test]
async fn a_token_is_exchanged_used_again_and_replaced_when_refused() {
    let house = House::new().await;
    let refusal = (401, "", String::new());
    let tokens = Endpoint::new(vec![token("one"), token("two"), refusal.clone()]);
    let auth = json!({"OAuthParameters": {
        "ClientParameters": {"ClientID": "me", "ClientSecret": "a&b"},
        "AuthorizationEndpoint": format!("{}/token", tokens.url), "HttpMethod": "POST",
        "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "all"}]}}});
    let arn = connection(&house, "c", "OAUTH_CLIENT_CREDENTIALS", auth).await;
    let state = async |house: &House| {
        let shown = house.ok("DescribeConnection", json!({"Name": "c"})).await;
        assert!(!shown.to_string().contains("a&b"));
        shown
    };
    assert_eq!(state(&house).await["ConnectionState"], "AUTHORIZING");
    // The wait for authorization outlives the server.
    let house = house.restart().await;
    house.service.authorize_due().await.unwrap();
    assert_eq!(state(&house).await["ConnectionState"], "AUTHORIZED");
    let asked = &tokens.take()[0];
    assert_eq!(asked.line, "POST /token");
    assert_eq!(
        asked.body,
        "grant_type=client_credentials&client_id=me&client_secret=a%26b&scope=all"
    );

    let ok = (200, "", String::new());
    let endpoint = Endpoint::new(vec![ok.clone(), ok, refusal]);
    for _ in 0..2 {
        house
            .service
            .invoke(request(&arn, &endpoint.url))
            .await
            .unwrap();
    }
    assert!(tokens.take().is_empty());
    let answer = house
        .service
        .invoke(request(&arn, &endpoint.url))
        .await
        .unwrap();
    assert_eq!(answer.response.status, 200);
    let sent: Vec<_> = endpoint.take();
    let sent: Vec<_> = sent
        .iter()
        .map(|asked| asked.header("authorization"))
        .collect();
    assert_eq!(
        sent,
        ["Bearer one", "Bearer one", "Bearer one", "Bearer two"]
    );

    // A change authorizes anew, and the endpoint says no now.
    house.ok("UpdateConnection", json!({"Name": "c"})).await;
    house.service.authorize_due().await.unwrap();
    let shown = state(&house).await;
    assert_eq!(shown["ConnectionState"], "DEAUTHORIZED");
    let reason = shown["StateReason"].as_str().unwrap();
    assert!(reason.contains("401"), "{reason}");
}

/// A rule whose target is an API destination of `url`.
async fn deliver_to(house: &House, url: &str, rate: u32, http: Value) {
    let arn = connection(house, "c", "BASIC", basic()).await;
    let made = json!({"Name": "d", "ConnectionArn": arn, "InvocationEndpoint": url, "HttpMethod": "PUT",
        "InvocationRateLimitPerSecond": rate});
    let made = house.ok("CreateApiDestination", made).await;
    assert_eq!(made["ApiDestinationState"], "ACTIVE");
    let target = json!({"Arn": made["ApiDestinationArn"], "RoleArn": ROLE, "HttpParameters": http});
    house
        .rule(
            "r",
            json!({"EventPattern": "{\"source\":[\"app\"]}"}),
            target,
        )
        .await;
}

#[tokio::test]
async fn a_rule_delivers_to_an_api_destination_and_tries_again() {
    let house = House::new().await;
    let endpoint = Endpoint::new(vec![
        (503, "retry-after: 30\r\n", String::new()),
        (200, "", String::new()),
        (404, "", String::new()),
    ]);
    let http = json!({"PathParameterValues": ["$.detail.id"], "HeaderParameters": {"X-N": "n"},
        "QueryStringParameters": {"q": "$.source"}});
    deliver_to(&house, &format!("{}/orders/*", endpoint.url), 300, http).await;
    let id = house.put_event(json!({"id": "a/1"})).await;
    house.settle().await;
    let first = house.firings("r").await[0].outcome.clone();
    let next = house.clock.now_ms() + 30_000;
    assert!(
        matches!(&first, Outcome::Retrying { attempts: 1, next_ms, .. } if *next_ms == next),
        "{first:?}"
    );
    let house = house.restart().await;
    house.clock.set(next);
    house.settle().await;
    let delivered = house.firings("r").await[0].outcome.clone();
    assert_eq!(
        delivered,
        Outcome::Delivered {
            attempts: 2,
            result: "200".into()
        }
    );
    let asked = endpoint.take();
    assert_eq!(asked.len(), 2);
    for asked in asked {
        assert_eq!(asked.line, "PUT /orders/a%2F1?q=app");
        assert_eq!(asked.header("x-n"), "n");
        assert_eq!(
            asked.header("user-agent"),
            "Amazon/EventBridge/ApiDestinations"
        );
        assert_eq!(
            asked.header("content-type"),
            "application/json; charset=utf-8"
        );
        let event: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!(event["id"], id.as_str());
    }
    house.put_event(json!({"id": "2"})).await;
    house.settle().await;
    let refused = house.firings("r").await[0].outcome.clone();
    assert!(
        matches!(refused, Outcome::Failed { attempts: 1, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_rate_of_an_api_destination_is_kept() {
    let house = House::new().await;
    let endpoint = Endpoint::new(Vec::new());
    deliver_to(&house, &endpoint.url, 2, json!({})).await;
    for n in 0..5 {
        house.put_event(json!({"n": n})).await;
    }
    let start = house.clock.now_ms();
    for (second, count) in [(0, 2), (1, 2), (2, 1)] {
        house.clock.set(start + second * 1_000);
        house.settle().await;
        assert_eq!(endpoint.take().len(), count, "second {second}");
    }
    for firing in house.firings("r").await {
        assert!(matches!(
            firing.outcome,
            Outcome::Delivered { attempts: 1, .. }
        ));
    }
}
