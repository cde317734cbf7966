//! State changes as bus events.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use store::BusEvent;

use crate::{cluster::VirtualCluster, ids, job::JobRun};

const SOURCE: &str = "aws.emr-containers";

/// Returns the event that AWS emits when a job run changes its state.
pub(crate) fn job_run(job: &JobRun, now_ms: i64) -> BusEvent {
    let mut detail = Map::new();
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            detail.insert(name.into(), value.into());
        }
    };
    put("id", Some(&job.id));
    put("name", job.name.as_deref());
    put("virtualClusterId", Some(&job.virtual_cluster_id));
    put("arn", Some(&job.arn()));
    put("state", Some(job.state.as_str()));
    put("releaseLabel", Some(&job.release_label));
    put("executionRoleArn", Some(&job.execution_role_arn));
    put("createdBy", Some(&job.created_by));
    put("createdAt", Some(&timestamp(job.created_ms)));
    put("stateDetails", job.state_details.as_deref());
    if let Some(reason) = job.failure_reason
        && let Ok(Value::String(reason)) = serde_json::to_value(reason)
    {
        put("failureReason", Some(&reason));
    }
    let detail_type = "EMR Job Run State Change";
    event(
        &job.account,
        &job.region,
        detail_type,
        job.arn(),
        Value::Object(detail),
        now_ms,
        false,
    )
}

/// Returns the event by which our own cursors learn of a virtual cluster's state; AWS has none.
pub(crate) fn virtual_cluster(cluster: &VirtualCluster, now_ms: i64) -> BusEvent {
    let detail = json!({
        "id": cluster.id, "name": cluster.name, "arn": cluster.arn(), "state": cluster.state.as_str(),
    });
    let detail_type = "Virtual Cluster State Change";
    event(
        &cluster.account,
        &cluster.region,
        detail_type,
        cluster.arn(),
        detail,
        now_ms,
        true,
    )
}

fn event(
    account: &str,
    region: &str,
    detail_type: &str,
    arn: String,
    detail: Value,
    time_ms: i64,
    internal: bool,
) -> BusEvent {
    BusEvent {
        id: ids::event(),
        time_ms,
        account: account.into(),
        region: region.into(),
        bus: "default".into(),
        source: SOURCE.into(),
        detail_type: detail_type.into(),
        resources: vec![arn],
        detail: detail.to_string(),
        internal,
    }
}

fn timestamp(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}
