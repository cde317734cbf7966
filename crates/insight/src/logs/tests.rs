use aws::{ApiError, Call};
use serde_json::{Value, json};

use crate::testing::{House, frame};

/// A log stream whose token is the number of events told.
fn get(call: &Call) -> Result<Value, ApiError> {
    if call.input["logStreamName"] != "s" {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        ));
    }
    let from = match call.input["nextToken"].as_str() {
        Some(token) => token.parse().unwrap(),
        None => 2,
    };
    let events: Vec<Value> = (from..4).map(|n| json!({"message": n})).collect();
    Ok(json!({"events": events, "nextForwardToken": "4"}))
}

#[tokio::test]
async fn a_stream_is_told_from_its_tail_and_goes_on_by_its_token() {
    let house = House::new();
    house.door.on("logs", "GetLogEvents", get);
    let path = "/_taxiway/stream/logs?group=g&stream=s";
    let mut stream = house.get(path).await.into_body();
    assert_eq!(
        frame(&mut stream).await,
        "data: {\"message\":2}\n\nid: 4\ndata: {\"message\":3}\n\n"
    );
    let again = house.ask("GET", path, &[("last-event-id", "3")], "").await;
    assert_eq!(
        frame(&mut again.into_body()).await,
        "id: 4\ndata: {\"message\":3}\n\n"
    );
    let missing = house
        .get("/_taxiway/stream/logs?group=g&stream=other")
        .await;
    assert_eq!(missing.status(), 400);
}

/// A group with events at 5, 5, 7.
fn filter(call: &Call) -> Result<Value, ApiError> {
    let all = [("a", 5), ("b", 5), ("c", 7)];
    let from = call.input["startTime"].as_i64().unwrap();
    let events = all.iter().filter(|(_, at)| *at >= from);
    let events: Vec<Value> = events
        .map(|(id, at)| json!({"eventId": id, "timestamp": at}))
        .collect();
    Ok(json!({"events": events}))
}

#[tokio::test(start_paused = true)]
async fn a_group_is_told_each_event_once() {
    let house = House::new();
    house.door.on("logs", "FilterLogEvents", filter);
    let path = "/_taxiway/stream/logs?group=g&filter=x&since=1";
    let mut stream = house.get(path).await.into_body();
    let first = frame(&mut stream).await;
    assert_eq!(first.matches("data:").count(), 3, "{first}");
    assert!(
        first.contains("id: 5~2\n")
            && first.ends_with("id: 7~1\ndata: {\"eventId\":\"c\",\"timestamp\":7}\n\n")
    );
    // Asked again and again, nothing of it is told twice.
    assert_eq!(frame(&mut stream).await, ":\n\n");
    let asked = house.door.calls.lock().last().unwrap().input.clone();
    assert_eq!(
        (&asked["startTime"], &asked["filterPattern"]),
        (&json!(7), &json!("x"))
    );
    // Whoever comes back goes on after the last one told.
    let again = house
        .ask("GET", path, &[("last-event-id", "5~1")], "")
        .await;
    let next = frame(&mut again.into_body()).await;
    assert!(
        !next.contains("\"a\"") && next.contains("\"b\"") && next.contains("\"c\""),
        "{next}"
    );
    assert_eq!(
        house
            .get("/_taxiway/stream/logs?group=g&filter=x&after=z")
            .await
            .status(),
        400
    );
}
