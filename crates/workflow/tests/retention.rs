//! Executions go when they ended long enough ago, with all that belongs to them; others stay.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::{House, text};
use serde_json::json;
use store::Scan;

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn rows(house: &House) -> usize {
    let mut count = 0;
    for table in [
        "workflow/executions",
        "workflow/listed",
        "workflow/tokens",
        "workflow/map-runs",
        "workflow/map-runs-of",
    ] {
        count += house
            .store
            .scan(table, &Scan::prefix(&[]))
            .await
            .unwrap()
            .len();
    }
    count
}

#[tokio::test]
async fn what_ended_long_ago_goes_and_nothing_else() {
    let house = House::new().await;
    house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = "arn:aws:states:us-east-1:000000000000:activity:a";
    let pass = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let task = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
    let wait = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 30_000_000, "End": true}}});
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
            "States": {"P": {"Type": "Pass", "End": true}}}}}});
    let (pass, task) = (
        house.machine("pass", &pass).await,
        house.machine("task", &task).await,
    );
    let (wait, map) = (
        house.machine("wait", &wait).await,
        house.machine("map", &map).await,
    );
    let waits = house.start(&wait, &json!({})).await;
    let mut old = Vec::new();
    for _ in 0..70 {
        old.push(house.start(&pass, &json!({})).await);
    }
    old.push(house.start(&map, &json!({"items": [1, 2, 3]})).await);
    let with_token = house.start(&task, &json!({})).await;
    let taken = house
        .ok("GetActivityTask", json!({"activityArn": activity}))
        .await;
    let token = text(&taken, "taskToken");
    house
        .ok(
            "SendTaskSuccess",
            json!({"taskToken": token, "output": "1"}),
        )
        .await;
    old.push(with_token);
    for execution in &old {
        assert_eq!(house.ended(execution).await["status"], "SUCCEEDED");
    }
    let before = rows(&house).await;
    house.clock.advance(60 * DAY_MS);
    let young = house.start(&pass, &json!({})).await;
    assert_eq!(house.service.sweep_executions().await.unwrap(), 0);
    house.clock.advance(31 * DAY_MS);
    // Three children are executions too.
    house
        .until("all that is old is gone", async || {
            house.service.sweep_executions().await.unwrap();
            rows(&house).await <= 4
        })
        .await;
    assert!(before > 70 * 2 + 10, "{before}");
    for execution in &old {
        let (code, _) = house
            .refused("DescribeExecution", json!({"executionArn": execution}))
            .await;
        assert_eq!(code, "ExecutionDoesNotExist");
    }
    let (code, _) = house
        .refused(
            "SendTaskSuccess",
            json!({"taskToken": token, "output": "1"}),
        )
        .await;
    assert_eq!(code, "InvalidToken");
    assert_eq!(house.describe(&waits).await["status"], "RUNNING");
    assert_eq!(house.describe(&young).await["status"], "SUCCEEDED");
    let survey = workflow::invariants::survey(&house.store).await.unwrap();
    assert_eq!((survey.executions, survey.broken), (2, vec![]));
}
