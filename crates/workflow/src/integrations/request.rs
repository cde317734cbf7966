//! The request of a Task state.

use asl::{ScheduleTask, Value, catalog::ResourceKind};
use aws::{
    ApiError, Call, Invoke, Principal,
    table::{self, Metadata},
};
use serde_json::Value as Json;

use super::{
    Fault, Outside, Trace, events,
    family::{self, Family},
    http_task, lambda,
    shape::{self, Dates},
};
use crate::{driver::Caller, ids};

/// Under which circumstances a request is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    pub now_ms: i64,
    /// An earlier life may have made it already, with the same token.
    pub again: bool,
}

/// Makes a task's request.
pub(crate) async fn request(
    outside: Outside<'_>,
    caller: &Caller,
    task: &ScheduleTask,
    when: When,
) -> Result<Value, Fault> {
    traced(outside, caller, task, when).await.0
}

/// Makes a task's request and returns besides what an HTTP task sent and got.
pub(crate) async fn traced(
    outside: Outside<'_>,
    caller: &Caller,
    task: &ScheduleTask,
    when: When,
) -> (Result<Value, Fault>, Option<Trace>) {
    let what = &task.integration;
    if what.kind == ResourceKind::Optimized && &*what.service == "http" {
        let invoked = http_task::invoke(outside, caller, task).await;
        return (invoked.outcome, invoked.trace);
    }
    (call_service(outside.door, caller, task, when).await, None)
}

async fn call_service(
    door: &dyn Invoke,
    caller: &Caller,
    task: &ScheduleTask,
    when: When,
) -> Result<Value, Fault> {
    match task.integration.kind {
        ResourceKind::Optimized => match family::of(&task.integration) {
            Some(family) => optimised(door, caller, task, family, when).await,
            None => Err(nothing_behind(task)),
        },
        ResourceKind::AwsSdk => sdk(door, caller, task).await,
        ResourceKind::Lambda => {
            lambda::call_function(door, caller, task, &token(caller, task)).await
        }
        ResourceKind::Activity => Err(nothing_behind(task)),
    }
}

/// An integration that is accepted, with no service here that could answer it.
pub(super) fn nothing_behind(task: &ScheduleTask) -> Fault {
    let what = &task.integration;
    Fault::new(
        "States.TaskFailed",
        format!(
            "There is no service behind {}:{} here ({}).",
            what.resource_type, what.resource, task.resource
        ),
    )
}

async fn optimised(
    door: &dyn Invoke,
    caller: &Caller,
    task: &ScheduleTask,
    family: &Family,
    when: When,
) -> Result<Value, Fault> {
    let operation = shape::pascal(&task.integration.action);
    let token = token(caller, task);
    let mut input =
        shape::input(family.service, &operation, &task.arguments, &token).map_err(|unknown| {
            let fields = unknown
                .iter()
                .map(|n| format!("The field \"{n}\" is not supported by Step Functions"));
            unusable(task, fields)
        })?;
    let missing = shape::missing(family.service, &operation, &input);
    if !missing.is_empty() {
        return Err(unusable(
            task,
            missing
                .iter()
                .map(|n| format!("The field \"{n}\" is required but was missing")),
        ));
    }
    if family.name == "events" {
        events::add_resources(&mut input, caller);
    }
    if family.name == "lambda" {
        lambda::pack(&mut input);
    }
    // A child without a name gets one that is the same when it is asked for again.
    let mut named_here = false;
    if (family.name, operation.as_str()) == ("states", "StartExecution")
        && let Some(members) = input.as_object_mut()
    {
        named_here = !members.contains_key("name");
        members
            .entry("name")
            .or_insert_with(|| token.clone().into());
    }
    let answer = match call(door, caller, family.service, &operation, input.clone()).await {
        Err(error) if error.code == "ExecutionAlreadyExists" && (named_here || when.again) => {
            started_before(door, caller, &input, &error)
                .await
                .ok_or_else(|| fault(family, &error, &token))?
        }
        other => other.map_err(|error| fault(family, &error, &token))?,
    };
    let answer = if family.name == "lambda" {
        lambda::judge(answer)?
    } else {
        answer
    };
    // A function's payload is the whole body of Lambda's answer.
    let body = answer
        .get("Payload")
        .filter(|_| family.name == "lambda")
        .unwrap_or(&answer);
    let length = body.to_string().len();
    let mut output = shape::output(family.service, &operation, &answer, Dates::Millis);
    let rest = table::table(family.service)
        .is_some_and(|t| t.service.protocol == table::Protocol::RestJson);
    let version = table::table(family.service)
        .and_then(|t| t.service.json_version.as_deref())
        .unwrap_or("1.0");
    let content = if rest {
        "application/json".to_owned()
    } else {
        format!("application/x-amz-json-{version}")
    };
    add_metadata(&mut output, &token, length, &content, when.now_ms);
    if family.name == "events" {
        events::judge(output)
    } else {
        Ok(output)
    }
}

/// Returns StartExecution's answer of an earlier life, when the execution is ours: same name, same input.
async fn started_before(
    door: &dyn Invoke,
    caller: &Caller,
    input: &Json,
    error: &ApiError,
) -> Option<Json> {
    let arn = error.message.split('\'').nth(1)?;
    let found = call(
        door,
        caller,
        "states",
        "DescribeExecution",
        serde_json::json!({"executionArn": arn}),
    )
    .await;
    let found = found.ok()?;
    let same =
        found.get("input")?.as_str()? == input.get("input").and_then(Json::as_str).unwrap_or("{}");
    same.then(|| serde_json::json!({"executionArn": arn, "startDate": found.get("startDate")}))
}

async fn sdk(door: &dyn Invoke, caller: &Caller, task: &ScheduleTask) -> Result<Value, Fault> {
    let Some(service) = sdk_service(&task.integration.service) else {
        return Err(nothing_behind(task));
    };
    let operation = shape::pascal(&task.integration.action);
    let token = token(caller, task);
    let input = shape::input(&service.signing_name, &operation, &task.arguments, &token);
    let mut input = input.map_err(|unknown| {
        let fields = unknown
            .iter()
            .map(|n| format!("The field \"{n}\" is not supported by Step Functions"));
        unusable(task, fields)
    })?;
    // people write text, Calls carry Base64
    aws::blob::from_text(&service.signing_name, &operation, &mut input);
    let prefix = sdk_name(&service.service_id);
    match call(door, caller, &service.signing_name, &operation, input).await {
        Ok(mut answer) => {
            aws::blob::to_text(&service.signing_name, &operation, &mut answer);
            Ok(shape::output(
                &service.signing_name,
                &operation,
                &answer,
                Dates::Iso,
            ))
        }
        Err(error) if error.code == NOT_CONFIGURED => Err(not_configured(&error)),
        Err(error) => {
            let cause = format!(
                "{} (Service: {prefix}, Status Code: {}, Request ID: {}) (SDK Attempt Count: 1)",
                error.message, error.status, token
            );
            let mut fault = Fault::new(format!("{prefix}.{}", exception(&error.code)), cause);
            fault.passing = super::is_passing(&error);
            fault.unavailable = super::is_unavailable(&error);
            Err(fault)
        }
    }
}

/// Returns the service that `aws-sdk:NAME` means: the service's id without spaces, in small letters.
fn sdk_service(name: &str) -> Option<&'static Metadata> {
    table::tables_available()
        .iter()
        .find(|m| sdk_plain(&m.service_id) == name)
}

/// Returns a service's id as it stands after `aws-sdk:`.
pub(super) fn sdk_plain(service_id: &str) -> String {
    service_id.replace([' ', '-'], "").to_ascii_lowercase()
}

/// Returns a service's id as the Java SDK writes it in names: `SFN` is `Sfn`, `EMR containers` is `EmrContainers`,
/// `DynamoDB` is `DynamoDb`.
fn sdk_name(service_id: &str) -> String {
    let mut name = String::with_capacity(service_id.len());
    // What the last character was: the first of a word stays or becomes a capital, capitals after one do not.
    let (mut begins, mut capital) = (true, false);
    for c in service_id.chars() {
        if c == ' ' || c == '-' {
            (begins, capital) = (true, false);
            continue;
        }
        name.push(if begins {
            c.to_ascii_uppercase()
        } else if capital {
            c.to_ascii_lowercase()
        } else {
            c
        });
        (begins, capital) = (false, c.is_ascii_uppercase());
    }
    name
}

/// The code of a Call to a service that answers elsewhere, while nobody said where.
const NOT_CONFIGURED: &str = "EndpointNotConfigured";

fn not_configured(error: &ApiError) -> Fault {
    Fault::new("States.TaskFailed", error.message.as_str())
}

/// Returns an error's code as SDKs name its class.
fn exception(code: &str) -> String {
    if code.ends_with("Exception") {
        code.to_owned()
    } else {
        format!("{code}Exception")
    }
}

/// Returns the failure of an optimised integration.
pub(super) fn fault(family: &Family, error: &ApiError, request_id: &str) -> Fault {
    if error.code == NOT_CONFIGURED {
        return not_configured(error);
    }
    if error.code == "SdkClientException" {
        // Nobody answered, so there is nothing to tell of an answer.
        let mut fault = Fault::new(
            format!("{}.{}", family.errors, error.code),
            error.message.as_str(),
        );
        fault.passing = true;
        return fault;
    }
    let name = match (family.general, table::table(family.service)) {
        (Some(general), Some(table)) if table.shape_named(&error.code).is_none() => {
            general.to_owned()
        }
        _ => exception(&error.code),
    };
    let cause = format!(
        "{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {request_id}; Proxy: null)",
        error.message, family.title, error.status, error.code
    );
    let mut fault = Fault::new(format!("{}.{name}", family.errors), cause);
    fault.passing = super::is_passing(error);
    fault.unavailable = super::is_unavailable(error);
    fault
}

fn unusable(task: &ScheduleTask, fields: impl Iterator<Item = String>) -> Fault {
    let fields: Vec<String> = fields.collect();
    let cause = format!(
        "The Parameters '{}' could not be used to start the Task: [{}]",
        task.arguments.to_text(),
        fields.join(", ")
    );
    Fault::new("States.Runtime", cause)
}

/// Returns the token that makes a task's request idempotent: the same whenever it is made again.
fn token(caller: &Caller, task: &ScheduleTask) -> String {
    ids::derived(&[
        &caller.execution_arn,
        &task.task.to_string(),
        &task.resource,
    ])
}

/// Calls a service for an execution.
pub(super) async fn call(
    door: &dyn Invoke,
    caller: &Caller,
    service: &str,
    operation: &str,
    input: Json,
) -> Result<Json, ApiError> {
    let mut principal = Principal::root(&caller.account, &caller.region);
    principal.arn = caller.role_arn.clone();
    let call = Call {
        service: service.into(),
        operation: operation.into(),
        input,
        principal,
        request_id: aws::ids::request_id(),
    };
    door.call(call).await
}

/// Adds what AWS's own client tells of the HTTP exchange.
///
/// **Shape**: the values of `AllHttpHeaders` are lists.
fn add_metadata(
    output: &mut Value,
    request_id: &str,
    length: usize,
    content_type: &str,
    now_ms: i64,
) {
    let Value::Object(members) = output else {
        return;
    };
    let members = std::sync::Arc::make_mut(members);
    let one = |text: &str| Value::array([Value::from(text)]);
    let length = length.to_string();
    let now = aws::time::encode(
        &Json::from(aws::time::from_millis(now_ms)),
        table::TimestampFormat::Rfc822,
    );
    let date = Value::from(&now);
    let all = Value::object([
        ("x-amzn-RequestId", one(request_id)),
        ("connection", one("keep-alive")),
        ("Content-Length", one(&length)),
        ("Date", Value::array([date.clone()])),
        ("Content-Type", one(content_type)),
    ]);
    let headers = Value::object([
        ("connection", Value::from("keep-alive")),
        ("Content-Length", Value::from(length)),
        ("Content-Type", Value::from(content_type)),
        ("Date", date),
        ("x-amzn-RequestId", Value::from(request_id)),
    ]);
    let http = Value::object([
        ("AllHttpHeaders", all),
        ("HttpHeaders", headers),
        ("HttpStatusCode", Value::from(200_i64)),
    ]);
    members.insert("SdkHttpMetadata".into(), http);
    let response = Value::object([("RequestId", Value::from(request_id))]);
    members.insert("SdkResponseMetadata".into(), response);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_names_as_the_java_sdk_has_them() {
        let names = [
            ("SFN", "Sfn"),
            ("EMR containers", "EmrContainers"),
            ("EventBridge", "EventBridge"),
            ("S3", "S3"),
            ("DynamoDB", "DynamoDb"),
            ("SQS", "Sqs"),
        ];
        for (id, name) in names {
            assert_eq!(sdk_name(id), name);
        }
        assert_eq!(sdk_service("sfn").unwrap().signing_name, "states");
        assert_eq!(
            sdk_service("emrcontainers").unwrap().signing_name,
            "emr-containers"
        );
        assert_eq!(sdk_service("cloudwatchlogs").unwrap().signing_name, "logs");
        assert!(sdk_service("nonsense").is_none());
        assert_eq!(
            (exception("InvalidToken"), exception("XException")),
            ("InvalidTokenException".into(), "XException".into())
        );
    }
}
