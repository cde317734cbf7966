//! Tasks whose services answer elsewhere, and HTTP tasks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use std::sync::{Arc, Mutex};

use aws::ApiError;
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::{FutureExt, future::BoxFuture};
use harness::{House, ROLE, text};
use serde_json::{Value, json};
use workflow::{Connections, HttpAnswer, HttpError, HttpRequest, HttpSent};

fn one(resource: &str, parameters: Value) -> Value {
    json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "Parameters": parameters,
        "End": true}}})
}

fn invoked(payload: &str, error: Option<&str>) -> Value {
    let mut answer = json!({"StatusCode": 200, "ExecutedVersion": "$LATEST",
        "Payload": BASE64_STANDARD.encode(payload)});
    if let Some(error) = error {
        answer["FunctionError"] = error.into();
    }
    answer
}

/// Runs a definition once and returns the execution.
async fn run(house: &House, name: &str, definition: &Value) -> (String, Value) {
    let machine = house.machine(name, definition).await;
    let execution = house.start(&machine, &json!({"in": 1})).await;
    let done = house.ended(&execution).await;
    (execution, done)
}

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

#[tokio::test]
async fn a_function_is_invoked_by_the_service_and_by_its_own_arn() {
    let house = House::new().await;
    let parameters = json!({"FunctionName": "f", "Payload": {"a.$": "$.in"}});
    house
        .others
        .prepare("Invoke", Ok(invoked("{\"b\":[2]}", None)));
    let optimised = one("arn:aws:states:::lambda:invoke", parameters);
    let (_, done) = run(&house, "optimised", &optimised).await;
    assert_eq!(done["status"], "SUCCEEDED", "{done}");
    let output: Value = serde_json::from_str(&text(&done, "output")).unwrap();
    assert_eq!(output["Payload"], json!({"b": [2]}));
    assert_eq!(output["ExecutedVersion"], "$LATEST");
    assert_eq!(
        output["SdkHttpMetadata"]["HttpHeaders"]["Content-Length"],
        "9"
    );
    house
        .others
        .prepare("Invoke", Ok(invoked("{\"c\":3}", None)));
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": FUNCTION, "End": true}}});
    let (execution, done) = run(&house, "direct", &definition).await;
    assert_eq!(done["output"], "{\"c\":3}");
    let types = house.event_types(&execution).await;
    let wanted = [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ];
    assert!(
        wanted.iter().all(|w| types.contains(&(*w).to_owned())),
        "{types:?}"
    );
    let inputs = house.others.inputs("Invoke");
    assert_eq!(inputs[0]["Payload"], BASE64_STANDARD.encode("{\"a\":1}"));
    assert_eq!(
        inputs[1],
        json!({"FunctionName": FUNCTION, "Payload": BASE64_STANDARD.encode("{\"in\":1}")})
    );
}

#[tokio::test]
async fn errors_have_the_names_that_states_catch() {
    let house = House::new().await;
    let fault = r#"{"errorType":"MyError","errorMessage":"no"}"#;
    let missing = ApiError::new("ResourceNotFoundException", "Function not found").with_status(404);
    let odd = ApiError::new("SomethingOdd", "odd").with_status(500);
    let lost = ApiError::new(
        "SdkClientException",
        "Unable to execute HTTP request: refused",
    )
    .with_status(503);
    let nowhere =
        ApiError::new("EndpointNotConfigured", "lambda:Invoke has no endpoint").with_status(501);
    for (name, answer, error, cause) in [
        (
            "own",
            Ok(invoked(fault, Some("Unhandled"))),
            "MyError",
            fault,
        ),
        (
            "missing",
            Err(missing),
            "Lambda.ResourceNotFoundException",
            "Error Code: ResourceNotFoundException",
        ),
        (
            "odd",
            Err(odd),
            "Lambda.AWSLambdaException",
            "odd (Service: AWSLambda; Status Code: 500",
        ),
        (
            "lost",
            Err(lost),
            "Lambda.SdkClientException",
            "Unable to execute HTTP request: refused",
        ),
        (
            "nowhere",
            Err(nowhere),
            "States.TaskFailed",
            "lambda:Invoke has no endpoint",
        ),
    ] {
        house.others.prepare("Invoke", answer);
        let definition = one(
            "arn:aws:states:::lambda:invoke",
            json!({"FunctionName": "f"}),
        );
        let (_, done) = run(&house, name, &definition).await;
        assert_eq!(done["error"], error, "{name}");
        assert!(text(&done, "cause").contains(cause), "{name}: {done}");
    }
}

#[tokio::test]
async fn messages_are_sent_and_a_token_is_waited_for() {
    let house = House::new().await;
    house.others.prepare(
        "SendMessage",
        Ok(json!({"MessageId": "m", "MD5OfMessageBody": "d"})),
    );
    let parameters = json!({"QueueUrl": "http://q", "MessageBody": {"n.$": "$.in"}});
    let (_, done) = run(
        &house,
        "sqs",
        &one("arn:aws:states:::sqs:sendMessage", parameters),
    )
    .await;
    let output: Value = serde_json::from_str(&text(&done, "output")).unwrap();
    assert_eq!(
        (&output["MessageId"], &output["MD5OfMessageBody"]),
        (&json!("m"), &json!("d"))
    );
    assert_eq!(
        house.others.inputs("SendMessage")[0],
        json!({"QueueUrl": "http://q", "MessageBody": "{\"n\":1}"})
    );

    house
        .others
        .prepare("Publish", Ok(json!({"MessageId": "m"})));
    let parameters = json!({"TopicArn": "arn:t", "Message": {"token.$": "$$.Task.Token"}});
    let definition = one("arn:aws:states:::sns:publish.waitForTaskToken", parameters);
    let machine = house.machine("sns", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    house
        .until("it is published", async || {
            house.others.count("Publish") == 1
        })
        .await;
    let message = text(&house.others.inputs("Publish")[0], "Message");
    let message: Value = serde_json::from_str(&message).unwrap();
    let answer = json!({"taskToken": message["token"], "output": "{\"ok\":true}"});
    house.ok("SendTaskSuccess", answer).await;
    assert_eq!(house.ended(&execution).await["output"], "{\"ok\":true}");

    let gone = ApiError::new("QueueDoesNotExist", "The specified queue does not exist.");
    house.others.prepare("SendMessage", Err(gone));
    let parameters = json!({"QueueUrl": "http://q", "MessageBody": "b"});
    let (_, done) = run(
        &house,
        "gone",
        &one("arn:aws:states:::sqs:sendMessage", parameters),
    )
    .await;
    assert_eq!(done["error"], "SQS.QueueDoesNotExistException");
}

/// Answers requests with what is prepared and remembers them.
#[derive(Default)]
struct Wire {
    asked: Mutex<Vec<HttpRequest>>,
    answers: Mutex<Vec<Result<(u16, &'static str), HttpError>>>,
}

impl Connections for Wire {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpAnswer, HttpError>> {
        let open = HttpSent {
            method: request.method.clone(),
            url: request.endpoint.clone(),
            headers: Vec::new(),
            body: request.body.clone(),
        };
        let sent = HttpSent {
            headers: vec![("Authorization".into(), "Basic c2VjcmV0".into())],
            ..open.clone()
        };
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().remove(0);
        async move {
            answer.map(|(status, body)| HttpAnswer {
                sent,
                open,
                status,
                headers: vec![("content-type".into(), "application/json".into())],
                body: body.into(),
            })
        }
        .boxed()
    }
}

fn http(more: Value) -> Value {
    let mut parameters = json!({"ApiEndpoint": "https://x/a", "Method": "POST",
        "Authentication": {"ConnectionArn": "arn:c"}, "RequestBody": {"n.$": "$.in"}});
    for (name, value) in more.as_object().unwrap() {
        parameters[name] = value.clone();
    }
    one("arn:aws:states:::http:invoke", parameters)
}

#[tokio::test]
async fn an_http_task_has_its_answer_or_its_status_as_the_error() {
    let house = House::new().await;
    let none = run(&house, "none", &http(json!({}))).await.1;
    assert!(
        text(&none, "cause").contains("http:invoke"),
        "without connections: {none}"
    );
    let wire = Arc::new(Wire::default());
    house.service.use_connections(wire.clone());
    *wire.answers.lock().unwrap() = vec![
        Ok((200, "{\"b\":2}")),
        Ok((429, "slow down")),
        Err(HttpError::Socket("timed out".into())),
        Err(HttpError::NoConnection("no".into())),
        Err(HttpError::NotAuthorized("no".into())),
    ];
    let (execution, done) = run(&house, "ok", &http(json!({}))).await;
    let output: Value = serde_json::from_str(&text(&done, "output")).unwrap();
    let headers = json!({"content-type": ["application/json"]});
    let wanted = json!({"Headers": headers, "ResponseBody": {"b": 2}, "StatusCode": 200, "StatusText": "OK"});
    assert_eq!(output, wanted);
    let types = house.event_types(&execution).await;
    assert!(
        types.contains(&"TaskSubmitted".to_owned()) || types.contains(&"TaskSucceeded".to_owned())
    );
    {
        let asked = wire.asked.lock().unwrap();
        assert_eq!(asked[0].body.as_deref(), Some(b"{\"n\":1}".as_slice()));
        assert_eq!(asked[0].connection_arn, "arn:c");
    }
    for (name, error) in [
        ("status", "States.Http.StatusCode.429"),
        ("socket", "States.Http.Socket"),
        ("missing", "Events.ConnectionResource.ResourceNotFound"),
        ("state", "Events.ConnectionResource.InvalidConnectionState"),
    ] {
        let (_, done) = run(&house, name, &http(json!({}))).await;
        assert_eq!(done["error"], error, "{done}");
    }
    let (_, done) = run(&house, "header", &http(json!({"Headers": {"Host": "x"}}))).await;
    assert_eq!(done["error"], "States.Runtime");
    assert_eq!(
        wire.asked.lock().unwrap().len(),
        5,
        "what cannot be sent is not"
    );
}

#[tokio::test]
async fn teststate_traces_http_and_hides_what_the_connection_adds() {
    let house = House::new().await;
    let wire = Arc::new(Wire::default());
    house.service.use_connections(wire.clone());
    let definition = http(json!({}))["States"]["T"].to_string();
    let test = async |level: &str, reveal: bool| {
        wire.answers.lock().unwrap().push(Ok((200, "{}")));
        let mut input = json!({"definition": definition, "roleArn": ROLE, "input": "{\"in\":1}",
            "inspectionLevel": level});
        if reveal {
            input["revealSecrets"] = true.into();
        }
        house.ok("TestState", input).await
    };
    let hidden = test("TRACE", false).await;
    assert_eq!(hidden["status"], "SUCCEEDED");
    let request = &hidden["inspectionData"]["request"];
    assert_eq!(
        *request,
        json!({"protocol": "https", "method": "POST", "url": "https://x/a", "headers": "[]", "body": "{\"n\":1}"})
    );
    assert_eq!(hidden["inspectionData"]["response"]["statusCode"], "200");
    let revealed = test("TRACE", true).await;
    let headers = &revealed["inspectionData"]["request"]["headers"];
    assert_eq!(*headers, "[Authorization: Basic c2VjcmV0]");
    let debug = test("DEBUG", false).await;
    assert_eq!(debug["inspectionData"].get("request"), None);
}
