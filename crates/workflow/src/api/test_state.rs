//! TestState: one state alone.

use std::sync::Arc;

use asl::{
    Env, Value,
    catalog::Pattern,
    test_state::{FieldValidationMode, Mock, MockError, Refusal, TaskOutcome, Test, TestRequest},
};
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::{StepFunctions, driver::Caller, ids, integrations, names, refusal, results};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestInput {
    definition: String,
    role_arn: Option<String>,
    input: Option<String>,
    inspection_level: Option<String>,
    reveal_secrets: Option<bool>,
    variables: Option<String>,
    state_name: Option<String>,
    mock: Option<MockInput>,
    context: Option<String>,
    state_configuration: Option<Configuration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MockInput {
    result: Option<String>,
    error_output: Option<ErrorOutput>,
    field_validation_mode: Option<String>,
}

#[derive(Deserialize)]
struct ErrorOutput {
    error: Option<String>,
    cause: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    retrier_retry_count: Option<u32>,
    error_caused_by_state: Option<String>,
    map_iteration_failure_count: Option<u64>,
    map_item_reader_data: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inspection_data: Option<Map<String, serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_state: Option<Arc<str>>,
    status: &'static str,
}

pub(crate) async fn test(
    service: Arc<StepFunctions>,
    context: Context,
    input: TestInput,
) -> Result<TestOutput, ApiError> {
    if let Some(role) = &input.role_arn {
        names::check_role(role)?;
    }
    let level = input.inspection_level.as_deref().unwrap_or("INFO");
    if input.reveal_secrets == Some(true) && level != "TRACE" {
        return Err(refusal::validation(
            "RevealSecrets can only be set to true when the inspection level is TRACE",
        ));
    }
    check_mock(&input)?;
    let configuration = input.state_configuration.unwrap_or_default();
    let request = TestRequest {
        definition: input.definition,
        state_name: input.state_name,
        input: input.input,
        role_arn: input.role_arn.clone(),
        mock: input.mock.map(|m| Mock {
            result: m.result,
            error: m.error_output.map(|e| MockError {
                error: e.error,
                cause: e.cause,
            }),
        }),
        context: input.context,
        variables: input.variables,
        retrier_retry_count: configuration.retrier_retry_count,
        map_iteration_failure_count: configuration.map_iteration_failure_count,
        error_caused_by_state: configuration.error_caused_by_state,
        map_item_reader_data: configuration.map_item_reader_data,
        arn_prefix: format!("arn:aws:states:{}:{}", context.region(), context.account()),
        machine_name: aws::ids::uuid(),
        execution_name: aws::ids::uuid(),
        region: context.region().to_owned(),
    };
    let now_ms = service.clock.now_ms();
    let env = Env {
        now_ms,
        seed: ids::seed(),
    };
    let test = Test::new(&request, &env).map_err(refused)?;
    let mut trace = None;
    let report = match test.task().cloned() {
        None => test.report(),
        Some(task) => {
            if task.integration.pattern != Pattern::RequestResponse {
                return Err(refusal::validation(format!(
                    "The '.{}' service integration is not supported by TestState when a mock is not specified",
                    task.integration
                        .resource
                        .split_once('.')
                        .map_or("", |(_, p)| p)
                )));
            }
            let caller = Caller {
                account: Arc::clone(&context.principal.account),
                region: Arc::clone(&context.principal.region),
                role_arn: input.role_arn.unwrap_or_default().into(),
                execution_arn: format!(
                    "{}:express:{}:{}",
                    request.arn_prefix, request.machine_name, request.execution_name
                )
                .into(),
                machine_arn: format!(
                    "{}:stateMachine:{}",
                    request.arn_prefix, request.machine_name
                )
                .into(),
            };
            let when = integrations::When {
                now_ms,
                again: false,
            };
            let outside = service.driver.outside();
            let (outcome, exchange) = integrations::traced(outside, &caller, &task, when).await;
            trace = exchange;
            test.finish(match outcome {
                Ok(output) => TaskOutcome::Succeeded(output),
                Err(fault) => TaskOutcome::Failed {
                    error: Some(fault.error),
                    cause: fault.cause,
                },
            })
        }
    };
    let mut inspection: Map<_, _> = report
        .inspection
        .iter()
        .map(|(k, v)| (k.to_string(), v.to_json()))
        .collect();
    if let Some(trace) = trace.filter(|_| level == "TRACE") {
        let shown = trace.inspection(input.reveal_secrets == Some(true));
        inspection.extend(shown.map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(TestOutput {
        output: report.output,
        error: report.error,
        cause: report.cause,
        inspection_data: (level != "INFO").then_some(inspection),
        next_state: report.next_state,
        status: report.status.as_str(),
    })
}

fn refused(refusal: Refusal) -> ApiError {
    ApiError::new(refusal.code, refusal.message)
}

/// Holds a mocked result of a Task against its API's shapes.
fn check_mock(input: &TestInput) -> Result<(), ApiError> {
    let Some(mock) = &input.mock else {
        return Ok(());
    };
    let mode = match mock.field_validation_mode.as_deref() {
        Some("NONE") => FieldValidationMode::None,
        Some("PRESENT") => FieldValidationMode::Present,
        _ => FieldValidationMode::Strict,
    };
    let (Some(result), None) = (&mock.result, &mock.error_output) else {
        return Ok(());
    };
    let (Ok(definition), Ok(result)) = (Value::parse(&input.definition), Value::parse(result))
    else {
        return Ok(());
    };
    let state = match &input.state_name {
        None => Some(&definition),
        Some(name) => find(&definition, name),
    };
    let resource = state.and_then(|s| s.get("Resource")?.as_str());
    match resource.and_then(asl::catalog::resolve) {
        Some(integration) => {
            results::check(&integration, &result, mode).map_err(refusal::validation)
        }
        None => Ok(()),
    }
}

/// Returns a state by its name, wherever it is nested.
fn find<'a>(machine: &'a Value, name: &str) -> Option<&'a Value> {
    let states = machine.get("States")?.as_object()?;
    if let Some(found) = states.get(name) {
        return Some(found);
    }
    states.values().find_map(|state| {
        let branches = state
            .get("Branches")
            .and_then(Value::as_array)
            .unwrap_or_default();
        let processors = [state.get("ItemProcessor"), state.get("Iterator")];
        branches
            .iter()
            .chain(processors.into_iter().flatten())
            .find_map(|inner| find(inner, name))
    })
}
