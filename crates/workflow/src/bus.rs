//! What Step Functions tells EventBridge.

use asl::Status;
use serde_json::{Value, json};
use store::BusEvent;

use crate::execution::Record;

/// Input and output together beyond this many bytes are left out of the event, as AWS does.
const MAX_DATA_BYTES: usize = 248 * 1024;

/// Returns the event `Step Functions Execution Status Change` of an execution as it stands now.
///
/// **Shape**: dates are epoch milliseconds; input and output are text, null where there is none or where both are
/// too long together.
pub(crate) fn status_change(record: &Record, at_ms: i64) -> BusEvent {
    let home = &record.home;
    let arn = home.arn();
    let length = record.input.len() + record.output.as_ref().map_or(0, |o| o.len());
    let included = length <= MAX_DATA_BYTES;
    let text = |t: Option<&str>| t.filter(|_| included).map_or(Value::Null, Value::from);
    let detail = json!({
        "executionArn": arn,
        "stateMachineArn": home.machine_arn(),
        "name": &*home.name,
        "status": record.status.as_str(),
        "startDate": record.start_ms,
        "stopDate": record.stop_ms,
        "input": text(Some(&record.input)),
        "output": text(record.output.as_deref()),
        "stateMachineVersionArn": home.version_arn(),
        "stateMachineAliasArn": home.alias_arn(),
        "redriveCount": record.redrive_count,
        "redriveDate": record.redrive_ms,
        "redriveStatus": redrive_status(record.status),
        "redriveStatusReason": redrive_reason(record.status),
        "inputDetails": {"included": included},
        "outputDetails": record.output.as_ref().map(|_| json!({"included": included})),
        "error": record.error.as_deref(),
        "cause": record.cause.as_deref(),
    });
    BusEvent {
        id: aws::ids::uuid(),
        time_ms: at_ms,
        account: home.account.to_string(),
        region: home.region.to_string(),
        bus: "default".into(),
        source: "aws.states".into(),
        detail_type: "Step Functions Execution Status Change".into(),
        resources: vec![arn],
        detail: detail.to_string(),
        internal: false,
    }
}

/// Returns whether RedriveExecution takes an execution that stands so.
pub(crate) fn redrive_status(status: Status) -> &'static str {
    match status {
        Status::Failed | Status::TimedOut | Status::Aborted => "REDRIVABLE",
        Status::Running | Status::Succeeded => "NOT_REDRIVABLE",
    }
}

/// Returns why RedriveExecution refuses it.
pub(crate) fn redrive_reason(status: Status) -> Option<String> {
    (redrive_status(status) == "NOT_REDRIVABLE")
        .then(|| format!("Execution is {} and cannot be redriven", status.as_str()))
}
