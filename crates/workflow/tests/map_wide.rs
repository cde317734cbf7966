//! Distributed Maps of many children that wait at once: begun, stopped, and found again after a crash.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use std::{sync::Arc, time::Duration};

use harness::{Faulty, House, Others, text};
use serde_json::{Value, json};
use store::{Op, Store, testing::SimClock};

const ACTIVITY: &str = "arn:aws:states:us-east-1:000000000000:activity:work";
const EXECUTION: &str = "arn:aws:states:us-east-1:000000000000:execution:m:e";
/// More than a thousand, which were the most once.
const MANY: usize = 1_100;

fn map(state: Value, most: usize) -> Value {
    let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "S", "States": {"S": state}});
    json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "Lab", "MaxConcurrency": most,
        "ItemProcessor": processor, "End": true}}})
}

fn task() -> Value {
    json!({"Type": "Task", "Resource": ACTIVITY, "End": true})
}

fn wait() -> Value {
    json!({"Type": "Wait", "Seconds": 100_000, "End": true})
}

async fn begin(house: &House, state: Value, most: usize, items: usize) {
    house.ok("CreateActivity", json!({"name": "work"})).await;
    let machine = house.machine("m", &map(state, most)).await;
    let input = Value::from((0..items).collect::<Vec<_>>()).to_string();
    let start = json!({"stateMachineArn": machine, "name": "e", "input": input});
    house.ok("StartExecution", start).await;
}

async fn map_run(house: &House) -> Value {
    let listed = house
        .ok("ListMapRuns", json!({"executionArn": EXECUTION}))
        .await;
    match listed["mapRuns"][0].get("mapRunArn") {
        Some(arn) => house.ok("DescribeMapRun", json!({"mapRunArn": arn})).await,
        None => Value::Null,
    }
}

/// Returns how many children of the Map run are listed with a status.
async fn listed(house: &House, status: &str) -> usize {
    let run = text(&map_run(house).await, "mapRunArn");
    let mut input = json!({"mapRunArn": run, "statusFilter": status, "maxResults": 1000});
    let mut count = 0;
    loop {
        let page = house.ok("ListExecutions", input.clone()).await;
        count += page["executions"].as_array().unwrap().len();
        match page.get("nextToken") {
            Some(token) => input["nextToken"] = token.clone(),
            None => return count,
        }
    }
}

async fn until_running(house: &House, count: usize) {
    house
        .until(&format!("{count} children run"), async || {
            map_run(house).await["executionCounts"]["running"] == count
                && listed(house, "RUNNING").await == count
        })
        .await;
}

async fn end_all(house: &House, count: usize) {
    for _ in 0..count {
        let task = house
            .ok("GetActivityTask", json!({"activityArn": ACTIVITY}))
            .await;
        let done = json!({"taskToken": task["taskToken"], "output": task["input"]});
        house.ok("SendTaskSuccess", done).await;
    }
    let done = house.ended(EXECUTION).await;
    let all = Value::from((0..count).collect::<Vec<_>>()).to_string();
    assert_eq!(text(&done, "output"), all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_thousand_wait_at_once_and_leave_memory() {
    let house = House::new().await;
    begin(&house, task(), 0, MANY).await;
    until_running(&house, MANY).await;
    assert_eq!(map_run(&house).await["executionCounts"]["pending"], 0);
    // The bound on those that are hot, and the parent.
    assert!(house.service.executions_in_memory() <= 300);
    end_all(&house, MANY).await;
    house
        .until("the Map run is closed", async || {
            map_run(&house).await["executionCounts"]["succeeded"] == MANY
        })
        .await;
    assert_eq!(house.service.broken_invariants(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_amid_the_starts_goes_on_with_those_that_are_there() {
    let disk = Store::in_memory().unwrap();
    let (clock, others) = (SimClock::default(), Others::new());
    let (store, faulty) = Faulty::new(disk.clone(), MANY / 2, true);
    let house = House::on(store, clock.clone(), Arc::clone(&others)).await;
    begin(&house, task(), 0, MANY).await;
    while faulty.commits() <= MANY / 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    house.release();
    let house = House::on(disk, clock, others).await;
    until_running(&house, MANY).await;
    let survey = workflow::invariants::survey(&house.store).await.unwrap();
    assert_eq!((survey.open, survey.broken), (MANY as u64 + 1, vec![]));
    end_all(&house, MANY).await;
}

#[tokio::test]
async fn more_are_begun_when_a_change_allows_it() {
    let house = House::new().await;
    begin(&house, wait(), 2, 5).await;
    until_running(&house, 2).await;
    let run = text(&map_run(&house).await, "mapRunArn");
    let change = json!({"mapRunArn": run, "maxConcurrency": 4});
    house.ok("UpdateMapRun", change).await;
    until_running(&house, 4).await;
    assert_eq!(map_run(&house).await["executionCounts"]["pending"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_amid_the_starts_leaves_no_child_behind() {
    let house = House::new().await;
    begin(&house, wait(), 0, 400).await;
    house
        .until("some run", async || {
            let run = map_run(&house).await;
            run["executionCounts"]["running"].as_u64() > Some(20)
        })
        .await;
    let stop = json!({"executionArn": EXECUTION});
    house.ok("StopExecution", stop).await;
    house
        .until("the Map run is closed", async || {
            map_run(&house).await["status"] == "ABORTED"
        })
        .await;
    let counts = map_run(&house).await["executionCounts"].clone();
    assert_eq!(counts["running"], 0, "{counts}");
    assert_eq!(listed(&house, "RUNNING").await, 0);
    assert_eq!(listed(&house, "ABORTED").await, counts["aborted"]);
}

#[tokio::test]
async fn a_crash_after_a_stop_stops_the_children_and_begins_no_others() {
    let disk = Store::in_memory().unwrap();
    let (clock, others) = (SimClock::default(), Others::new());
    // The stop is committed, what it leads to is not.
    let (store, faulty) = Faulty::until(disk.clone(), |batch| {
        let cancels = |op: &Op| matches!(op, Op::Put { table, .. } if *table == "workflow/map-runs-cancelled");
        batch.ops.iter().any(cancels)
    });
    let house = House::on(store, clock.clone(), Arc::clone(&others)).await;
    begin(&house, wait(), 2, 4).await;
    until_running(&house, 2).await;
    // Whether it is answered is a matter of luck.
    let stop = json!({"executionArn": EXECUTION});
    let _ = house.call("StopExecution", stop).await;
    while !faulty.is_dead() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    house.release();
    let house = House::on(disk, clock, others).await;
    assert_eq!(house.describe(EXECUTION).await["status"], "ABORTED");
    house
        .until("the Map run is closed", async || {
            map_run(&house).await["status"] == "ABORTED"
        })
        .await;
    let counts = map_run(&house).await["executionCounts"].clone();
    assert_eq!(
        (&counts["aborted"], &counts["pending"], &counts["running"]),
        (&json!(2), &json!(2), &json!(0)),
        "{counts}"
    );
    assert_eq!(listed(&house, "ABORTED").await, 2);
    assert_eq!(listed(&house, "RUNNING").await, 0);
}
