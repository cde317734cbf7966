//! Executions from start to end, as the API answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::{House, text};
use serde_json::{Value, json};

fn ten() -> Value {
    let mut states = serde_json::Map::new();
    for i in 0..10 {
        let next = if i == 9 {
            json!({"Type": "Pass", "End": true})
        } else {
            json!({"Type": "Pass", "Next": format!("P{}", i + 1)})
        };
        states.insert(format!("P{i}"), next);
    }
    json!({"StartAt": "P0", "States": states})
}

fn wait(seconds: u32) -> Value {
    json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": true}}})
}

#[tokio::test]
async fn ten_pass_states_end_with_the_start_and_leave_memory() {
    let house = House::new().await;
    let machine = house.machine("ten", &ten()).await;
    let execution = house.start(&machine, &json!({"a": 1})).await;
    let done = house.describe(&execution).await;
    assert_eq!(
        (&done["status"], &done["output"]),
        (&json!("SUCCEEDED"), &json!(r#"{"a":1}"#))
    );
    assert_eq!(
        done["redriveStatusReason"],
        "Execution is SUCCEEDED and cannot be redriven"
    );
    assert_eq!(house.service.executions_in_memory(), 0);
    let history = house.history(&execution).await;
    assert_eq!(history.len(), 22);
    let ids: Vec<i64> = history.iter().map(|e| e["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=22).collect::<Vec<_>>());
    assert_eq!(
        (
            history[0]["previousEventId"].as_i64(),
            history[1]["previousEventId"].as_i64()
        ),
        (Some(0), Some(0))
    );
    let events = house.store.bus_after(0, 10).await.unwrap();
    let statuses: Vec<Value> = events
        .iter()
        .map(|(_, e)| serde_json::from_str::<Value>(&e.detail).unwrap()["status"].clone())
        .collect();
    assert_eq!(statuses, ["RUNNING", "SUCCEEDED"]);
    assert!(
        events
            .iter()
            .all(|(_, e)| e.source == "aws.states" && e.resources == [execution.clone()])
    );
}

#[tokio::test]
async fn history_comes_in_pages_and_backwards() {
    let house = House::new().await;
    let machine = house.machine("ten", &ten()).await;
    let execution = house.start(&machine, &json!({})).await;
    let whole = house.history(&execution).await;
    let mut seen = Vec::new();
    let mut input = json!({"executionArn": execution, "maxResults": 5, "reverseOrder": true});
    loop {
        let page = house.ok("GetExecutionHistory", input.clone()).await;
        seen.extend(page["events"].as_array().unwrap().clone());
        let Some(token) = page.get("nextToken") else {
            break;
        };
        input["nextToken"] = token.clone();
    }
    seen.reverse();
    assert_eq!(seen, whole);
    let bare = house
        .ok(
            "GetExecutionHistory",
            json!({"executionArn": execution, "includeExecutionData": false}),
        )
        .await;
    assert!(
        bare["events"][0]["executionStartedEventDetails"]
            .get("input")
            .is_none()
    );
    let refused = house
        .refused(
            "GetExecutionHistory",
            json!({"executionArn": execution, "nextToken": "00"}),
        )
        .await;
    assert_eq!(refused.0, "InvalidToken");
}

#[tokio::test]
async fn input_is_checked_in_the_words_of_aws_and_kept_as_it_was_sent() {
    let house = House::new().await;
    let machine = house.machine("ten", &ten()).await;
    let start = |input: &str| json!({"stateMachineArn": machine, "input": input});
    let cases = [
        (
            "not some json",
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        ),
        (
            "{'not': 'json'",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        ),
        ("", "Invalid execution input."),
    ];
    for (input, why) in cases {
        let refused = house.refused("StartExecution", start(input)).await;
        assert_eq!(
            refused,
            (
                "InvalidExecutionInput".into(),
                format!("Invalid State Machine Execution Input: '{why}'")
            )
        );
    }
    let long = format!("\"{}\"", "x".repeat(262_143));
    assert_eq!(
        house.refused("StartExecution", start(&long)).await.0,
        "InvalidExecutionInput"
    );
    let odd = "{ \"a\" : 1.0 }";
    let execution = text(
        &house.ok("StartExecution", start(odd)).await,
        "executionArn",
    );
    let done = house.describe(&execution).await;
    assert_eq!(
        (text(&done, "input"), text(&done, "output")),
        (odd.to_owned(), r#"{"a":1.0}"#.to_owned())
    );
}

#[tokio::test]
async fn a_name_counts_once() {
    let house = House::new().await;
    let machine = house.machine("w", &wait(10)).await;
    let start = |input: &str| json!({"stateMachineArn": machine, "name": "n", "input": input});
    let first = house.ok("StartExecution", start("{}")).await;
    house.clock.advance(1000);
    assert_eq!(house.ok("StartExecution", start("{}")).await, first);
    let arn = text(&first, "executionArn");
    let expected = (
        "ExecutionAlreadyExists".to_owned(),
        format!("Execution Already Exists: '{arn}'"),
    );
    assert_eq!(
        house.refused("StartExecution", start("{\"a\":1}")).await,
        expected
    );
    house.ended(&arn).await;
    assert_eq!(house.refused("StartExecution", start("{}")).await, expected);
}

#[tokio::test]
async fn executions_are_listed_newest_first_by_status_and_in_pages() {
    let house = House::new().await;
    let machine = house.machine("w", &wait(1000)).await;
    let mut started = Vec::new();
    for _ in 0..5 {
        started.push(house.start(&machine, &json!({})).await);
        house.clock.advance(10);
    }
    house
        .ok(
            "StopExecution",
            json!({"executionArn": started[1], "error": "E", "cause": "C"}),
        )
        .await;
    let list = async |more: Value| {
        let mut input = json!({"stateMachineArn": machine});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let page = house.ok("ListExecutions", input).await;
        let arns: Vec<String> = page["executions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| text(e, "executionArn"))
            .collect();
        (arns, page.get("nextToken").cloned())
    };
    let newest_first: Vec<String> = started.iter().rev().cloned().collect();
    assert_eq!(list(json!({})).await, (newest_first.clone(), None));
    let (page, token) = list(json!({"maxResults": 2})).await;
    assert_eq!(page, newest_first[..2]);
    let (page, token) = list(json!({"maxResults": 2, "nextToken": token})).await;
    assert_eq!(page, newest_first[2..4]);
    assert_eq!(
        list(json!({"maxResults": 2, "nextToken": token})).await,
        (newest_first[4..].to_vec(), None)
    );
    assert_eq!(
        list(json!({"statusFilter": "ABORTED"})).await.0,
        [started[1].clone()]
    );
    assert_eq!(
        list(json!({"statusFilter": "RUNNING", "maxResults": 1}))
            .await
            .0,
        [started[4].clone()]
    );
    let stopped = house.describe(&started[1]).await;
    assert_eq!(
        (
            text(&stopped, "status"),
            text(&stopped, "error"),
            text(&stopped, "cause")
        ),
        ("ABORTED".into(), "E".into(), "C".into())
    );
    let both = house.refused("ListExecutions", json!({})).await;
    assert_eq!(both.0, "ValidationException");
}

#[tokio::test]
async fn a_restart_finds_what_waits_and_nothing_of_it_in_memory() {
    let house = House::new().await;
    let machine = house.machine("w", &wait(300)).await;
    let execution = house.start(&machine, &json!({"x": true})).await;
    let (store, clock, others) = (
        house.store.clone(),
        house.clock.clone(),
        house.others.clone(),
    );
    house.release();
    drop(house);
    let house = House::on(store, clock, others).await;
    assert_eq!(house.service.executions_in_memory(), 0);
    assert_eq!(house.describe(&execution).await["status"], "RUNNING");
    let done = house.ended(&execution).await;
    assert_eq!(
        (text(&done, "status"), text(&done, "output")),
        ("SUCCEEDED".into(), r#"{"x":true}"#.into())
    );
    let types = house.event_types(&execution).await;
    assert_eq!(
        types,
        [
            "ExecutionStarted",
            "WaitStateEntered",
            "WaitStateExited",
            "ExecutionSucceeded"
        ]
    );
}

#[tokio::test]
async fn the_whole_machine_times_out() {
    let house = House::new().await;
    let mut definition = wait(1000);
    definition["TimeoutSeconds"] = 5.into();
    let machine = house.machine("w", &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(done["status"], "TIMED_OUT");
    assert!(done.get("error").is_none() && done.get("cause").is_none());
}

#[tokio::test]
async fn an_execution_that_failed_can_be_redriven_and_one_that_did_not_cannot() {
    let house = House::new().await;
    let activity = text(
        &house.ok("CreateActivity", json!({"name": "a"})).await,
        "activityArn",
    );
    let task = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "T"}, "T": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = house.machine("t", &task).await;
    let execution = house.start(&machine, &json!({})).await;
    let refused = house
        .refused("RedriveExecution", json!({"executionArn": execution}))
        .await;
    assert_eq!(
        refused,
        (
            "ExecutionNotRedrivable".into(),
            "Execution is RUNNING and cannot be redriven".into()
        )
    );
    let taken = house
        .ok("GetActivityTask", json!({"activityArn": activity}))
        .await;
    house
        .ok(
            "SendTaskFailure",
            json!({"taskToken": taken["taskToken"], "error": "Oops", "cause": "why"}),
        )
        .await;
    let failed = house.describe(&execution).await;
    assert_eq!(
        (text(&failed, "status"), text(&failed, "error")),
        ("FAILED".into(), "Oops".into())
    );
    let redrive = json!({"executionArn": execution, "clientToken": "t1"});
    let redriven = house.ok("RedriveExecution", redrive.clone()).await;
    assert_eq!(house.ok("RedriveExecution", redrive).await, redriven);
    let taken = house
        .ok("GetActivityTask", json!({"activityArn": activity}))
        .await;
    house
        .ok(
            "SendTaskSuccess",
            json!({"taskToken": taken["taskToken"], "output": "7"}),
        )
        .await;
    let done = house.describe(&execution).await;
    assert_eq!(
        (
            text(&done, "status"),
            &done["redriveCount"],
            text(&done, "output")
        ),
        ("SUCCEEDED".into(), &json!(1), "7".into())
    );
    let types = house.event_types(&execution).await;
    assert_eq!(
        types.iter().filter(|t| *t == "ExecutionRedriven").count(),
        1
    );
    assert_eq!(types.iter().filter(|t| *t == "PassStateEntered").count(), 1);
}
