use std::collections::VecDeque;

use aws::ApiError;
use futures::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};

use crate::{
    Events, History,
    testing::{House, value},
};

struct Told(VecDeque<Events>);

impl History for Told {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Events>, ApiError>> {
        let next = self.0.pop_front();
        async move { Ok(next) }.boxed()
    }

    fn status(&self) -> &'static str {
        "SUCCEEDED"
    }
}

/// `(previous, type, tenths of a second, name)`, numbered from 1.
type Row = (u64, &'static str, i64, &'static str);

fn history(rows: &[Row]) -> Box<dyn History> {
    let event = |(at, (previous, kind, tenths, name)): (usize, &Row)| {
        let mut event = json!({
            "id": at + 1, "previousEventId": previous, "type": kind, "timestamp": *tenths as f64 / 10.0,
        });
        let details = match *kind {
            "MapRunStarted" => json!({"mapRunArn": name}),
            _ => json!({"name": name}),
        };
        event["someEventDetails"] = details;
        event.as_object().unwrap().clone()
    };
    // Two batches, as a stream would have them.
    let events: Vec<_> = rows.iter().enumerate().map(event).collect();
    let (first, second) = events.split_at(events.len() / 2);
    Box::new(Told([first.to_vec(), second.to_vec()].into()))
}

fn house(kind: &'static str, executions: Value) -> House {
    let house = House::new();
    house
        .door
        .on("states", "DescribeStateMachine", move |call| {
            match call.input["stateMachineArn"].as_str() {
                Some("arn:m") => Ok(json!({"type": kind, "name": "m"})),
                _ => Err(ApiError::new("StateMachineDoesNotExist", "no")),
            }
        });
    house.door.on("states", "ListExecutions", move |_| {
        Ok(json!({"executions": executions}))
    });
    house
}

fn ended(name: &str) -> Value {
    json!({"executionArn": name, "status": "SUCCEEDED", "stopDate": 1})
}

async fn stats(house: &House, more: &str) -> Value {
    value(
        house
            .get(&format!(
                "/_taxiway/state-stats?stateMachineArn=arn:m{more}"
            ))
            .await,
    )
    .await
}

const GOOD: &[Row] = &[
    (0, "ExecutionStarted", 0, ""),
    (0, "TaskStateEntered", 0, "Work"),
    (2, "TaskScheduled", 0, ""),
    (3, "TaskFailed", 5, ""),
    (4, "TaskScheduled", 10, ""),
    (5, "TaskSucceeded", 20, ""),
    (6, "TaskStateExited", 20, "Work"),
    (7, "SucceedStateEntered", 20, "Done"),
    (8, "SucceedStateExited", 21, "Done"),
    (9, "ExecutionSucceeded", 21, ""),
];
const BAD: &[Row] = &[
    (0, "ExecutionStarted", 100, ""),
    (0, "TaskStateEntered", 100, "Work"),
    (2, "TaskScheduled", 100, ""),
    (3, "TaskFailed", 104, ""),
    (4, "TaskStateExited", 104, "Work"),
    (5, "FailStateEntered", 104, "Sorry"),
    (6, "ExecutionFailed", 104, ""),
];

#[tokio::test]
async fn runs_failures_retries_percentiles_and_cost_of_each_state() {
    let house = house(
        "STANDARD",
        json!([{"executionArn": "r", "status": "RUNNING"}, ended("b"), ended("a")]),
    );
    // The last one pushed is followed first.
    house
        .services
        .histories
        .lock()
        .extend([history(GOOD), history(BAD)]);
    let answer = stats(&house, "").await;
    assert_eq!(answer["type"], "STANDARD");
    assert_eq!(
        (&answer["executions"], &answer["truncated"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(answer["from"], "1970-01-01T00:00:00.000Z");
    assert_eq!(answer["to"], "1970-01-01T00:00:10.400Z");
    let states = answer["states"].as_array().unwrap();
    let named = |name: &str| states.iter().find(|state| state["name"] == name).unwrap();
    let work = named("Work");
    assert_eq!(work["type"], "Task");
    assert_eq!(
        [
            &work["runs"],
            &work["failed"],
            &work["caught"],
            &work["retries"]
        ],
        [2, 0, 1, 1]
    );
    assert_eq!(
        [&work["p50"], &work["p95"], &work["longest"]],
        [400, 2000, 2000]
    );
    assert_eq!(work["transitions"], 3);
    let sorry = named("Sorry");
    assert_eq!([&sorry["runs"], &sorry["failed"], &sorry["p95"]], [1, 1, 0]);
    // Three of Work, one of Done and of Sorry.
    assert_eq!(answer["transitions"], 5);
    assert!((answer["cost"].as_f64().unwrap() - 0.000_125).abs() < 1e-12);
    assert_eq!(answer["region"], "us-east-1");
}

#[tokio::test]
async fn as_many_as_one_asks_for() {
    let house = house("STANDARD", json!([ended("b"), ended("a")]));
    house.services.histories.lock().push(history(BAD));
    let answer = stats(&house, "&last=1").await;
    assert_eq!(
        (&answer["executions"], &answer["truncated"]),
        (&json!(1), &json!(true))
    );
    let refused = stats(&house, "&last=201").await;
    assert_eq!(refused["code"], "InvalidParameter");
    let path = "/_taxiway/state-stats?stateMachineArn=arn:x";
    assert_eq!(
        value(house.get(path).await).await["code"],
        "StateMachineDoesNotExist"
    );
    assert_eq!(house.ask("POST", path, &[], "").await.status(), 405);
}

#[tokio::test]
async fn what_is_inside_of_parallels_and_maps_is_counted_where_it_is() {
    let house = house("STANDARD", json!([ended("a")]));
    house.services.histories.lock().push(history(&[
        (0, "ExecutionStarted", 0, ""),
        (0, "ParallelStateEntered", 0, "Both"),
        (2, "ParallelStateStarted", 0, ""),
        (3, "MapStateEntered", 0, "Each"),
        (4, "MapStateStarted", 0, ""),
        (5, "MapIterationStarted", 0, "Each"),
        (6, "PassStateEntered", 1, "Item"),
        (7, "PassStateExited", 2, "Item"),
        (8, "MapIterationSucceeded", 2, "Each"),
        (5, "MapIterationStarted", 2, "Each"),
        (10, "PassStateEntered", 2, "Item"),
        (11, "PassStateExited", 6, "Item"),
        (12, "MapIterationSucceeded", 6, "Each"),
        (13, "MapStateSucceeded", 6, ""),
        (14, "MapStateExited", 7, "Each"),
        // The other branch.
        (3, "WaitStateEntered", 0, "Pause"),
        (16, "WaitStateExited", 9, "Pause"),
        (17, "ParallelStateSucceeded", 9, ""),
        (18, "ParallelStateExited", 9, "Both"),
        (19, "ExecutionSucceeded", 9, ""),
    ]));
    let answer = stats(&house, "").await;
    let states = answer["states"].as_array().unwrap();
    let seen: Vec<_> = states
        .iter()
        .map(|s| {
            (
                s["name"].as_str().unwrap(),
                s["runs"].as_u64().unwrap(),
                s["p95"].as_i64().unwrap(),
                s["retries"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Both", 1, 900, 0),
            ("Each", 1, 700, 0),
            ("Item", 2, 400, 0),
            ("Pause", 1, 900, 0)
        ]
    );
}

#[tokio::test]
async fn a_failure_inside_fails_what_is_around_it_and_the_rest_is_canceled() {
    let house = house("STANDARD", json!([ended("a")]));
    house.services.histories.lock().push(history(&[
        (0, "ExecutionStarted", 0, ""),
        (0, "ParallelStateEntered", 0, "Outer"),
        (2, "ParallelStateStarted", 0, ""),
        (3, "ParallelStateEntered", 0, "Inner"),
        (4, "ParallelStateStarted", 0, ""),
        (5, "TaskStateEntered", 0, "Work"),
        (6, "TaskScheduled", 0, ""),
        (3, "WaitStateEntered", 0, "Pause"),
        (7, "TaskTimedOut", 3, ""),
        (9, "ParallelStateFailed", 3, ""),
        (10, "ParallelStateFailed", 3, ""),
        (11, "ExecutionFailed", 3, ""),
    ]));
    let answer = stats(&house, "").await;
    let states = answer["states"].as_array().unwrap();
    let seen: Vec<_> = states
        .iter()
        .map(|s| {
            (
                s["name"].as_str().unwrap(),
                s["failed"].as_u64().unwrap(),
                s["canceled"].as_u64().unwrap(),
                s["p95"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Outer", 1, 0, json!(300)),
            ("Inner", 1, 0, json!(300)),
            ("Work", 1, 0, json!(300)),
            ("Pause", 0, 1, Value::Null)
        ]
    );
}

#[tokio::test]
async fn a_redrive_and_each_child_of_a_distributed_map_are_transitions() {
    let house = house("STANDARD", json!([ended("a")]));
    house.door.on("states", "DescribeMapRun", |call| {
        assert_eq!(call.input["mapRunArn"], "arn:run");
        Ok(json!({"executionCounts": {"total": 40}}))
    });
    house.services.histories.lock().push(history(&[
        (0, "ExecutionStarted", 0, ""),
        (0, "MapStateEntered", 0, "Each"),
        (2, "MapStateStarted", 0, ""),
        (3, "MapRunStarted", 0, "arn:run"),
        (4, "MapRunSucceeded", 5, ""),
        (5, "MapStateSucceeded", 5, ""),
        (6, "MapStateExited", 5, "Each"),
        (7, "TaskStateEntered", 5, "Work"),
        (8, "TaskScheduled", 5, ""),
        (9, "TaskFailed", 6, ""),
        (10, "ExecutionFailed", 6, ""),
        (11, "ExecutionRedriven", 50, ""),
        (12, "TaskScheduled", 50, ""),
        (13, "TaskSucceeded", 51, ""),
        (14, "TaskStateExited", 51, "Work"),
        (15, "ExecutionSucceeded", 51, ""),
    ]));
    let answer = stats(&house, "").await;
    let states = answer["states"].as_array().unwrap();
    assert_eq!([&states[0]["runs"], &states[0]["transitions"]], [1, 41]);
    assert_eq!(
        [
            &states[1]["runs"],
            &states[1]["failed"],
            &states[1]["transitions"]
        ],
        [1, 0, 2]
    );
    // And one for the redrive itself.
    assert_eq!(answer["transitions"], 44);
}

#[tokio::test]
async fn express_executions_are_known_from_their_log() {
    let house = House::new();
    house.door.on("states", "DescribeStateMachine", |_| {
        Ok(json!({"type": "EXPRESS", "name": "m", "loggingConfiguration": {"level": "ALL", "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/m:*"}}]}}))
    });
    house.door.on("logs", "DescribeLogStreams", |call| {
        assert_eq!([&call.input["logGroupName"], &call.input["logStreamNamePrefix"]], ["/m", "states/m/"]);
        Ok(json!({"logStreams": [{"logStreamName": "states/m/2"}, {"logStreamName": "states/m/1"}]}))
    });
    house.door.on("logs", "GetLogEvents", |call| {
        if call.input["nextToken"] == "end" {
            return Ok(json!({"events": [], "nextForwardToken": "end"}));
        }
        let line = |id: u64, kind: &str, at_ms: u64, name: &str| {
            let line = json!({
                "id": id.to_string(), "previous_event_id": (id - 1).to_string(), "type": kind, "event_timestamp": at_ms.to_string(),
                "details": {"name": name}, "execution_arn": call.input["logStreamName"],
            });
            json!({"message": line.to_string()})
        };
        let mut lines = vec![line(1, "ExecutionStarted", 1000, ""), line(2, "PassStateEntered", 1000, "P"), line(3, "PassStateExited", 1030, "P")];
        // The newer one still runs.
        if call.input["logStreamName"] == "states/m/1" {
            lines.push(line(4, "ExecutionSucceeded", 1130, ""));
        }
        Ok(json!({"events": lines, "nextForwardToken": "end"}))
    });
    let answer = stats(&house, "").await;
    assert_eq!(
        [&answer["type"], &answer["states"][0]["name"]],
        ["EXPRESS", "P"]
    );
    assert_eq!(
        [
            &answer["executions"],
            &answer["billedMs"],
            &answer["states"][0]["p95"]
        ],
        [1, 200, 30]
    );
    assert_eq!(
        [&answer["transitions"], &answer["states"][0]["cost"]],
        [&Value::Null, &Value::Null]
    );
    // One request, and 0.2 s of 64 MB.
    let cost = 0.000_001 + 0.2 / 16.0 * 0.000_016_67;
    assert!((answer["cost"].as_f64().unwrap() - cost).abs() < 1e-12);
}

#[tokio::test]
async fn express_without_its_events_is_refused_with_what_to_do() {
    let house = house("EXPRESS", json!([]));
    let answer = stats(&house, "").await;
    assert_eq!(answer["code"], "LogLevelNotAll");
    assert!(answer["message"].as_str().unwrap().contains("log level"));
}
