//! The process dies after any commit; the next life comes to the same end, and nothing is done twice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use std::sync::Arc;

use harness::{Faulty, House, Others, text};
use serde_json::{Value, json};
use store::{Store, testing::SimClock};

fn machines() -> Vec<(&'static str, Value)> {
    let job = |next: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync",
            "Parameters": {"Name": "n", "VirtualClusterId": "vc1", "ExecutionRoleArn": harness::ROLE,
                "ReleaseLabel": "emr-6.2.0-latest", "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://b/x.py"}}}});
        task.as_object_mut()
            .unwrap()
            .extend(next.as_object().unwrap().clone());
        task
    };
    let end = json!({"End": true});
    let pass = json!({"Type": "Pass", "End": true});
    let wait = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Wait", "Seconds": 2, "End": true}}});
    vec![
        ("pass", json!({"StartAt": "P", "States": {"P": pass}})),
        (
            "waits",
            json!({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3, "Next": "B"},
            "B": {"Type": "Wait", "Seconds": 3, "Next": "P"}, "P": pass}}),
        ),
        (
            "parallel",
            json!({"StartAt": "X", "States": {"X": {"Type": "Parallel", "Branches": [wait("V"), {"StartAt": "P", "States": {"P": pass}}, wait("W")], "End": true}}}),
        ),
        (
            "map",
            json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": true,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "P"}, "P": pass}}}}}),
        ),
        (
            "job",
            json!({"StartAt": "J", "States": {"J": job(json!({"Next": "P"})), "P": pass}}),
        ),
        (
            "jobs",
            json!({"StartAt": "X", "States": {"X": {"Type": "Parallel", "Branches": [
            {"StartAt": "J", "States": {"J": job(end.clone())}}, wait("W")], "Next": "K"}, "K": job(end)}}),
        ),
        (
            "distributed",
            json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": true,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "W",
                "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "P"}, "P": pass}}}}}),
        ),
        (
            "retry",
            json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f"}, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "P"}], "End": true}, "P": pass}}),
        ),
    ]
}

/// Only one of the machines waits for the second look, which takes its time.
fn others(name: &str) -> Arc<Others> {
    let looks = if name == "job" { 2 } else { 1 };
    let others = Others::new();
    others.jobs_end_in("COMPLETED", looks);
    others
}

/// What a run comes to: status, output without ids that differ, the multiset of events.
async fn outcome(house: &House, execution: &str) -> (String, Vec<String>) {
    let done = house.ended(execution).await;
    let history = house.history(execution).await;
    for (at, event) in history.iter().enumerate() {
        assert_eq!(
            event["id"].as_u64(),
            Some(at as u64 + 1),
            "a gap in {history:?}"
        );
        assert!(event["previousEventId"].as_u64().unwrap() <= at as u64);
    }
    let mut types: Vec<String> = history.iter().map(|e| text(e, "type")).collect();
    types.sort();
    (text(&done, "status"), types)
}

async fn clean(name: &str, definition: &Value) -> ((String, Vec<String>), usize, usize) {
    let (store, faulty) = Faulty::new(Store::in_memory().unwrap(), usize::MAX, false);
    let house = House::on(store, SimClock::default(), others(name)).await;
    let machine = house.machine(name, definition).await;
    let execution = house.start(&machine, &json!({"items": [1, 2, 3]})).await;
    let outcome = outcome(&house, &execution).await;
    (outcome, faulty.commits(), house.others.jobs().len())
}

async fn crashed(
    name: &str,
    definition: &Value,
    dies_after: usize,
    last_counts: bool,
) -> ((String, Vec<String>), usize) {
    let disk = Store::in_memory().unwrap();
    let (clock, others) = (SimClock::default(), others(name));
    let (store, faulty) = Faulty::new(disk.clone(), dies_after, last_counts);
    let input = json!({"items": [1, 2, 3]});
    {
        let house = House::on(store, clock.clone(), Arc::clone(&others)).await;
        let run = async {
            let machine = house.machine(name, definition).await;
            let start =
                json!({"stateMachineArn": machine, "name": "e", "input": input.to_string()});
            house.ok("StartExecution", start).await;
            let mut round = 0;
            loop {
                house.pass(round).await;
                round += 1;
            }
        };
        let dead = async {
            while faulty.commits() <= dies_after {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            () = run => {}
            () = dead => {}
        }
        house.release();
    }
    let house = House::on(disk, clock, others).await;
    let machine = house.machine(name, definition).await;
    let start = json!({"stateMachineArn": machine, "name": "e", "input": input.to_string()});
    // Whoever was not answered asks again.
    if let Err(error) = house.call("StartExecution", start).await {
        assert_eq!(error.code, "ExecutionAlreadyExists");
    }
    let execution = format!("arn:aws:states:us-east-1:000000000000:execution:{name}:e");
    let outcome = outcome(&house, &execution).await;
    (outcome, house.others.jobs().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_after_any_commit_comes_to_the_same_end() {
    for (name, definition) in machines() {
        let (expected, commits, jobs) = clean(name, &definition).await;
        assert_eq!(expected.0, "SUCCEEDED", "{name}");
        for dies_after in 0..commits {
            for last_counts in [false, true] {
                let (found, found_jobs) = crashed(name, &definition, dies_after, last_counts).await;
                assert_eq!(
                    found, expected,
                    "{name}, dead after {dies_after} of {commits} commits ({last_counts})"
                );
                assert_eq!(found_jobs, jobs, "{name}, dead after {dies_after}: jobs");
            }
        }
    }
}
