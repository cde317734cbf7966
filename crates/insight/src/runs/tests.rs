use serde_json::json;
use store::{Batch, BusEvent, Key, Store};

use super::{Feed, Run, Runs, feed::Feeder, model::KEPT};

const AT: (&str, &str) = ("000000000000", "us-east-1");

fn event(time_ms: i64, source: &str, detail_type: &str, detail: serde_json::Value) -> BusEvent {
    BusEvent {
        id: "e".into(),
        time_ms,
        account: AT.0.into(),
        region: AT.1.into(),
        bus: "default".into(),
        source: source.into(),
        detail_type: detail_type.into(),
        resources: vec![],
        detail: detail.to_string(),
        internal: false,
    }
}

fn execution(name: &str, status: &str, start: i64, stop: Option<i64>) -> BusEvent {
    let detail = json!({
        "executionArn": format!("arn:{name}"), "stateMachineArn": "arn:m", "name": name, "status": status,
        "startDate": start, "stopDate": stop,
    });
    event(
        stop.unwrap_or(start),
        "aws.states",
        "Step Functions Execution Status Change",
        detail,
    )
}

fn job(id: &str, state: &str, at: i64) -> BusEvent {
    let detail = json!({"id": id, "name": "report", "virtualClusterId": "c", "arn": "arn:j", "state": state});
    event(at, "aws.emr-containers", "EMR Job Run State Change", detail)
}

async fn publish(bus: &Store, events: Vec<BusEvent>) {
    let mut batch = Batch::new();
    for event in events {
        batch.publish(event);
    }
    bus.commit(batch).await.unwrap();
}

fn ids(runs: &[Run]) -> Vec<&str> {
    runs.iter().map(|run| run.id.as_str()).collect()
}

#[tokio::test]
async fn runs_are_as_the_events_told() {
    let (bus, runs) = (
        Store::in_memory().unwrap(),
        Runs::new(Store::in_memory().unwrap()),
    );
    publish(
        &bus,
        vec![
            execution("a", "RUNNING", 10, None),
            execution("b", "RUNNING", 20, None),
            event(1, "aws.s3", "Object Created", json!({})),
            job("j", "PENDING", 30),
            job("j", "RUNNING", 40),
            execution("a", "FAILED", 10, Some(50)),
        ],
    )
    .await;
    let mut feeder = Feeder::new(runs.clone(), "test");
    feeder.catch_up(&bus).await.unwrap();
    assert_eq!(ids(&runs.open(AT, 9).await.unwrap()), ["j", "arn:b"]);
    assert_eq!(ids(&runs.failed(AT, 9).await.unwrap()), ["arn:a"]);
    assert_eq!(ids(&runs.recent(AT, 2).await.unwrap()), ["arn:a", "j"]);
    let kept = runs.get(AT, "job", "j").await.unwrap().unwrap();
    assert_eq!(
        (kept.start_ms, kept.status.as_str(), kept.title.as_str()),
        (30, "RUNNING", "report")
    );
    assert!(runs.open(("1", "us-east-1"), 9).await.unwrap().is_empty());

    publish(
        &bus,
        vec![
            job("j", "COMPLETED", 60),
            execution("a", "RUNNING", 10, None),
        ],
    )
    .await;
    // Another life goes on where this one was.
    Feeder::new(runs.clone(), "test")
        .catch_up(&bus)
        .await
        .unwrap();
    assert_eq!(
        ids(&runs.open(AT, 9).await.unwrap()),
        ["arn:b", "arn:a"],
        "a was redriven"
    );
    assert!(runs.failed(AT, 9).await.unwrap().is_empty());
    assert_eq!(
        runs.get(AT, "job", "j").await.unwrap().unwrap().stop_ms,
        Some(60)
    );
    assert_eq!(
        ids(&runs.recent(AT, 9).await.unwrap()),
        ["j", "arn:b", "arn:a"]
    );
}

#[tokio::test]
async fn told_again_nothing_changes() {
    let bus = Store::in_memory().unwrap();
    publish(
        &bus,
        vec![
            execution("a", "RUNNING", 10, None),
            execution("a", "SUCCEEDED", 10, Some(20)),
        ],
    )
    .await;
    let (once, twice) = (
        Runs::new(Store::in_memory().unwrap()),
        Runs::new(Store::in_memory().unwrap()),
    );
    Feeder::new(once.clone(), "test")
        .catch_up(&bus)
        .await
        .unwrap();
    Feeder::new(twice.clone(), "one")
        .catch_up(&bus)
        .await
        .unwrap();
    Feeder::new(twice.clone(), "two")
        .catch_up(&bus)
        .await
        .unwrap();
    assert_eq!(
        once.recent(AT, 9).await.unwrap(),
        twice.recent(AT, 9).await.unwrap()
    );
    assert!(twice.open(AT, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_too_many_runs_those_that_ended_go_and_open_ones_stay_open() {
    let (bus, runs) = (
        Store::in_memory().unwrap(),
        Runs::new(Store::in_memory().unwrap()),
    );
    let old = [
        execution("waits", "RUNNING", 1, None),
        execution("over", "FAILED", 2, Some(3)),
    ];
    let many = (0..KEPT as i64).map(|n| execution(&format!("e{n}"), "RUNNING", 10 + n, None));
    publish(&bus, old.into_iter().chain(many).collect()).await;
    let mut feeder = Feeder::new(runs.clone(), "test");
    feeder.catch_up(&bus).await.unwrap();
    runs.prune(AT).await.unwrap();

    let recent = runs.recent(AT, usize::MAX).await.unwrap();
    assert_eq!(recent.len(), KEPT);
    assert_eq!(recent.last().unwrap().id, "arn:e0");
    let open = runs.open(AT, usize::MAX).await.unwrap();
    assert_eq!(open.len(), KEPT + 1);
    assert_eq!(open.last().unwrap().id, "arn:waits");
    assert!(runs.failed(AT, 9).await.unwrap().is_empty());
    assert!(
        runs.get(AT, "execution", "arn:over")
            .await
            .unwrap()
            .is_none()
    );

    // What waited ends: it is among the latest, however long ago it began, and goes when it is the one that ended first.
    publish(&bus, vec![execution("waits", "FAILED", 1, Some(99_999))]).await;
    feeder.catch_up(&bus).await.unwrap();
    assert_eq!(runs.open(AT, usize::MAX).await.unwrap().len(), KEPT);
    runs.prune(AT).await.unwrap();
    assert_eq!(ids(&runs.failed(AT, 9).await.unwrap()), ["arn:waits"]);
    assert_eq!(ids(&runs.recent(AT, 1).await.unwrap()), ["arn:waits"]);
    assert_eq!(runs.recent(AT, usize::MAX).await.unwrap().len(), KEPT);
    let newer = 0..KEPT as i64;
    let newer = newer.map(|n| execution(&format!("e{n}"), "FAILED", 10 + n, Some(100_000 + n)));
    publish(&bus, newer.collect()).await;
    feeder.catch_up(&bus).await.unwrap();
    runs.prune(AT).await.unwrap();
    assert!(
        runs.get(AT, "execution", "arn:waits")
            .await
            .unwrap()
            .is_none()
    );
    let failed = runs.failed(AT, usize::MAX).await.unwrap();
    assert_eq!(failed.len(), KEPT);
    assert_eq!(failed.last().unwrap().id, "arn:e0");
}

#[tokio::test]
async fn rows_of_an_earlier_version_by_the_start_of_what_ended_go_by_themselves() {
    let (bus, runs) = (
        Store::in_memory().unwrap(),
        Runs::new(Store::in_memory().unwrap()),
    );
    let mut feeder = Feeder::new(runs.clone(), "test");
    publish(&bus, vec![execution("a", "FAILED", 10, Some(90_000))]).await;
    feeder.catch_up(&bus).await.unwrap();
    let mut batch = Batch::new();
    let newest_first = format!("{:016x}", u64::MAX - 10);
    let key = Key::of(&[AT.0, AT.1, &newest_first, "execution", "arn:a"]);
    batch.put("insight/recent", key, Vec::new());
    runs.store.commit(batch).await.unwrap();
    let many = (0..KEPT as i64 - 1).map(|n| execution(&format!("e{n}"), "RUNNING", 20 + n, None));
    publish(&bus, many.collect()).await;
    feeder.catch_up(&bus).await.unwrap();
    assert_eq!(runs.recent(AT, usize::MAX).await.unwrap().len(), KEPT + 1);
    runs.prune(AT).await.unwrap();
    assert_eq!(runs.recent(AT, usize::MAX).await.unwrap().len(), KEPT);
    assert_eq!(ids(&runs.failed(AT, 9).await.unwrap()), ["arn:a"]);
}

#[tokio::test]
async fn of_what_a_run_went_through_only_where_it_is_now_is_kept() {
    let (bus, runs) = (
        Store::in_memory().unwrap(),
        Runs::new(Store::in_memory().unwrap()),
    );
    let mut feeder = Feeder::new(runs.clone(), "test");
    publish(&bus, vec![execution("a", "FAILED", 10, Some(20))]).await;
    feeder.catch_up(&bus).await.unwrap();
    let again = [
        execution("a", "RUNNING", 10, None),
        execution("b", "RUNNING", 11, None),
        execution("a", "FAILED", 10, Some(30)),
        execution("a", "RUNNING", 10, None),
        execution("b", "SUCCEEDED", 11, Some(40)),
    ];
    publish(&bus, again.into()).await;
    feeder.catch_up(&bus).await.unwrap();
    assert_eq!(ids(&runs.open(AT, 9).await.unwrap()), ["arn:a"]);
    assert_eq!(ids(&runs.recent(AT, 9).await.unwrap()), ["arn:b", "arn:a"]);
    assert!(runs.failed(AT, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_asks_is_told_of_all_that_has_happened() {
    let bus = Store::in_memory().unwrap();
    let runs = Runs::new(Store::in_memory().unwrap());
    let feed = Feed::new("test", bus.clone());
    feed.caught_up().await;
    feed.start(runs.clone());
    for n in 0..20 {
        publish(&bus, vec![execution(&format!("e{n}"), "RUNNING", n, None)]).await;
        feed.caught_up().await;
        assert_eq!(runs.open(AT, 99).await.unwrap().len(), n as usize + 1);
    }
}
