use aws::ApiError;
use serde_json::json;

use crate::{
    Followed, Looked, TailFrom,
    testing::{House, frame},
};

#[tokio::test]
async fn a_stream_is_told_from_its_newest_and_goes_on_where_it_was_left() {
    let house = House::new();
    house
        .door
        .on("logs", "FilterLogEvents", |_| Ok(json!({"events": []})));
    house.services.looks.lock().push_back(Looked {
        events: vec![json!({"message": 2}), json!({"message": 3})],
        cursor: Some("#1/4".into()),
    });
    let path = "/_taxiway/stream/logs?group=g&stream=s";
    let mut stream = house.get(path).await.into_body();
    assert_eq!(
        frame(&mut stream).await,
        "data: {\"message\":2}\n\nid: #1/4\ndata: {\"message\":3}\n\n"
    );
    let of = Followed {
        group: "g".into(),
        stream: Some("s".into()),
        pattern: String::new(),
    };
    let begun = |from| {
        let last = house.services.followed.lock().pop();
        assert_eq!(last, Some((of.clone(), from)));
    };
    begun(TailFrom::Newest(1_000));
    house.get(&format!("{path}&tail=7")).await;
    begun(TailFrom::Newest(7));
    house
        .ask("GET", path, &[("last-event-id", "#1/4")], "")
        .await;
    begun(TailFrom::Cursor("#1/4".into()));
    house.get(&format!("{path}&after=%231/4")).await;
    begun(TailFrom::Cursor("#1/4".into()));
}

#[tokio::test(start_paused = true)]
async fn a_group_is_told_as_it_comes_and_says_where_to_go_on() {
    let house = House::new();
    house
        .door
        .on("logs", "FilterLogEvents", |_| Ok(json!({"events": []})));
    let event = |n: i64| json!({"eventId": n, "timestamp": n});
    let looked = |events: &[i64], cursor: Option<&str>| Looked {
        events: events.iter().copied().map(event).collect(),
        cursor: cursor.map(str::to_owned),
    };
    house.services.looks.lock().extend([
        looked(&[5, 6], None),
        looked(&[], None),
        looked(&[7], None),
        looked(&[], Some("@100")),
        looked(&[3, 8], Some("@200")),
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
        Some((of, TailFrom::Cursor("@200".into())))
    );
}

#[tokio::test]
async fn what_the_service_refuses_is_refused_in_its_words() {
    let house = House::new();
    house.door.on("logs", "FilterLogEvents", |call| {
        assert_eq!(call.input["logStreamNames"], json!(["s"]));
        Err(ApiError::new("ResourceNotFoundException", "no"))
    });
    for filter in ["", "&filter=x"] {
        let path = format!("/_taxiway/stream/logs?group=g&stream=s{filter}");
        assert_eq!(house.get(&path).await.status(), 400);
    }
    assert!(house.services.followed.lock().is_empty());
}
