use serde_json::{Value, json};

use super::harness::*;
use crate::firing::Outcome;

fn on(source: &str) -> Value {
    json!({"EventPattern": json!({"source": [source]}).to_string()})
}

#[tokio::test]
async fn an_event_starts_the_state_machine_with_the_transformed_input() {
    let house = House::new().await;
    let transformer = json!({"InputTransformer": {"InputPathsMap": {"key": "$.detail.key"},
        "InputTemplate": "{\"uploaded\": <key>}"}});
    house.rule("r", on("app"), transformer).await;
    let id = house.put_event(json!({"key": "a/b.csv"})).await;
    house.settle().await;
    assert_eq!(house.door.inputs(), ["{\"uploaded\": \"a/b.csv\"}"]);
    let call = house.door.calls.lock()[0].clone();
    assert_eq!(
        (&*call.service, &*call.operation),
        ("states", "StartExecution")
    );
    assert_eq!(call.input["stateMachineArn"], MACHINE);
    assert!(call.input["name"].as_str().unwrap().starts_with(&id));
    let firings = house.firings("r").await;
    assert_eq!((firings.len(), firings[0].event_id.clone()), (1, id));
    assert!(
        matches!(&firings[0].outcome, Outcome::Delivered { attempts: 1, result } if result.starts_with("arn:"))
    );
    house.settle().await;
    assert_eq!(house.door.calls.lock().len(), 1);
}

#[tokio::test]
async fn each_kind_of_input() {
    let house = House::new().await;
    house
        .rule(
            "constant",
            on("a"),
            json!({"Input": "{\"from\": \"rule\"}"}),
        )
        .await;
    house
        .rule("path", on("b"), json!({"InputPath": "$.detail.x"}))
        .await;
    house.rule("event", on("c"), json!({})).await;
    for source in ["a", "b", "c", "d"] {
        publish(&house.store, source, json!({"x": [1, source]}), false).await;
    }
    house.settle().await;
    let inputs = house.door.inputs();
    assert_eq!(inputs.len(), 3);
    assert_eq!(inputs[..2], ["[1,\"b\"]", "{\"from\": \"rule\"}"]);
    let event: Value = serde_json::from_str(&inputs[2]).unwrap();
    assert_eq!(
        (&event["source"], &event["detail"]),
        (&json!("c"), &json!({"x": [1, "c"]}))
    );
    assert_eq!(event["time"], "2026-11-23T23:36:40Z");
}

#[tokio::test]
async fn buses_of_other_stores_are_seen_and_internal_events_are_not() {
    let house = House::new().await;
    house
        .rule("r", on("aws.s3"), json!({"InputPath": "$.detail.n"}))
        .await;
    publish(&house.other, "aws.s3", json!({"n": 1}), false).await;
    publish(&house.other, "aws.s3", json!({"n": 2}), true).await;
    publish(&house.store, "aws.s3", json!({"n": 3}), false).await;
    house.settle().await;
    assert_eq!(house.door.inputs(), ["1", "3"]);
    assert_eq!(house.door.calls.lock().len(), 2);
}

#[tokio::test]
async fn a_rule_sees_what_is_published_after_it_was_put_and_while_it_is_enabled() {
    let house = House::new().await;
    publish(&house.other, "app", json!({"n": 0}), false).await;
    house
        .rule("r", on("app"), json!({"InputPath": "$.detail.n"}))
        .await;
    publish(&house.other, "app", json!({"n": 1}), false).await;
    house.ok("DisableRule", json!({"Name": "r"})).await;
    publish(&house.other, "app", json!({"n": 2}), false).await;
    let house = house.restart().await;
    house.ok("EnableRule", json!({"Name": "r"})).await;
    publish(&house.other, "app", json!({"n": 3}), false).await;
    let house = house.restart().await;
    house.settle().await;
    assert_eq!(house.door.inputs(), ["1", "3"]);
}

/// Wherever the service ends, each event starts one execution.
#[tokio::test]
async fn a_restart_at_any_point_starts_nothing_twice_and_loses_nothing() {
    let mut house = House::new().await;
    house
        .rule("r", on("app"), json!({"InputPath": "$.detail.n"}))
        .await;
    let mut expected = Vec::new();
    for point in 0..6 {
        house.put_event(json!({"n": point})).await;
        expected.push(point.to_string());
        if point == 1 {
            // The execution starts and the answer is lost.
            house.door.script.lock().push_back(Script::LoseAnswer);
        }
        if point >= 2 {
            house.service.match_published().await.unwrap();
        }
        if point >= 3 {
            house = house.restart().await;
        }
        if point != 4 {
            house.service.deliver_due().await.unwrap();
        }
        house = house.restart().await;
        house.clock.advance(5_000);
    }
    house.settle().await;
    assert_eq!(house.door.inputs(), expected);
    let outcomes = house.firings("r").await;
    assert_eq!(outcomes.len(), 6);
    assert!(
        outcomes
            .iter()
            .all(|f| matches!(f.outcome, Outcome::Delivered { .. })),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_name() {
    let house = House::new().await;
    house.rule("r", on("app"), json!({"Input": "1"})).await;
    house.door.script.lock().push_back(Script::LoseAnswer);
    house.put_event(json!({})).await;
    house.settle().await;
    let first = house.firings("r").await.remove(0);
    let Outcome::Retrying {
        attempts: 1,
        next_ms,
        ..
    } = first.outcome
    else {
        panic!("{first:?}");
    };
    house.clock.set(next_ms - 1);
    house.settle().await;
    assert_eq!(house.door.calls.lock().len(), 1);
    house.clock.set(next_ms);
    house.settle().await;
    let names: Vec<Value> = house
        .door
        .calls
        .lock()
        .iter()
        .map(|c| c.input["name"].clone())
        .collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], names[1]);
    assert_eq!(house.door.inputs(), ["1"]);
    let last = house.firings("r").await.remove(0);
    assert!(
        matches!(last.outcome, Outcome::Delivered { attempts: 2, .. }),
        "{last:?}"
    );
}

#[tokio::test]
async fn retries_end_by_count_by_age_or_at_a_no() {
    let house = House::new().await;
    let retry = |count: u32, age: u32| {
        json!({"RetryPolicy": {"MaximumRetryAttempts": count, "MaximumEventAgeInSeconds": age},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"}})
    };
    house.rule("count", on("a"), retry(2, 86_400)).await;
    house.rule("age", on("b"), retry(185, 60)).await;
    house.rule("no", on("c"), json!({})).await;
    let failed = async |rule: &str| match house.firings(rule).await.remove(0).outcome {
        Outcome::Failed { attempts, error } => (attempts, error),
        other => panic!("{rule}: {other:?}"),
    };
    let run = async |source: &str| {
        publish(&house.store, source, json!({}), false).await;
        house.settle().await;
        while let Some(next) = house.service.deliver_due().await.unwrap() {
            house.clock.set(next);
        }
    };
    for _ in 0..3 {
        house
            .door
            .script
            .lock()
            .push_back(Script::Fail(unavailable()));
    }
    run("a").await;
    let (attempts, error) = failed("count").await;
    assert_eq!(attempts, 3);
    assert!(
        error.contains("ServiceUnavailable") && error.contains("queue arn:aws:sqs"),
        "{error}"
    );
    for _ in 0..20 {
        house
            .door
            .script
            .lock()
            .push_back(Script::Fail(unavailable()));
    }
    run("b").await;
    let (attempts, error) = failed("age").await;
    assert!((5..8).contains(&attempts), "{attempts}");
    assert!(error.contains("too old"), "{error}");
    house.door.script.lock().clear();
    let no = aws::ApiError::new(
        "StateMachineDoesNotExist",
        "State Machine Does Not Exist: 'm'",
    );
    house.door.script.lock().push_back(Script::Fail(no));
    run("c").await;
    assert_eq!(
        failed("no").await,
        (
            1,
            "StateMachineDoesNotExist: State Machine Does Not Exist: 'm'".to_owned()
        )
    );
}

#[tokio::test]
async fn another_bus_gets_the_event_once_and_its_rules_see_it() {
    let house = House::new().await;
    let bus = house.ok("CreateEventBus", json!({"Name": "orders"})).await["EventBusArn"].clone();
    house.ok("PutRule", json!({"Name": "r", "EventBusName": "orders", "EventPattern": "{\"detail\":{\"n\":[1]}}"})).await;
    let target = json!({"Id": "1", "Arn": MACHINE, "RoleArn": ROLE, "InputPath": "$.detail.n"});
    house
        .ok(
            "PutTargets",
            json!({"Rule": "r", "EventBusName": bus, "Targets": [target]}),
        )
        .await;
    house.rule("forward", on("app"), json!({"Arn": bus})).await;
    house.put_event(json!({"n": 1})).await;
    house.put_event(json!({"n": 2})).await;
    house.settle().await;
    let house = house.restart().await;
    house.settle().await;
    house.settle().await;
    assert_eq!(house.door.inputs(), ["1"]);
    // Straight onto the bus, by its ARN; and onto one that is not there.
    let entry = |bus: &Value| json!({"Source": "x", "DetailType": "t", "Detail": "{\"n\":1}", "EventBusName": bus});
    let put = house
        .ok(
            "PutEvents",
            json!({"Entries": [entry(&bus), entry(&json!("nowhere"))]}),
        )
        .await;
    assert_eq!(put["FailedEntryCount"], 0);
    house.settle().await;
    assert_eq!(house.door.inputs(), ["1", "1"]);
}

#[tokio::test]
async fn a_log_group_gets_the_event_in_a_stream_that_is_made_for_it() {
    let house = House::new().await;
    let group = json!({"Arn": "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/x:*"});
    house.rule("r", on("app"), group).await;
    house.put_event(json!({"n": 1})).await;
    house.put_event(json!({"n": 2})).await;
    house.settle().await;
    let calls = house.door.calls.lock().clone();
    let written: Vec<_> = calls
        .iter()
        .filter(|c| &*c.operation == "PutLogEvents")
        .collect();
    assert!(
        written
            .iter()
            .all(|c| c.input["logGroupName"] == "/aws/events/x")
    );
    let message: Value = serde_json::from_str(
        written[0].input["logEvents"][0]["message"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(message["detail-type"], "t");
    let done = house.firings("r").await;
    assert!(
        done.iter()
            .all(|f| matches!(f.outcome, Outcome::Delivered { .. })),
        "{done:?}"
    );
}

#[tokio::test]
async fn the_record_keeps_the_last_fifty() {
    let house = House::new().await;
    house.rule("r", on("app"), json!({"Input": "1"})).await;
    for _ in 0..4 {
        for _ in 0..15 {
            house.put_event(json!({})).await;
        }
        house.settle().await;
    }
    let house = house.restart().await;
    house.put_event(json!({})).await;
    house.settle().await;
    let numbers: Vec<u64> = house
        .firings("r")
        .await
        .iter()
        .map(|firing| firing.number)
        .collect();
    assert_eq!(numbers, (12..=61).rev().collect::<Vec<_>>());
    house
        .ok("RemoveTargets", json!({"Rule": "r", "Ids": ["1"]}))
        .await;
    house.ok("DeleteRule", json!({"Name": "r"})).await;
    assert_eq!(house.firings("r").await, []);
}

#[tokio::test]
async fn in_the_background_events_become_executions() {
    let house = House::new().await;
    house.rule("r", on("app"), json!({"Input": "1"})).await;
    house
        .rule(
            "tick",
            json!({"ScheduleExpression": "rate(1 minute)"}),
            json!({"Input": "2"}),
        )
        .await;
    house.service.start();
    let mut started = house.door.started.subscribe();
    house.put_event(json!({})).await;
    started.wait_for(|count| *count == 1).await.unwrap();
    house.clock.advance(60_000);
    started.wait_for(|count| *count == 2).await.unwrap();
    house.clock.advance(60_000);
    started.wait_for(|count| *count == 3).await.unwrap();
    publish(&house.other, "app", json!({}), false).await;
    started.wait_for(|count| *count == 4).await.unwrap();
    assert_eq!(house.door.inputs(), ["1", "1", "2", "2"]);
}
