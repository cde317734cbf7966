//! Envelopes: outputs, errors, and what is not there, per protocol.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{Body, Door, body_limit_bytes},
    support::{Fake, ask, json_request, request},
};
use crate::{ApiError, Call, Context, Invoke, Operations, Principal, Service};

fn door(name: &'static str, operation: &'static str, answer: Result<Value, ApiError>) -> Door {
    Door::builder()
        .service(Fake::new(name, &[operation], answer))
        .build()
}

const SIGNED_EMR: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-west-2/emr-containers/aws4_request, SignedHeaders=host, Signature=0",
);
const SIGNED_EKS: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-west-2/eks/aws4_request, SignedHeaders=host, Signature=0",
);
const FORM: (&str, &str) = (
    "content-type",
    "application/x-www-form-urlencoded; charset=utf-8",
);

#[tokio::test]
async fn aws_json() {
    let output = json!({"executionArn": "arn", "startDate": 1_700_000_000.25});
    let door = door("states", "StartExecution", Ok(output.clone()));
    let answer = ask(
        &door,
        json_request(
            "AWSStepFunctions.StartExecution",
            r#"{"stateMachineArn":"a"}"#,
        ),
    )
    .await;
    assert_eq!((answer.status, answer.json()), (200, output));
    assert_eq!(answer.header("content-type"), "application/x-amz-json-1.0");
    assert_eq!(answer.header("x-amzn-requestid").len(), 36);

    let missing = ask(&door, json_request("AWSStepFunctions.StartExecution", "{}")).await;
    assert_eq!(missing.status, 400);
    assert_eq!(
        missing.json(),
        json!({
            "__type": "ValidationException",
            "message": "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: \
                        Member must not be null"
        })
    );
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let door = door("athena", "ListWorkGroups", Ok(json!({})));
    for body in [
        &b"{"[..],
        b"",
        b"null",
        b"\"x\"",
        b"{\"MaxResults\": 1,}",
        b"\xff\xfe{}",
        b"{\"NextToken\":\"\xc3\"}",
    ] {
        let answer = ask(&door, json_request("AmazonAthena.ListWorkGroups", body)).await;
        assert_eq!(
            (answer.status, answer.json()),
            (400, json!({"__type": "SerializationException"})),
            "{body:?}"
        );
    }
    let list = ask(&door, json_request("AmazonAthena.ListWorkGroups", "[]")).await;
    let expected = json!({"__type": "SerializationException", "Message": "Start of list found where not expected"});
    assert_eq!(list.json(), expected);
    let deep = "[".repeat(100_000);
    assert_eq!(
        ask(&door, json_request("AmazonAthena.ListWorkGroups", deep))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn athena_says_it_in_its_own_members() {
    let door = door("athena", "GetWorkGroup", Ok(json!({})));
    let answer = ask(
        &door,
        json_request("AmazonAthena.GetWorkGroup", r#"{"WorkGroup": null}"#),
    )
    .await;
    assert_eq!(
        answer.json(),
        json!({
            "__type": "InvalidRequestException",
            "Message": "1 validation error detected: Value null at 'workGroup' failed to satisfy constraint: Member \
                        must not be null",
            "AthenaErrorCode": "INVALID_INPUT",
            "ErrorCode": "INVALID_INPUT"
        })
    );
}

#[tokio::test]
async fn rest_json() {
    let output = json!({"jobRun": {"id": "j", "state": "RUNNING", "createdAt": 1_700_000_000.25}});
    let door = door("emr-containers", "DescribeJobRun", Ok(output));
    let path = "/virtualclusters/vc1/jobruns/j1";
    let answer = ask(&door, request("GET", path, &[SIGNED_EMR], Body::empty())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json(),
        json!({"jobRun": {"id": "j", "state": "RUNNING", "createdAt": "2023-11-14T22:13:20.250Z"}})
    );
    assert_eq!(answer.header("content-type"), "application/json");

    let wrong = ask(
        &door,
        request(
            "GET",
            "/virtualclusters/VC!/jobruns/j1",
            &[SIGNED_EMR],
            Body::empty(),
        ),
    )
    .await;
    assert_eq!(wrong.header("x-amzn-errortype"), "ValidationException");
    assert_eq!(
        wrong.json(),
        json!({"message": "1 validation error detected: Value 'VC!' at 'virtualClusterId' failed to satisfy constraint: \
                           Member must satisfy regular expression pattern: [0-9a-z]+"})
    );
    let nowhere = ask(
        &door,
        request("GET", "/nowhere", &[SIGNED_EMR], Body::empty()),
    )
    .await;
    assert_eq!(
        (nowhere.status, nowhere.header("x-amzn-errortype")),
        (404, "UnknownOperationException")
    );
}

#[tokio::test]
async fn an_error_takes_its_status_from_the_model() {
    let error = ApiError::new("ResourceNotFoundException", "No cluster found for name: x.")
        .with_field("clusterName", "x");
    let eks = door("eks", "DescribeCluster", Err(error));
    let answer = ask(
        &eks,
        request("GET", "/clusters/x", &[SIGNED_EKS], Body::empty()),
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("x-amzn-errortype")),
        (404, "ResourceNotFoundException")
    );
    assert_eq!(
        answer.json(),
        json!({"message": "No cluster found for name: x.", "clusterName": "x"})
    );

    let glue = door(
        "glue",
        "GetDatabase",
        Err(ApiError::new(
            "EntityNotFoundException",
            "Database x not found.",
        )),
    );
    let answer = ask(
        &glue,
        json_request("AWSGlue.GetDatabase", r#"{"Name":"x"}"#),
    )
    .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json(),
        json!({"__type": "EntityNotFoundException", "Message": "Database x not found."})
    );

    let broken = door(
        "states",
        "ListActivities",
        Err(ApiError::internal("the disk is gone")),
    );
    let answer = ask(
        &broken,
        json_request("AWSStepFunctions.ListActivities", "{}"),
    )
    .await;
    assert_eq!(answer.status, 500);
    assert!(!answer.text.contains("disk"), "{}", answer.text);
}

#[tokio::test]
async fn query() {
    let output = json!({
        "Credentials": {"AccessKeyId": "A<&>", "Expiration": 1_700_000_000, "SecretAccessKey": "s", "SessionToken": "t"},
        "PackedPolicySize": 6
    });
    let door = door("sts", "AssumeRole", Ok(output));
    let good = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fr&RoleSessionName=ss";
    let answer = ask(&door, request("POST", "/", &[FORM], good)).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/xml")
    );
    let request_id = answer.header("x-amzn-requestid");
    assert_eq!(
        answer.text,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>A&lt;&amp;&gt;</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
             <Expiration>2023-11-14T22:13:20Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize>\
             </AssumeRoleResult><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></AssumeRoleResponse>"
        )
    );
    let short = ask(
        &door,
        request("POST", "/", &[FORM], good.replace("=ss", "=s")),
    )
    .await;
    assert_eq!(short.status, 400);
    assert!(
        short.text.contains(
            "<Error><Type>Sender</Type><Code>ValidationError</Code><Message>1 validation error detected: Value &apos;s&apos; \
             at &apos;roleSessionName&apos;"
        ),
        "{}",
        short.text
    );
    let unknown = ask(
        &door,
        request("POST", "/", &[FORM], "Action=Dance&Version=2011-06-15"),
    )
    .await;
    assert!(
        unknown.text.contains("<Code>InvalidAction</Code>"),
        "{}",
        unknown.text
    );
    let none = ask(&door, request("POST", "/", &[FORM], "Version=2011-06-15")).await;
    assert!(
        none.text.contains("<Code>MissingAction</Code>"),
        "{}",
        none.text
    );
    let get = ask(
        &door,
        request(
            "GET",
            &format!("/?{good}"),
            &[("host", "sts.localhost:4566")],
            Body::empty(),
        ),
    )
    .await;
    assert_eq!(get.status, 200, "{}", get.text);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let door = door("states", "StartExecution", Ok(json!({})));
    let cases = [
        (
            json_request("AWSStepFunctions.TestState", "{}"),
            501,
            "states:TestState is not implemented",
        ),
        (
            json_request("AWSGlue.StartCrawler", "{}"),
            501,
            "glue:StartCrawler is not implemented",
        ),
        (
            json_request("AWSStepFunctions.Dance", "{}"),
            400,
            "SFN has no operation 'Dance'",
        ),
        (
            json_request("Kinesis_20131202.ListStreams", "{}"),
            501,
            "Taxiway has no service 'Kinesis_20131202'",
        ),
        (
            request("POST", "/virtualclusters", &[SIGNED_EMR], "{}"),
            501,
            "emr-containers:CreateVirtualCluster",
        ),
        (
            request("POST", "/", &[FORM], "Action=ListUsers&Version=2010-05-08"),
            501,
            "iam:ListUsers",
        ),
        (
            request("PUT", "/bucket/key?partNumber=1&uploadId=u", &[], "x"),
            501,
            "s3:UploadPart is not",
        ),
        (
            request(
                "POST",
                "/",
                &[FORM],
                "Action=DescribeInstances&Version=2016-11-15",
            ),
            501,
            "<Errors><Error><Code>NotImplemented</Code>",
        ),
        (
            request("GET", "/bucket/key?uploadId=u", &[], ""),
            501,
            "s3:ListParts is not",
        ),
        (
            request("GET", "/bucket?list-type=2", &[], ""),
            501,
            "s3:ListObjectsV2 is not",
        ),
        (
            request("PUT", "/b/k", &[("x-amz-copy-source", "/a/b")], ""),
            501,
            "s3:CopyObject is not",
        ),
        (request("PUT", "/b/k", &[], "x"), 501, "s3:PutObject is not"),
        (
            request("GET", "/bucket/key?uploadId=u", &[], ""),
            501,
            "s3:ListParts is not",
        ),
        (
            request("GET", "/bucket?list-type=2", &[], ""),
            501,
            "s3:ListObjectsV2 is not",
        ),
        (
            request("PUT", "/b/k", &[("x-amz-copy-source", "/a/b")], ""),
            501,
            "s3:CopyObject is not",
        ),
        (request("PUT", "/b/k", &[], "x"), 501, "s3:PutObject is not"),
        (
            request("GET", "/", &[], Body::empty()),
            501,
            "s3:ListBuckets is not",
        ),
    ];
    for (request, status, text) in cases {
        let answer = ask(&door, request).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(text), "{text}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let door = door("states", "StartExecution", Ok(json!({})));
    let limit = body_limit_bytes("states");
    let filling = |bytes: usize| format!(r#"{{"stateMachineArn":"{}"}}"#, "a".repeat(bytes - 22));
    let at_limit = ask(
        &door,
        json_request("AWSStepFunctions.StartExecution", filling(limit)),
    )
    .await;
    assert_eq!(at_limit.json()["__type"], "ValidationException");
    let known = Body::from(filling(limit + 1));
    let pieces = futures::stream::iter(
        filling(limit + 1)
            .into_bytes()
            .chunks(1000)
            .map(|c| Ok::<_, std::io::Error>(c.to_vec().into()))
            .collect::<Vec<_>>(),
    );
    for body in [known, Body::stream(pieces)] {
        let answer = ask(&door, json_request("AWSStepFunctions.StartExecution", body)).await;
        assert_eq!(
            (answer.status, answer.json()["__type"].as_str()),
            (413, Some("RequestEntityTooLargeException"))
        );
        assert_eq!(
            answer.json()["message"],
            "HTTP content length exceeded 1049600 bytes."
        );
    }
}

#[tokio::test]
async fn gzipped_bodies_are_unpacked_up_to_the_limit() {
    use std::io::Write;
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let door = door("logs", "CreateLogGroup", Ok(Value::Null));
    let send = |body: Vec<u8>| {
        request(
            "POST",
            "/",
            &[
                ("x-amz-target", "Logs_20140328.CreateLogGroup"),
                ("content-encoding", "gzip"),
            ],
            body,
        )
    };
    let answer = ask(&door, send(gzip(r#"{"logGroupName":"g"}"#))).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
    assert_eq!(
        ask(&door, send(gzip(&" ".repeat(body_limit_bytes("logs") + 1))))
            .await
            .status,
        413
    );
    assert_eq!(ask(&door, send(b"no gzip".to_vec())).await.status, 400);
}

#[tokio::test]
async fn calls_between_services_are_validated_too() {
    let fake = Fake::new("emr-containers", &["StartJobRun"], Ok(json!({"id": "j"})));
    let door = Door::builder().service(fake.clone()).build();
    let call = |operation: &str, input: Value| Call {
        service: "emr-containers".into(),
        operation: operation.into(),
        input,
        principal: Principal::root("111111111111", "eu-west-1"),
        request_id: "r".into(),
    };
    let output = door
        .call(call("StartJobRun", json!({"virtualClusterId": "abc"})))
        .await
        .unwrap();
    assert_eq!(output, json!({"id": "j"}));
    {
        let seen = fake.seen.lock().unwrap();
        let (_, context, input) = &seen[0];
        assert_eq!(context.account(), "111111111111");
        assert_eq!(
            input["clientToken"].as_str().map(str::len),
            Some(36),
            "a token is filled in"
        );
    }
    let refused = door.call(call("StartJobRun", json!({}))).await.unwrap_err();
    assert!(
        refused.message.contains("Value null at 'virtualClusterId'"),
        "{refused}"
    );
    let missing = door
        .call(call("CancelJobRun", json!({})))
        .await
        .unwrap_err();
    assert_eq!(
        (missing.code.as_str(), missing.status),
        ("NotImplemented", 501)
    );
    assert_eq!(
        door.call(call("Dance", json!({}))).await.unwrap_err().code,
        "UnknownOperationException"
    );
    let elsewhere = Call {
        service: "sqs".into(),
        ..call("SendMessage", json!({}))
    };
    assert_eq!(door.call(elsewhere).await.unwrap_err().status, 501);
}

struct Panicking;

impl Service for Panicking {
    fn name(&self) -> &'static str {
        "states"
    }

    fn operations(self: Arc<Self>) -> Operations {
        async fn broken(_: Arc<Panicking>, _: Context, _: Value) -> Result<Value, ApiError> {
            panic!("a bug")
        }
        Operations::new().on(&self, "ListActivities", broken)
    }
}

#[tokio::test]
async fn a_handler_that_panics_fails_alone() {
    let door = Door::builder().service(Arc::new(Panicking)).build();
    let answer = ask(&door, json_request("AWSStepFunctions.ListActivities", "{}")).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["__type"], "InternalServerException");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_request_makes_the_door_panic(
        method in "(GET|POST|PUT|DELETE|OPTIONS|[A-Z]{1,8})",
        uri in "/[!-~&&[^\"<>\\\\^`{|}#]]{0,60}",
        names in proptest::collection::vec(
            prop::sample::select(vec![
                "authorization", "x-amz-target", "content-type", "host", "origin", "x-amz-content-sha256",
                "x-amz-decoded-content-length", "content-encoding", "x-amz-date", "x-amz-trailer",
            ]), 0..5),
        values in proptest::collection::vec(
            prop_oneof![
                "[ -~]{0,80}",
                Just("AWS4-HMAC-SHA256 Credential=a/b/c/sts/aws4_request, SignedHeaders=x, Signature=y".to_owned()),
                Just("AWSStepFunctions.StartExecution".to_owned()),
                Just("STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
                Just("gzip".to_owned()),
                Just("application/x-www-form-urlencoded".to_owned()),
            ], 5),
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let Ok(uri) = uri.parse::<http::Uri>() else { return Ok(()) };
        let mut request = request("GET", "/", &[], body);
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = uri;
        for (name, value) in names.iter().zip(&values) {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let door = Door::builder()
            .service(Arc::new(Panicking))
            .service(Fake::new("sts", &["GetCallerIdentity", "AssumeRole"], Ok(json!({}))))
            .raw("s3", Arc::new(super::raw::Store::default()))
            .build();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(ask(&door, request));
        prop_assert!(answer.status >= 200);
        prop_assert!(answer.status != 500 || answer.text.contains("InternalServerException"), "{}", answer.text);
    }
}
