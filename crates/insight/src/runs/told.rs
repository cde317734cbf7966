//! What an event tells of a run.

use serde::Deserialize;
use store::BusEvent;

use super::Run;

/// What is read of an event's detail. Inputs and outputs, which may be long, are passed over.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Detail {
    execution_arn: Option<String>,
    state_machine_arn: Option<String>,
    start_date: Option<i64>,
    stop_date: Option<i64>,
    status: Option<String>,
    name: Option<String>,
    id: Option<String>,
    virtual_cluster_id: Option<String>,
    arn: Option<String>,
    state: Option<String>,
    query_execution_id: Option<String>,
    workgroup_name: Option<String>,
    current_state: Option<String>,
}

/// What an event tells: the run as it is now, as far as the event says.
pub(super) fn told(event: &BusEvent) -> Option<Run> {
    let of = (event.source.as_str(), event.detail_type.as_str());
    let kind = match of {
        ("aws.states", "Step Functions Execution Status Change") => "execution",
        ("aws.emr-containers", "EMR Job Run State Change") => "job",
        ("aws.athena", "Athena Query State Change") => "query",
        _ => return None,
    };
    let detail: Detail = serde_json::from_str(&event.detail).ok()?;
    let text = Option::unwrap_or_default;
    let id = match kind {
        "execution" => detail.execution_arn,
        "job" => detail.id,
        _ => detail.query_execution_id,
    };
    let id = id.filter(|id| !id.is_empty())?;
    let run = Run {
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
    let run = match kind {
        "execution" => Run {
            title: text(detail.name),
            parent: text(detail.state_machine_arn),
            arn: run.id.clone(),
            status: text(detail.status),
            start_ms: detail.start_date.unwrap_or(event.time_ms),
            stop_ms: detail.stop_date,
            ..run
        },
        "job" => Run {
            title: detail
                .name
                .filter(|name| !name.is_empty())
                .unwrap_or(run.title),
            parent: text(detail.virtual_cluster_id),
            arn: text(detail.arn),
            status: text(detail.state),
            ..run
        },
        _ => Run {
            parent: text(detail.workgroup_name),
            status: text(detail.current_state),
            ..run
        },
    };
    let failed = matches!(run.status.as_str(), "FAILED" | "TIMED_OUT" | "ABORTED");
    let ended = failed || matches!(run.status.as_str(), "SUCCEEDED" | "COMPLETED" | "CANCELLED");
    Some(Run {
        failed,
        stop_ms: ended.then(|| run.stop_ms.unwrap_or(event.time_ms)),
        ..run
    })
}
