use store::{Batch, BusEvent, Store};

use crate::testing::{House, frame};

fn event(id: &str, region: &str, detail: &str) -> BusEvent {
    BusEvent {
        id: id.into(),
        time_ms: 1_700_000_000_123,
        account: "000000000000".into(),
        region: region.into(),
        bus: "default".into(),
        source: "aws.states".into(),
        detail_type: "Changed".into(),
        resources: vec!["arn:x".into()],
        detail: detail.into(),
        internal: true,
    }
}

async fn publish(store: &Store, event: BusEvent) {
    let mut batch = Batch::new();
    batch.publish(event);
    store.commit(batch).await.unwrap();
}

async fn open(house: &House, query: &str, last: Option<&str>) -> aws::Body {
    let headers: Vec<_> = last
        .map(|last| ("last-event-id", last))
        .into_iter()
        .collect();
    let path = format!("/_taxiway/events{query}");
    let response = house.ask("GET", &path, &headers, "").await;
    assert_eq!(response.status(), 200);
    response.into_body()
}

#[tokio::test]
async fn what_is_published_on_any_bus_comes_once_and_in_order() {
    let house = House::new();
    publish(&house.main, event("before", "us-east-1", "{}")).await;
    let mut stream = open(&house, "", None).await;
    let hello = frame(&mut stream).await;
    assert_eq!(
        hello,
        "event: hello\nid: main.1~objects.0\ndata: {\"cursor\":\"main.1~objects.0\"}\n\n"
    );
    publish(&house.objects, event("o", "us-east-1", "{\n \"a\": 1.50 }")).await;
    let got = frame(&mut stream).await;
    assert!(
        got.starts_with(
            "id: main.1~objects.1\ndata: {\"id\":\"o\",\"time\":\"2023-11-14T22:13:20.123Z\""
        ),
        "{got}"
    );
    assert!(
        got.contains("\"detail\":{\"a\":1.5}") && got.contains("\"internal\":true"),
        "{got}"
    );
    publish(&house.main, event("elsewhere", "eu-west-1", "{}")).await;
    publish(
        &house.main,
        event("m", "us-east-1", "{\"n\":12345678901234567890123}"),
    )
    .await;
    let got = frame(&mut stream).await;
    assert!(
        got.starts_with("id: main.3~objects.1\n") && got.contains("\"id\":\"m\""),
        "{got}"
    );
    assert!(
        got.contains("12345678901234567890123"),
        "as it was published: {got}"
    );
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was() {
    let house = House::new();
    for id in ["a", "b", "c"] {
        publish(&house.main, event(id, "us-east-1", "{}")).await;
    }
    let mut stream = open(&house, "?after=main.1~objects.0", None).await;
    assert!(
        frame(&mut stream)
            .await
            .starts_with("event: hello\nid: main.1~")
    );
    let got = frame(&mut stream).await;
    assert!(
        got.contains("\"id\":\"b\"")
            && got.contains("\"id\":\"c\"")
            && !got.contains("\"id\":\"a\""),
        "{got}"
    );
    // The browser's header is newer than the address.
    let mut stream = open(&house, "?after=main.1", Some("main.2~objects.0")).await;
    frame(&mut stream).await;
    let got = frame(&mut stream).await;
    assert!(
        got.contains("\"id\":\"c\"") && !got.contains("\"id\":\"b\""),
        "{got}"
    );
}

#[tokio::test]
async fn a_cursor_of_another_data_folder_begins_anew_and_says_so() {
    let house = House::new();
    publish(&house.main, event("a", "us-east-1", "{}")).await;
    let mut stream = open(&house, "?after=main.77~objects.0", None).await;
    assert_eq!(
        frame(&mut stream).await,
        "event: hello\nid: main.1~objects.0\ndata: {\"cursor\":\"main.1~objects.0\",\"reset\":true}\n\n"
    );
    assert_eq!(
        house.get("/_taxiway/events?after=nonsense").await.status(),
        400
    );
}
