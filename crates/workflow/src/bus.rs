//! What Step Functions tells EventBridge.

use asl::Status;
use serde::Serialize;
use store::BusEvent;

use crate::execution::Record;

/// Input and output together beyond this many bytes are left out of the event, as AWS does.
const MAX_DATA_BYTES: usize = 248 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    execution_arn: &'a str,
    state_machine_arn: String,
    name: &'a str,
    status: &'static str,
    start_date: i64,
    stop_date: Option<i64>,
    input: Option<&'a str>,
    output: Option<&'a str>,
    state_machine_version_arn: Option<String>,
    state_machine_alias_arn: Option<String>,
    redrive_count: u32,
    redrive_date: Option<i64>,
    redrive_status: &'static str,
    redrive_status_reason: Option<String>,
    input_details: Included,
    output_details: Option<Included>,
    error: Option<&'a str>,
    cause: Option<&'a str>,
}

#[derive(Serialize)]
struct Included {
    included: bool,
}

/// Returns the event `Step Functions Execution Status Change` of an execution as it stands now.
///
/// **Shape**: dates are epoch milliseconds; input and output are text, null where there is none or where both are
/// too long together.
pub(crate) fn status_change(record: &Record, at_ms: i64) -> BusEvent {
    let home = &record.home;
    let arn = home.arn();
    let length = record.input.len() + record.output.as_ref().map_or(0, |o| o.len());
    let included = length <= MAX_DATA_BYTES;
    let detail = Detail {
        execution_arn: &arn,
        state_machine_arn: home.machine_arn(),
        name: &home.name,
        status: record.status.as_str(),
        start_date: record.start_ms,
        stop_date: record.stop_ms,
        input: Some(&*record.input).filter(|_| included),
        output: record.output.as_deref().filter(|_| included),
        state_machine_version_arn: home.version_arn(),
        state_machine_alias_arn: home.alias_arn(),
        redrive_count: record.redrive_count,
        redrive_date: record.redrive_ms,
        redrive_status: redrive_status(record.status),
        redrive_status_reason: redrive_reason(record.status),
        input_details: Included { included },
        output_details: record.output.as_ref().map(|_| Included { included }),
        error: record.error.as_deref(),
        cause: record.cause.as_deref(),
    };
    // Texts and numbers: there is nothing in it that could not be written.
    let detail = serde_json::to_string(&detail).unwrap_or_default();
    BusEvent {
        id: aws::ids::uuid(),
        time_ms: at_ms,
        account: home.account.to_string(),
        region: home.region.to_string(),
        bus: "default".into(),
        source: "aws.states".into(),
        detail_type: "Step Functions Execution Status Change".into(),
        resources: vec![arn],
        detail,
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
