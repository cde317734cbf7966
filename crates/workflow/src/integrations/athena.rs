//! Athena: query executions.

use serde_json::json;

use super::{
    Fault, Verdict,
    family::{Family, Sync, text},
};

pub(super) static FAMILY: Family = Family {
    name: "athena",
    service: "athena",
    errors: "Athena",
    general: None,
    title: "AmazonAthena",
    syncs: &[Sync {
        action: "startQueryExecution",
        resource: |_, output| {
            Some(format!(
                "athena/{}",
                output.get("QueryExecutionId")?.as_str()?
            ))
        },
        describe: |_, output| {
            (
                "GetQueryExecution",
                json!({"QueryExecutionId": text(output, "QueryExecutionId")}),
            )
        },
        judge: |answer, _| {
            let state = answer
                .get("QueryExecution")
                .and_then(|q| q.get("Status"))
                .map_or("", |s| text(s, "State"));
            match state {
                "SUCCEEDED" => Verdict::Succeeded(answer.clone()),
                "FAILED" | "CANCELLED" => Verdict::Failed(Fault::of_resource(answer)),
                _ => Verdict::Running,
            }
        },
        cancel: Some(|_, output| {
            (
                "StopQueryExecution",
                json!({"QueryExecutionId": text(output, "QueryExecutionId")}),
            )
        }),
    }],
};
