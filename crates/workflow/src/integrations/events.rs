//! EventBridge: `events:putEvents`.

use asl::Value;
use serde_json::Value as Json;

use super::{Fault, family::Family};
use crate::driver::Caller;

pub(super) static FAMILY: Family = Family {
    name: "events",
    service: "events",
    errors: "EventBridge",
    general: None,
    title: "AmazonEventBridge",
    syncs: &[],
};

/// Adds the ARNs of the state machine and the execution to each entry's resources, as AWS does.
pub(super) fn add_resources(input: &mut Json, caller: &Caller) {
    let Some(entries) = input.get_mut("Entries").and_then(Json::as_array_mut) else {
        return;
    };
    for entry in entries.iter_mut().filter_map(Json::as_object_mut) {
        let resources = entry
            .entry("Resources")
            .or_insert_with(|| Json::Array(Vec::new()));
        if let Some(resources) = resources.as_array_mut() {
            resources.push(Json::from(&*caller.machine_arn));
            resources.push(Json::from(&*caller.execution_arn));
        }
    }
}

/// Fails the task when any of its entries failed: the answer is the cause.
pub(super) fn judge(answer: Value) -> Result<Value, Fault> {
    match answer.get("FailedEntryCount").and_then(Value::as_i64) {
        Some(failed) if failed > 0 => Err(Fault::new("EventBridge.FailedEntry", answer.to_text())),
        _ => Ok(answer),
    }
}
