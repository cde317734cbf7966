//! Lambda: `lambda:invoke`, and a function's own ARN as the resource.

use asl::{ScheduleTask, Value};
use aws::Invoke;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};

use super::{Fault, family::Family, request};
use crate::driver::Caller;

pub(super) static FAMILY: Family = Family {
    name: "lambda",
    service: "lambda",
    errors: "Lambda",
    general: Some("AWSLambdaException"),
    title: "AWSLambda",
    syncs: &[],
};

/// Makes the payload of a request what a Call has: any JSON, as Base64 of its text.
pub(super) fn pack(input: &mut Json) {
    if let Some(payload) = input.get_mut("Payload") {
        *payload = BASE64_STANDARD.encode(payload.to_string()).into();
    }
}

/// Returns the answer with its payload as JSON, or the function's error: what it calls its type, and the whole
/// payload as the cause.
pub(super) fn judge(mut answer: Json) -> Result<Json, Fault> {
    let payload = answer.get("Payload").and_then(Json::as_str);
    let payload = payload.and_then(|text| BASE64_STANDARD.decode(text).ok());
    let text = payload.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_default();
    let read: Option<Json> = serde_json::from_str(&text).ok();
    if answer.get("FunctionError").is_some_and(|e| !e.is_null()) {
        let error = read.as_ref().and_then(|p| p.get("errorType")?.as_str());
        return Err(Fault::new(error.unwrap_or("Lambda.Unknown"), text));
    }
    if let Some(members) = answer.as_object_mut() {
        // An asynchronous invocation has an empty one.
        let payload = read.unwrap_or_else(|| {
            if text.is_empty() {
                json!({})
            } else {
                text.into()
            }
        });
        members.insert("Payload".into(), payload);
    }
    Ok(answer)
}

/// Invokes the function that is the task's resource; its payload is the result.
pub(super) async fn call_function(
    door: &dyn Invoke,
    caller: &Caller,
    task: &ScheduleTask,
    request_id: &str,
) -> Result<Value, Fault> {
    let mut input = json!({"FunctionName": task.resource, "Payload": task.arguments.to_json()});
    pack(&mut input);
    let answer = request::call(door, caller, "lambda", "Invoke", input).await;
    let answer = answer.map_err(|error| request::fault(&FAMILY, &error, request_id))?;
    let answer = judge(answer)?;
    Ok(Value::from(answer.get("Payload").unwrap_or(&Json::Null)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(payload: &str, error: Option<&str>) -> Json {
        let mut answer = json!({"StatusCode": 200, "Payload": BASE64_STANDARD.encode(payload)});
        if let Some(error) = error {
            answer["FunctionError"] = error.into();
        }
        answer
    }

    #[test]
    fn a_payload_is_json_both_ways() {
        let mut input = json!({"Payload": "text"});
        pack(&mut input);
        assert_eq!(input["Payload"], BASE64_STANDARD.encode("\"text\""));
        let judged = judge(answer("{\"a\":[1]}", None)).unwrap();
        assert_eq!(judged, json!({"StatusCode": 200, "Payload": {"a": [1]}}));
        assert_eq!(judge(answer("", None)).unwrap()["Payload"], json!({}));
    }

    #[test]
    fn a_functions_error_is_the_tasks() {
        let payload = r#"{"errorMessage":"no","errorType":"MyError","stackTrace":[]}"#;
        let fault = judge(answer(payload, Some("Unhandled"))).unwrap_err();
        assert_eq!(
            (&*fault.error, fault.cause.as_deref()),
            ("MyError", Some(payload))
        );
        let bare = judge(answer(r#"{"errorMessage":"exited"}"#, Some("Unhandled"))).unwrap_err();
        assert_eq!(&*bare.error, "Lambda.Unknown");
    }
}
