//! Step Functions itself: `states:startExecution`.

use asl::{Value, catalog::Pattern};
use serde_json::json;

use super::{
    Fault, Verdict,
    family::{Family, Sync, text},
};

pub(super) static FAMILY: Family = Family {
    name: "states",
    service: "states",
    errors: "StepFunctions",
    general: None,
    title: "AWSStepFunctions",
    syncs: &[Sync {
        action: "startExecution",
        resource: |_, output| Some(text(output, "ExecutionArn").to_owned()),
        describe: |_, output| {
            (
                "DescribeExecution",
                json!({"executionArn": text(output, "ExecutionArn")}),
            )
        },
        judge: |answer, pattern| match text(answer, "Status") {
            "SUCCEEDED" => Verdict::Succeeded(described(answer, pattern)),
            "FAILED" | "TIMED_OUT" | "ABORTED" => {
                Verdict::Failed(Fault::of_resource(&described(answer, pattern)))
            }
            _ => Verdict::Running,
        },
        cancel: Some(|_, output| {
            (
                "StopExecution",
                json!({"executionArn": text(output, "ExecutionArn")}),
            )
        }),
    }],
};

/// What the output of `.sync` has of an execution's description.
const SHOWN: [&str; 12] = [
    "Cause",
    "Error",
    "ExecutionArn",
    "Input",
    "InputDetails",
    "Name",
    "Output",
    "OutputDetails",
    "StartDate",
    "StateMachineArn",
    "Status",
    "StopDate",
];

/// Returns the description as the task's output: `.sync:2` has input and output as JSON, `.sync` as text.
fn described(answer: &Value, pattern: Pattern) -> Value {
    let members = SHOWN.iter().filter_map(|name| {
        let value = answer.get(name)?;
        let value = match (*name, pattern, value.as_str()) {
            ("Input" | "Output", Pattern::Sync2, Some(text)) => {
                Value::parse(text).unwrap_or_else(|_| value.clone())
            }
            _ => value.clone(),
        };
        Some((*name, value))
    });
    Value::object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sync_gives_text_and_sync_2_gives_json() {
        let answer =
            Value::parse(r#"{"Status":"SUCCEEDED","Output":"{\"a\":1}","RedriveCount":0}"#)
                .unwrap();
        assert_eq!(
            described(&answer, Pattern::Sync).to_text(),
            r#"{"Output":"{\"a\":1}","Status":"SUCCEEDED"}"#
        );
        assert_eq!(
            described(&answer, Pattern::Sync2).to_text(),
            r#"{"Output":{"a":1},"Status":"SUCCEEDED"}"#
        );
    }
}
