//! TestState calls whose state needs no service: all of the recordings mock it.

use asl::{
    Env,
    test_state::{
        FieldValidationMode, Mock, MockError, Shape, ShapeMember, Shapes, Test, TestRequest,
        check_result,
    },
};
use regex::Regex;
use serde_json::{Value, json};

use super::Outcome;
use crate::compare;

pub fn run(body: &Value) -> Outcome {
    let mut matching = compare::Match::default();
    for (i, call) in body["calls"].as_array().unwrap().iter().enumerate() {
        let request = filled(&call["request"]);
        let expected = &call["expected"];
        if expected.is_null() {
            continue;
        }
        let mut got = answer(&request);
        if let Some(metadata) = expected["response"].get("ResponseMetadata") {
            got["response"]["ResponseMetadata"] = metadata.clone();
        }
        if let (Some(error), Some(status)) = (got.get_mut("error"), expected["error"].get("status"))
        {
            error["status"] = status.clone();
        }
        let plain = got
            .to_string()
            .replace("arn:aws:", "arn:<partition>:")
            .replace("000000000000", "<account>");
        got = serde_json::from_str(&plain.replace("us-east-1", "<region>")).unwrap();
        compare::normalise(&mut got);
        if !matching.same(expected, &got) {
            let found = compare::differences(expected, &got).join("\n  ");
            return Outcome::Fail(format!("call {i}: {found}"));
        }
    }
    Outcome::Pass
}

/// Replaces `{{…}}`: made-up names.
fn filled(request: &Value) -> Value {
    let text = request.to_string();
    let text = Regex::new(r"\{\{uuid:\d+\}\}")
        .unwrap()
        .replace_all(&text, "01234567-89ab-4def-8123-456789abcdef");
    let text = Regex::new(r"\{\{uid:\d+\}\}")
        .unwrap()
        .replace_all(&text, "01234567");
    let text = Regex::new(r"\{\{role(:\d+)?\}\}")
        .unwrap()
        .replace_all(&text, "arn:<partition>:iam::<account>:role/r1");
    serde_json::from_str(&text).unwrap()
}

fn answer(request: &Value) -> Value {
    let text = |name: &str| request[name].as_str().map(str::to_owned);
    let mock = &request["mock"];
    let configuration = &request["stateConfiguration"];
    let asked = TestRequest {
        definition: text("definition").unwrap(),
        state_name: text("stateName"),
        input: text("input"),
        role_arn: text("roleArn"),
        mock: mock.is_object().then(|| Mock {
            result: mock["result"].as_str().map(str::to_owned),
            error: mock.get("errorOutput").map(|e| MockError {
                error: e["error"].as_str().map(str::to_owned),
                cause: e["cause"].as_str().map(str::to_owned),
            }),
        }),
        context: text("context"),
        variables: text("variables"),
        retrier_retry_count: configuration["retrierRetryCount"]
            .as_u64()
            .map(|n| n as u32),
        map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
        error_caused_by_state: configuration["errorCausedByState"]
            .as_str()
            .map(str::to_owned),
        map_item_reader_data: None,
        arn_prefix: "arn:<partition>:states:<region>:<account>".to_owned(),
        machine_name: "m1".to_owned(),
        execution_name: "e1".to_owned(),
        region: "us-east-1".to_owned(),
    };
    let env = Env {
        now_ms: 1_700_000_000_000,
        seed: 5,
    };
    let refusal = |code: &str, message: &str| json!({"error": {"code": code, "message": message}});
    if let Err(message) = checked(request) {
        return refusal("ValidationException", &message);
    }
    let report = match Test::new(&asked, &env) {
        Ok(test) => test.report(),
        Err(e) => return refusal(e.code, &e.message),
    };
    let mut response = json!({"status": report.status.as_str()});
    let fields = [
        ("output", report.output.as_deref()),
        ("error", report.error.as_deref()),
        ("cause", report.cause.as_deref()),
        ("nextState", report.next_state.as_deref()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            response[name] = json!(value);
        }
    }
    if request["inspectionLevel"] != "INFO" {
        response["inspectionData"] = report
            .inspection
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_json()))
            .collect::<serde_json::Map<_, _>>()
            .into();
    }
    json!({ "response": response })
}

/// The mocked result against the shapes that these recordings are about.
fn checked(request: &Value) -> Result<(), String> {
    let definition: Value = serde_json::from_str(request["definition"].as_str().unwrap()).unwrap();
    let mode = match request["mock"]["fieldValidationMode"].as_str() {
        Some("NONE") => FieldValidationMode::None,
        Some("PRESENT") => FieldValidationMode::Present,
        _ => FieldValidationMode::Strict,
    };
    let (Some(resource), Some(result)) = (
        definition["Resource"].as_str(),
        request["mock"]["result"].as_str(),
    ) else {
        return Ok(());
    };
    let Ok(result) = asl::Value::parse(result) else {
        return Ok(());
    };
    let action = resource.rsplit(':').next().unwrap();
    check_result(&result, action, &Known, mode)
}

struct Known;

impl Shapes for Known {
    fn shape(&self, id: &str) -> Option<Shape> {
        let structure = |members: &[(&str, &str)]| Shape::Structure {
            members: members
                .iter()
                .map(|(name, shape)| ShapeMember {
                    name: (*name).to_owned(),
                    shape: (*shape).to_owned(),
                    required: matches!(*name, "executionArn" | "startDate"),
                })
                .collect(),
        };
        Some(match id {
            "encrypt" => structure(&[("CiphertextBlob", "Ciphertext")]),
            "Ciphertext" => Shape::Blob {
                min: Some(1),
                max: Some(6144),
            },
            "getFunction" => structure(&[("Configuration", "FunctionConfiguration")]),
            "FunctionConfiguration" => structure(&[("MemorySize", "MemorySize")]),
            "MemorySize" => Shape::Number {
                min: Some(128.0),
                max: Some(10240.0),
            },
            "putItem" => structure(&[("ConsumedCapacity", "ConsumedCapacity")]),
            "ConsumedCapacity" => structure(&[("CapacityUnits", "Double")]),
            "Double" => Shape::Number {
                min: None,
                max: None,
            },
            "putEvents" => structure(&[("Entries", "Entries")]),
            "Entries" => Shape::List {
                item: "Entry".to_owned(),
            },
            "Entry" => structure(&[("EventId", "String")]),
            "startExecution" => structure(&[("executionArn", "String"), ("startDate", "String")]),
            "String" => Shape::Text {
                min: None,
                max: None,
            },
            _ => return None,
        })
    }
}
