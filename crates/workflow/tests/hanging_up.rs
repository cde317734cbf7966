//! What a client asks for is done whole, though it hangs up before the answer: its request is dropped amid the commit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::{House, text};
use serde_json::{Value, json};

/// Makes a request, and hangs up as soon as it is under way.
async fn hang_up(house: &House, operation: &str, input: Value) {
    let mut call = Box::pin(house.call(operation, input));
    assert!(futures::poll!(&mut call).is_pending());
}

fn one(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

fn job() -> Value {
    one(
        &json!({"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "End": true,
        "Parameters": {"Name": "n", "VirtualClusterId": "vc1", "ExecutionRoleArn": harness::ROLE,
            "ReleaseLabel": "emr-6.2.0-latest", "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://b/x.py"}}}}),
    )
}

/// Starts an execution without waiting for the answer; returns its ARN once it is there.
async fn start(house: &House, machine: &str) -> String {
    let input = json!({"stateMachineArn": machine, "name": "e"});
    hang_up(house, "StartExecution", input).await;
    let execution = format!("{}:e", machine.replace(":stateMachine:", ":execution:"));
    house
        .until("it is started", async || {
            let described = json!({"executionArn": execution});
            house.call("DescribeExecution", described).await.is_ok()
        })
        .await;
    execution
}

async fn until_status(house: &House, execution: &str, status: &str) {
    house
        .until(status, async || {
            house.describe(execution).await["status"] == status
        })
        .await;
}

#[tokio::test]
async fn a_start_calls_what_is_to_be_called_and_sets_its_timers() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    start(&house, &machine).await;
    house
        .until("the job is started", async || {
            house.others.count("StartJobRun") == 1
        })
        .await;
    let wait = json!({"Type": "Wait", "Seconds": 30, "End": true});
    let machine = house.machine("w", &one(&wait)).await;
    let execution = start(&house, &machine).await;
    house.clock.advance(30_000);
    until_status(&house, &execution, "SUCCEEDED").await;
}

#[tokio::test]
async fn a_stop_cancels_what_runs() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    let execution = house.start(&machine, &json!({})).await;
    house
        .until("the job is looked at", async || {
            house.others.count("DescribeJobRun") >= 1
        })
        .await;
    let stop = json!({"executionArn": execution});
    hang_up(&house, "StopExecution", stop).await;
    house
        .until("the job is cancelled", async || {
            house.others.count("CancelJobRun") == 1
        })
        .await;
    until_status(&house, &execution, "ABORTED").await;
}

#[tokio::test]
async fn a_worker_that_is_gone_is_missed() {
    let house = House::new().await;
    let made = house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = text(&made, "activityArn");
    let task = json!({"Type": "Task", "Resource": activity, "HeartbeatSeconds": 60, "Next": "T"});
    let next = json!({"Type": "Task", "Resource": activity, "TimeoutSeconds": 600, "End": true});
    let definition = json!({"StartAt": "S", "States": {"S": task, "T": next}});
    let machine = house.machine("m", &definition).await;
    let lost = house.start(&machine, &json!({})).await;
    let poll = json!({"activityArn": activity});
    hang_up(&house, "GetActivityTask", poll.clone()).await;
    house
        .until("the task is taken", async || {
            house.event_types(&lost).await.last().unwrap() == "ActivityStarted"
        })
        .await;
    house.clock.advance(60_000);
    until_status(&house, &lost, "FAILED").await;

    // One that hangs up when it is done: the next task is on offer, and has its timer.
    let done = house.start(&machine, &json!({})).await;
    let task = house.ok("GetActivityTask", poll.clone()).await;
    let success = json!({"taskToken": task["taskToken"], "output": "1"});
    hang_up(&house, "SendTaskSuccess", success).await;
    assert_eq!(house.ok("GetActivityTask", poll).await["input"], "1");
    house.clock.advance(600_000);
    until_status(&house, &done, "FAILED").await;
}
