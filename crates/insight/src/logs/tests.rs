use aws::{ApiError, Call};
use serde_json::{Value, json};

use crate::{
    Followed, Looked, TailFrom,
    testing::{House, frame},
};

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

#[tokio::test(start_paused = true)]
async fn a_group_is_told_as_it_comes_and_says_where_to_go_on() {
    let house = House::new();
    house
        .door
        .on("logs", "FilterLogEvents", |_| Ok(json!({"events": []})));
    let event = |n: i64| json!({"eventId": n, "timestamp": n});
    let looked = |events: &[i64], at_ms| Looked {
        events: events.iter().copied().map(event).collect(),
        at_ms,
    };
    house.services.looks.lock().extend([
        looked(&[5, 6], None),
        looked(&[], None),
        looked(&[7], None),
        looked(&[], Some(100)),
        looked(&[3, 8], Some(200)),
    ]);
    let path = "/_taxiway/stream/logs?group=g&filter=x&since=1";
    let mut stream = house.get(path).await.into_body();
    let data = |n: i64| format!("data: {{\"eventId\":{n},\"timestamp\":{n}}}\n\n");
    let first = frame(&mut stream).await;
    assert_eq!(
        first,
        data(5) + &data(6),
        "before all is told there is no place to come back to"
    );
    assert_eq!(frame(&mut stream).await, data(7));
    assert_eq!(frame(&mut stream).await, data(3) + "id: @200\n" + &data(8));
    let of = Followed {
        group: "g".into(),
        stream: None,
        pattern: "x".into(),
    };
    assert_eq!(
        house.services.followed.lock().pop(),
        Some((of.clone(), TailFrom::Since(1)))
    );
    house
        .ask("GET", path, &[("last-event-id", "@200")], "")
        .await;
    assert_eq!(
        house.services.followed.lock().pop(),
        Some((of, TailFrom::Looked(200)))
    );
    let bad = house.get(&format!("{path}&after=5~1")).await;
    assert_eq!(bad.status(), 400);
}

#[tokio::test]
async fn what_the_service_refuses_is_refused_in_its_words() {
    let house = House::new();
    house.door.on("logs", "FilterLogEvents", |call| {
        assert_eq!(call.input["logStreamNames"], json!(["s"]));
        Err(ApiError::new("ResourceNotFoundException", "no"))
    });
    let refused = house
        .get("/_taxiway/stream/logs?group=g&stream=s&filter=x")
        .await;
    assert_eq!(refused.status(), 400);
    assert!(house.services.followed.lock().is_empty());
}
