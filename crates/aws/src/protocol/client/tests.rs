//! Requests as botocore makes them, and answers as the services give them.

use http::Response;
use serde_json::{Value, json};

use super::{outcome, request};
use crate::{ApiError, table};

fn made(service: &str, operation: &str, input: Value) -> (String, Vec<(String, String)>, String) {
    let table = table::table(service).unwrap();
    let request = request(table, table.operation(operation).unwrap(), &input).unwrap();
    let headers = request.headers().iter();
    (
        format!("{} {}", request.method(), request.uri()),
        headers
            .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
            .collect(),
        String::from_utf8(request.body().to_vec()).unwrap(),
    )
}

fn answered(
    service: &str,
    operation: &str,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Value, ApiError> {
    let table = table::table(service).unwrap();
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let (parts, ()) = response.body(()).unwrap().into_parts();
    outcome(
        table,
        table.operation(operation).unwrap(),
        &parts,
        body.as_bytes(),
    )
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn lambda_is_invoked_over_rest_json() {
    let (line, headers, body) = made(
        "lambda",
        "Invoke",
        json!({"FunctionName": "arn:aws:lambda:us-east-1:0:function:f", "Qualifier": "1",
            "InvocationType": "Event", "Payload": "eyJhIjoxfQ=="}),
    );
    assert_eq!(
        line,
        "POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A0%3Afunction%3Af/invocations?Qualifier=1"
    );
    assert!(headers.contains(&header("x-amz-invocation-type", "Event")));
    assert_eq!(body, r#"{"a":1}"#);
    let output = answered(
        "lambda",
        "Invoke",
        200,
        &[
            ("x-amz-function-error", "Unhandled"),
            ("x-amz-executed-version", "$LATEST"),
        ],
        "[1]",
    );
    assert_eq!(
        output.unwrap(),
        json!({"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST", "Payload": "WzFd"})
    );
    let missing = answered(
        "lambda",
        "Invoke",
        404,
        &[("x-amzn-errortype", "ResourceNotFoundException:http://x/")],
        r#"{"Type":"User","Message":"Function not found: f"}"#,
    );
    let missing = missing.unwrap_err();
    assert_eq!(
        (
            missing.code.as_str(),
            missing.message.as_str(),
            missing.status
        ),
        ("ResourceNotFoundException", "Function not found: f", 404)
    );
}

#[test]
fn a_body_of_rest_json_has_only_what_belongs_there() {
    let (line, headers, body) = made(
        "lambda",
        "PublishVersion",
        json!({"FunctionName": "f", "Description": "d"}),
    );
    assert_eq!(line, "POST /2015-03-31/functions/f/versions");
    assert!(headers.contains(&header("content-type", "application/json")));
    assert_eq!(body, r#"{"Description":"d"}"#);
    let (line, _, body) = made(
        "lambda",
        "GetFunction",
        json!({"FunctionName": "f", "Qualifier": "1"}),
    );
    assert_eq!(
        (line.as_str(), body.as_str()),
        ("GET /2015-03-31/functions/f?Qualifier=1", "")
    );
}

#[test]
fn sqs_and_dynamodb_speak_json() {
    let (line, headers, body) = made(
        "sqs",
        "SendMessage",
        json!({"QueueUrl": "http://q", "MessageBody": "b"}),
    );
    assert_eq!(line, "POST /");
    assert!(headers.contains(&header("x-amz-target", "AmazonSQS.SendMessage")));
    assert!(headers.contains(&header("content-type", "application/x-amz-json-1.0")));
    assert_eq!(body, r#"{"QueueUrl":"http://q","MessageBody":"b"}"#);
    let gone = answered(
        "sqs",
        "SendMessage",
        400,
        &[],
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"#,
    );
    assert_eq!(gone.unwrap_err().code, "QueueDoesNotExist");
    let (_, headers, _) = made(
        "dynamodb",
        "GetItem",
        json!({"TableName": "t", "Key": {"k": {"S": "v"}}}),
    );
    assert!(headers.contains(&header("x-amz-target", "DynamoDB_20120810.GetItem")));
    let item = answered(
        "dynamodb",
        "GetItem",
        200,
        &[],
        r#"{"Item":{"k":{"S":"v"}}}"#,
    );
    assert_eq!(item.unwrap(), json!({"Item": {"k": {"S": "v"}}}));
}

#[test]
fn sns_speaks_the_query_protocol() {
    let (line, headers, body) = made(
        "sns",
        "Publish",
        json!({"TopicArn": "arn:t", "Message": "a b", "MessageAttributes":
            {"n": {"DataType": "String", "StringValue": "v"}}}),
    );
    assert_eq!(line, "POST /");
    assert!(headers.contains(&header(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8"
    )));
    assert_eq!(
        body,
        "Action=Publish&Version=2010-03-31&TopicArn=arn%3At&Message=a%20b&MessageAttributes.entry.1.Name=n\
         &MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v"
    );
    let published = answered(
        "sns",
        "Publish",
        200,
        &[],
        r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId>
           </PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"#,
    );
    assert_eq!(published.unwrap(), json!({"MessageId": "m"}));
    let gone = answered(
        "sns",
        "Publish",
        404,
        &[],
        "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error>\
         <RequestId>r</RequestId></ErrorResponse>",
    );
    let gone = gone.unwrap_err();
    assert_eq!(
        (gone.code.as_str(), gone.message.as_str(), gone.status),
        ("NotFoundException", "Topic does not exist", 404)
    );
}

#[test]
fn an_answer_that_tells_nothing_is_named_by_its_status() {
    let failed = answered("sqs", "SendMessage", 502, &[], "").unwrap_err();
    assert_eq!(
        (failed.code.as_str(), failed.message.as_str()),
        ("BadGateway", "Bad Gateway")
    );
    assert!(answered("sqs", "SendMessage", 200, &[], "no json").is_err());
}
