//! What the door costs: microseconds of CPU for a StartExecution whose handler does nothing.
//!
//! `cargo run --release -p taxiway-aws --example door_cost`

use std::{sync::Arc, time::Instant};

use aws::{ApiError, Body, Context, Door, Operations, Service};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    state_machine_arn: String,
    input: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    execution_arn: String,
    start_date: f64,
}

struct States;

impl Service for States {
    fn name(&self) -> &'static str {
        "states"
    }

    fn operations(self: Arc<Self>) -> Operations {
        async fn start(_: Arc<States>, _: Context, input: Input) -> Result<Output, ApiError> {
            let size = input.input.map_or(0, |i| i.len());
            Ok(Output {
                execution_arn: format!("{}:{size}", input.state_machine_arn),
                start_date: 1_700_000_000.123,
            })
        }
        Operations::new().on(&self, "StartExecution", start)
    }
}

const BODY: &str = r#"{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:bench","name":"e-1","input":"{\"a\":1,\"b\":[1,2,3]}"}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let door = Door::builder().service(Arc::new(States)).build();
    for round in ["cold", "warm", "warm"] {
        let count: u32 = if round == "cold" { 1 } else { 100_000 };
        let began = Instant::now();
        for _ in 0..count {
            let response = door.handle(request()).await;
            assert_eq!(response.status(), 200);
            let body = response.into_body().collect().await.map(|b| b.to_bytes());
            assert!(body.is_ok_and(|b| !b.is_empty()));
        }
        let each = began.elapsed().as_secs_f64() * 1e6 / f64::from(count);
        println!("{round}: {each:.1} µs a request");
    }
}

/// As boto3 sends it.
fn request() -> http::Request<Body> {
    let built = http::Request::post("/")
        .header("host", "127.0.0.1:4566")
        .header("x-amz-target", "AWSStepFunctions.StartExecution")
        .header("content-type", "application/x-amz-json-1.0")
        .header(
            "user-agent",
            "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.11.7",
        )
        .header("x-amz-date", "20260101T000000Z")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
             Signature=0000000000000000000000000000000000000000000000000000000000000000",
        )
        .header("content-length", BODY.len())
        .body(Body::from(BODY));
    built.unwrap_or_default()
}
