//! Task states: integrations, tokens, activities.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use harness::{Faulty, House, Others, text};
use serde_json::{Value, json};
use store::{Op, Store, testing::SimClock};

fn task(resource: &str, parameters: Value) -> Value {
    json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": true}}})
}

fn job() -> Value {
    let parameters = json!({"Name": "n", "VirtualClusterId": "vc1", "ExecutionRoleArn": harness::ROLE,
        "ReleaseLabel": "emr-6.2.0-latest", "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://b/x.py"}}});
    task(
        "arn:aws:states:::emr-containers:startJobRun.sync",
        parameters,
    )
}

async fn job_started(house: &House) -> String {
    house
        .until("the job is started and looked at", async || {
            house.others.count("DescribeJobRun") >= 1
        })
        .await;
    house.others.jobs()[0].clone()
}

#[tokio::test]
async fn a_job_that_completes_is_the_output_flat_and_in_pascal_case() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    let execution = house.start(&machine, &json!({})).await;
    let id = job_started(&house).await;
    let submitted = house.history(&execution).await;
    let details = &submitted.last().unwrap()["taskSubmittedEventDetails"];
    let output: Value = serde_json::from_str(details["output"].as_str().unwrap()).unwrap();
    assert_eq!(
        (
            &output["Id"],
            &output["VirtualClusterId"],
            &output["SdkHttpMetadata"]["HttpStatusCode"]
        ),
        (&json!("job1"), &json!("vc1"), &json!(200))
    );
    house.others.end_job(&id, "COMPLETED").await;
    house
        .until("the execution ends", async || {
            house.describe(&execution).await["status"] != "RUNNING"
        })
        .await;
    let done = house.describe(&execution).await;
    let output: Value = serde_json::from_str(&text(&done, "output")).unwrap();
    let expected = json!({"Id": "job1", "Name": "n", "VirtualClusterId": "vc1", "State": "COMPLETED",
        "CreatedAt": 1_700_000_000_250_i64, "StateDetails": "it is COMPLETED"});
    assert_eq!(output, expected);
    let types = house.event_types(&execution).await;
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(types, expected);
}

#[tokio::test]
async fn a_job_that_fails_is_the_cause() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    let execution = house.start(&machine, &json!({})).await;
    let id = job_started(&house).await;
    house.others.end_job(&id, "FAILED").await;
    house
        .until("the execution ends", async || {
            house.describe(&execution).await["status"] != "RUNNING"
        })
        .await;
    let done = house.describe(&execution).await;
    assert_eq!(
        (text(&done, "status"), text(&done, "error")),
        ("FAILED".into(), "States.TaskFailed".into())
    );
    let cause: Value = serde_json::from_str(&text(&done, "cause")).unwrap();
    assert_eq!(
        (&cause["State"], &cause["StateDetails"]),
        (&json!("FAILED"), &json!("it is FAILED"))
    );
}

#[tokio::test]
async fn stopping_an_execution_and_a_timeout_cancel_what_runs() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    let execution = house.start(&machine, &json!({})).await;
    job_started(&house).await;
    house
        .ok("StopExecution", json!({"executionArn": execution}))
        .await;
    house
        .until("the job is cancelled", async || {
            house.others.count("CancelJobRun") == 1
        })
        .await;
    let mut definition = job();
    definition["States"]["T"]["TimeoutSeconds"] = 5.into();
    let machine = house.machine("t", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    house
        .until("the job is looked at", async || {
            house.others.count("DescribeJobRun") >= 2
        })
        .await;
    let done = house.ended(&execution).await;
    assert_eq!(text(&done, "error"), "States.Timeout");
    house
        .until("the job is cancelled", async || {
            house.others.count("CancelJobRun") == 2
        })
        .await;
}

#[tokio::test]
async fn a_service_that_refuses_fails_the_task_in_its_own_words() {
    let house = House::new().await;
    let mut definition = job();
    definition["States"]["T"]["Parameters"]["VirtualClusterId"] = "none".into();
    let machine = house.machine("j", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(
        text(&done, "error"),
        "EMRContainers.ResourceNotFoundException"
    );
    let cause = text(&done, "cause");
    assert!(cause.starts_with("Virtual cluster none doesn't exist. (Service: AmazonEMRContainers; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: "), "{cause}");
    assert!(
        house
            .event_types(&execution)
            .await
            .contains(&"TaskSubmitFailed".to_owned())
    );
    let machine = house
        .machine(
            "l",
            &task(
                "arn:aws:states:::batch:submitJob",
                json!({"JobName": "n", "JobQueue": "q", "JobDefinition": "d"}),
            ),
        )
        .await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(text(&done, "error"), "States.TaskFailed");
    assert!(text(&done, "cause").contains("batch:submitJob"));
}

#[tokio::test]
async fn events_bear_the_arns_of_machine_and_execution() {
    let house = House::new().await;
    let entries = json!({"Entries": [{"Detail": {"a": 1}, "DetailType": "t", "Source": "s", "EventBusName": "default"}]});
    let machine = house
        .machine("e", &task("arn:aws:states:::events:putEvents", entries))
        .await;
    let execution = house.start(&machine, &json!({})).await;
    assert_eq!(house.ended(&execution).await["status"], "SUCCEEDED");
    let sent = &house.others.inputs("PutEvents")[0]["Entries"][0];
    assert_eq!(
        (&sent["Detail"], &sent["Resources"]),
        (&json!(r#"{"a":1}"#), &json!([machine, execution]))
    );
}

#[tokio::test]
async fn a_child_execution_is_waited_for_or_not() {
    let house = House::new().await;
    let echo =
        json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"b": 2}, "End": true}}});
    let child = house.machine("child", &echo).await;
    for (suffix, output) in [("sync", json!("{\"b\":2}")), ("sync:2", json!({"b": 2}))] {
        let definition = task(
            &format!("arn:aws:states:::states:startExecution.{suffix}"),
            json!({"StateMachineArn": child, "Input": {"a": 1}}),
        );
        let machine = house.machine(&suffix.replace(':', "-"), &definition).await;
        let execution = house.start(&machine, &json!({})).await;
        let done = house.ended(&execution).await;
        let described: Value = serde_json::from_str(&text(&done, "output")).unwrap();
        assert_eq!(
            (&described["Output"], &described["Status"]),
            (&output, &json!("SUCCEEDED"))
        );
        assert!(described.get("RedriveCount").is_none());
    }
    let plain = task(
        "arn:aws:states:::states:startExecution",
        json!({"StateMachineArn": child, "Name": "once"}),
    );
    let machine = house.machine("plain", &plain).await;
    let first = house.start(&machine, &json!({})).await;
    assert_eq!(house.ended(&first).await["status"], "SUCCEEDED");
    let second = house.start(&machine, &json!({})).await;
    assert_eq!(
        text(&house.ended(&second).await, "error"),
        "StepFunctions.ExecutionAlreadyExistsException"
    );
}

#[tokio::test]
async fn an_sdk_call_fails_with_the_services_own_exception() {
    let house = House::new().await;
    let send = task(
        "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
        json!({"Output": "x", "TaskToken": "none"}),
    );
    let machine = house.machine("s", &send).await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(text(&done, "error"), "Sfn.InvalidTokenException");
    let cause = text(&done, "cause");
    assert!(
        cause.starts_with(
            "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: "
        ),
        "{cause}"
    );
    assert!(cause.ends_with(") (SDK Attempt Count: 1)"), "{cause}");
}

#[tokio::test]
async fn a_token_comes_back_once() {
    let house = House::new().await;
    let entries = json!({"Entries": [{"Detail": {"token.$": "$$.Task.Token"}, "DetailType": "t", "Source": "s"}]});
    let mut definition = task(
        "arn:aws:states:::events:putEvents.waitForTaskToken",
        entries,
    );
    definition["States"]["T"]["HeartbeatSeconds"] = 60.into();
    let machine = house.machine("w", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    house
        .until("the token is sent", async || {
            house.others.count("PutEvents") == 1
        })
        .await;
    let detail: Value = serde_json::from_str(
        house.others.inputs("PutEvents")[0]["Entries"][0]["Detail"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    let token = detail["token"].clone();
    house
        .until("it is submitted", async || {
            house.event_types(&execution).await.last().unwrap() == "TaskSubmitted"
        })
        .await;
    house.clock.advance(50_000);
    house
        .ok("SendTaskHeartbeat", json!({"taskToken": token}))
        .await;
    house.clock.advance(50_000);
    let refused = house
        .refused(
            "SendTaskSuccess",
            json!({"taskToken": token, "output": "no json"}),
        )
        .await;
    assert_eq!(refused.0, "InvalidOutput");
    house
        .ok(
            "SendTaskSuccess",
            json!({"taskToken": token, "output": "{\"r\": 1}"}),
        )
        .await;
    assert_eq!(
        text(&house.describe(&execution).await, "output"),
        r#"{"r":1}"#
    );
    let late = house
        .refused("SendTaskFailure", json!({"taskToken": token}))
        .await;
    assert_eq!(
        late,
        (
            "TaskTimedOut".into(),
            "Task Timed Out: 'Provided task does not exist anymore'".into()
        )
    );
    let unknown = house
        .refused("SendTaskSuccess", json!({"taskToken": "x", "output": "{}"}))
        .await;
    assert_eq!(
        unknown,
        (
            "InvalidToken".into(),
            "Invalid Token: 'Invalid token'".into()
        )
    );
    let silent = house.start(&machine, &json!({})).await;
    assert_eq!(
        text(&house.ended(&silent).await, "error"),
        "States.HeartbeatTimeout"
    );
}

#[tokio::test]
async fn workers_take_tasks_side_by_side() {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    let (store, _) = Faulty::until(Store::in_memory().unwrap(), |batch| {
        let takes = |op: &&Op| matches!(op, Op::Delete { table, .. } if *table == "workflow/activity-tasks");
        TAKEN.fetch_add(batch.ops.iter().filter(takes).count(), Ordering::SeqCst);
        false
    });
    let house = House::on(store, SimClock::default(), Others::new()).await;
    let made = house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = text(&made, "activityArn");
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("m", &definition).await;
    for n in 0..20 {
        house.start(&machine, &json!(n)).await;
    }
    let poll = json!({"activityArn": activity});
    let all = (0..20).map(|_| house.ok("GetActivityTask", poll.clone()));
    let got = futures::future::join_all(all).await;
    let inputs: BTreeSet<String> = got.iter().map(|task| text(task, "input")).collect();
    assert_eq!(inputs.len(), 20, "{got:?}");
    assert_eq!(
        TAKEN.load(Ordering::SeqCst),
        20,
        "nobody tries what another has"
    );
}

#[tokio::test]
async fn who_hangs_up_leaves_the_task_to_the_next_worker() {
    let house = House::new().await;
    let made = house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = text(&made, "activityArn");
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("m", &definition).await;
    let poll = json!({"activityArn": activity});
    let mut first = Box::pin(house.ok("GetActivityTask", poll.clone()));
    let mut second = Box::pin(house.ok("GetActivityTask", poll.clone()));
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending());
    // The first one is told of it, and does not come for it.
    house.start(&machine, &json!("one")).await;
    drop(first);
    let (second, ()) = tokio::join!(second, async { house.clock.advance(61_000) });
    assert_eq!(second["input"], "\"one\"");

    // Another hangs up while it takes one.
    house.start(&machine, &json!("two")).await;
    let mut third = Box::pin(house.ok("GetActivityTask", poll.clone()));
    assert!(futures::poll!(&mut third).is_pending());
    drop(third);
    house.start(&machine, &json!("three")).await;
    let next = house.ok("GetActivityTask", poll).await;
    assert!(["\"two\"", "\"three\""].contains(&next["input"].as_str().unwrap()));
}

#[tokio::test]
async fn tasks_that_are_over_are_given_to_nobody() {
    let house = House::new().await;
    let made = house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = text(&made, "activityArn");
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("m", &definition).await;
    let mut executions = Vec::new();
    for n in 0..100 {
        executions.push(house.start(&machine, &json!(n)).await);
    }
    let poll = json!({"activityArn": activity});
    let first = house.ok("GetActivityTask", poll.clone()).await;
    assert_eq!(first["input"], "0", "the oldest");
    // What was found by the first look is stopped before it is taken.
    for execution in &executions[1..99] {
        let stop = json!({"executionArn": execution});
        house.ok("StopExecution", stop).await;
    }
    let next = house.ok("GetActivityTask", poll.clone()).await;
    assert_eq!(next["input"], "99");
    let none = house.ok("GetActivityTask", poll);
    let (none, ()) = tokio::join!(none, async { house.clock.advance(61_000) });
    assert_eq!(none, json!({}));
}

#[tokio::test]
async fn an_activity_task_goes_to_one_worker() {
    let house = House::new().await;
    let activity = text(
        &house.ok("CreateActivity", json!({"name": "a"})).await,
        "activityArn",
    );
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("m", &definition).await;
    let poll = json!({"activityArn": activity, "workerName": "w"});
    let (first, second) = (
        house.call("GetActivityTask", poll.clone()),
        house.call("GetActivityTask", poll),
    );
    let starting = async {
        let execution = house.start(&machine, &json!({"v": 1})).await;
        house
            .until("a worker has it", async || {
                house.event_types(&execution).await.last().unwrap() == "ActivityStarted"
            })
            .await;
        house.clock.advance(61_000);
        execution
    };
    let (first, second, execution) = tokio::join!(first, second, starting);
    let (first, second) = (first.unwrap(), second.unwrap());
    let (got, none) = if first.get("taskToken").is_some() {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(
        (text(&got, "input"), none),
        (r#"{"v":1}"#.to_owned(), json!({}))
    );
    house
        .ok("SendTaskHeartbeat", json!({"taskToken": got["taskToken"]}))
        .await;
    house
        .ok(
            "SendTaskSuccess",
            json!({"taskToken": got["taskToken"], "output": "{\"r\":2}"}),
        )
        .await;
    assert_eq!(
        text(&house.describe(&execution).await, "output"),
        r#"{"r":2}"#
    );
    let history = house.history(&execution).await;
    assert_eq!(
        history[3]["activityStartedEventDetails"],
        json!({"workerName": "w"})
    );
}

#[tokio::test]
async fn an_activity_with_a_customers_key_names_the_key() {
    let house = House::new().await;
    let with = |encryption: Value| json!({"name": "a", "encryptionConfiguration": encryption});
    let no_key = with(json!({"type": "CUSTOMER_MANAGED_KMS_KEY"}));
    let refused = house.refused("CreateActivity", no_key).await;
    assert_eq!(refused.0, "InvalidEncryptionConfiguration");
    let key = "arn:aws:kms:us-east-1:000000000000:key/k";
    let encryption = json!({"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": key});
    let created = house.ok("CreateActivity", with(encryption.clone())).await;
    let described = house
        .ok(
            "DescribeActivity",
            json!({"activityArn": created["activityArn"]}),
        )
        .await;
    assert_eq!(described["encryptionConfiguration"], encryption);
}

#[tokio::test]
async fn a_deleted_activity_fails_the_execution() {
    let house = House::new().await;
    let activity = text(
        &house.ok("CreateActivity", json!({"name": "a"})).await,
        "activityArn",
    );
    house
        .ok("DeleteActivity", json!({"activityArn": activity}))
        .await;
    house
        .ok("DeleteActivity", json!({"activityArn": activity}))
        .await;
    let refused = house
        .refused("GetActivityTask", json!({"activityArn": activity}))
        .await;
    assert_eq!(
        refused,
        (
            "ActivityDoesNotExist".into(),
            format!("Activity Does Not Exist: '{activity}'")
        )
    );
    let definition = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("m", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(text(&done, "error"), "States.Runtime");
    let expected = format!(
        "An error occurred while executing the state 'T' (entered at the event id #2). The activity {activity} does not exist."
    );
    assert_eq!(text(&done, "cause"), expected);
    assert_eq!(
        house.event_types(&execution).await,
        ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    );
}

#[tokio::test]
async fn express_answers_at_once_and_is_no_standard_execution() {
    let house = House::new().await;
    let echo =
        json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"b": 2}, "End": true}}});
    let machine = house.express("e", &echo).await;
    let ran = house
        .ok(
            "StartSyncExecution",
            json!({"stateMachineArn": machine, "input": "{}"}),
        )
        .await;
    assert_eq!(
        (text(&ran, "status"), text(&ran, "output")),
        ("SUCCEEDED".into(), r#"{"b":2}"#.into())
    );
    assert_eq!(
        ran["billingDetails"],
        json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100})
    );
    assert!(
        text(&ran, "executionArn").starts_with("arn:aws:states:us-east-1:000000000000:express:e:")
    );
    let started = house
        .ok("StartExecution", json!({"stateMachineArn": machine}))
        .await;
    let refused = house
        .refused(
            "DescribeExecution",
            json!({"executionArn": started["executionArn"]}),
        )
        .await;
    assert_eq!(
        refused,
        (
            "InvalidArn".into(),
            "Invalid Arn: 'Resource type not valid in this context: express'".into()
        )
    );
    let standard = house.machine("s", &echo).await;
    let refused = house
        .refused("StartSyncExecution", json!({"stateMachineArn": standard}))
        .await;
    assert_eq!(refused.0, "StateMachineTypeNotSupported");
    assert_eq!(
        house
            .refused("ListExecutions", json!({"stateMachineArn": machine}))
            .await
            .0,
        "StateMachineTypeNotSupported"
    );
    let failing =
        json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}});
    let machine = house.express("f", &failing).await;
    let ran = house
        .ok("StartSyncExecution", json!({"stateMachineArn": machine}))
        .await;
    assert_eq!(
        (text(&ran, "status"), text(&ran, "error"), ran.get("output")),
        ("FAILED".into(), "E".into(), None)
    );
    assert_eq!(house.service.executions_in_memory(), 0);
    assert!(house.store.bus_after(0, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn express_ends_after_five_minutes() {
    let house = House::new().await;
    let wait =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}});
    let machine = house.express("w", &wait).await;
    let running = house.call("StartSyncExecution", json!({"stateMachineArn": machine}));
    let time = async {
        house
            .until("it runs", async || {
                house.service.executions_in_memory() == 1
            })
            .await;
        house.clock.advance(5 * 60 * 1000);
    };
    let (ran, ()) = tokio::join!(running, time);
    let ran = ran.unwrap();
    assert_eq!(text(&ran, "status"), "TIMED_OUT");
}

#[tokio::test]
async fn a_call_that_meets_a_shut_door_is_made_by_the_next_life() {
    let house = House::new().await;
    let machine = house.machine("j", &job()).await;
    house.release();
    let execution = house.start(&machine, &json!({})).await;
    let (store, clock, others) = (
        house.store.clone(),
        house.clock.clone(),
        house.others.clone(),
    );
    drop(house);
    assert_eq!(others.count("StartJobRun"), 0);
    let house = House::on(store, clock, others).await;
    let id = job_started(&house).await;
    house.others.end_job(&id, "COMPLETED").await;
    assert_eq!(house.ended(&execution).await["status"], "SUCCEEDED");
    assert_eq!(house.others.count("StartJobRun"), 1);
}
