//! What an event tells of a run.

use serde_json::Value;
use store::BusEvent;

use super::Run;

/// What an event tells: the run as it is now, as far as the event says.
pub(super) fn told(event: &BusEvent) -> Option<Run> {
    let detail: Value = serde_json::from_str(&event.detail).ok()?;
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let run = |kind: &str, id: String| Run {
        v: 1,
        account: event.account.clone(),
        region: event.region.clone(),
        kind: kind.to_owned(),
        title: id.clone(),
        id,
        parent: String::new(),
        arn: String::new(),
        status: String::new(),
        start_ms: event.time_ms,
        stop_ms: None,
        failed: false,
    };
    let run = match (event.source.as_str(), event.detail_type.as_str()) {
        ("aws.states", "Step Functions Execution Status Change") => Run {
            title: text("name"),
            parent: text("stateMachineArn"),
            arn: text("executionArn"),
            status: text("status"),
            start_ms: detail["startDate"].as_i64().unwrap_or(event.time_ms),
            stop_ms: detail["stopDate"].as_i64(),
            ..run("execution", text("executionArn"))
        },
        ("aws.emr-containers", "EMR Job Run State Change") => Run {
            title: match text("name") {
                name if name.is_empty() => text("id"),
                name => name,
            },
            parent: text("virtualClusterId"),
            arn: text("arn"),
            status: text("state"),
            ..run("job", text("id"))
        },
        ("aws.athena", "Athena Query State Change") => Run {
            parent: text("workgroupName"),
            status: text("currentState"),
            ..run("query", text("queryExecutionId"))
        },
        _ => return None,
    };
    if run.id.is_empty() {
        return None;
    }
    let failed = matches!(run.status.as_str(), "FAILED" | "TIMED_OUT" | "ABORTED");
    let ended = failed || matches!(run.status.as_str(), "SUCCEEDED" | "COMPLETED" | "CANCELLED");
    Some(Run {
        failed,
        stop_ms: ended.then(|| run.stop_ms.unwrap_or(event.time_ms)),
        ..run
    })
}
