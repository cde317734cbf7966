//! A survey finds whatever was broken by hand, each by its name, and nothing where nothing is broken.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::House;
use serde_json::{Value, json};
use store::{Batch, Clock, Expect, Key, Scan};

/// A house with executions that ended, that wait for a time, and that wait for a token.
async fn house() -> House {
    let house = House::new().await;
    house.ok("CreateActivity", json!({"name": "a"})).await;
    let activity = "arn:aws:states:us-east-1:000000000000:activity:a";
    for (name, state) in [
        ("pass", json!({"Type": "Pass", "End": true})),
        (
            "wait",
            json!({"Type": "Wait", "Seconds": 1000, "End": true}),
        ),
        (
            "task",
            json!({"Type": "Task", "Resource": activity, "HeartbeatSeconds": 500, "End": true}),
        ),
    ] {
        let machine = house
            .machine(name, &json!({"StartAt": "S", "States": {"S": state}}))
            .await;
        // More than a page of a survey.
        for _ in 0..30 {
            house.start(&machine, &json!({})).await;
        }
    }
    house
}

/// Returns the first row of a table that has this in its key.
async fn row(house: &House, table: &'static str, part: &str) -> (Key, Vec<u8>) {
    let rows = house.store.scan(table, &Scan::prefix(&[])).await.unwrap();
    let found = rows
        .into_iter()
        .find(|(key, _)| key.parts().iter().any(|p| p.contains(part)))
        .unwrap();
    (found.0, found.1.value.to_vec())
}

/// Returns the record of an execution of a machine, and its stream.
async fn record(house: &House, machine: &str) -> (Key, Value, String) {
    let (key, value) = row(house, "workflow/executions", machine).await;
    let record: Value = serde_json::from_slice(&value).unwrap();
    let stream = format!("{:x}", record["stream"].as_i64().unwrap());
    (key, record, stream)
}

/// Surveys a house where something was changed by hand; returns the invariants that do not hold, and the findings.
async fn found(change: impl AsyncFnOnce(&House, &mut Batch)) -> (Vec<&'static str>, String) {
    let house = house().await;
    let mut batch = Batch::new();
    change(&house, &mut batch).await;
    house.store.commit(batch).await.unwrap();
    let survey = house.service.survey(0).await.unwrap();
    let told = house.service.surveyed().unwrap();
    assert_eq!(
        (told.executions, told.broken),
        (survey.executions, survey.found)
    );
    let mut names: Vec<_> = survey.broken.iter().map(|b| b.invariant).collect();
    names.sort_unstable();
    names.dedup();
    (names, format!("{:#?}", survey.broken))
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_broken() {
    let house = house().await;
    assert_eq!(house.service.surveyed(), None);
    let survey = house.service.survey(0).await.unwrap();
    assert_eq!((survey.executions, survey.open), (90, 60));
    assert_eq!((survey.found, survey.broken), (0, vec![]));
    assert_eq!(house.service.surveyed().unwrap().broken, 0);
}

#[tokio::test]
async fn each_invariant_is_found_broken() {
    let (names, told) = found(async |_, _| ()).await;
    assert!(names.is_empty(), "{told}");
    let (names, told) = found(async |house, batch| {
        let (_, _, stream) = record(house, "wait").await;
        batch.delete("workflow/parked", Key::of(&[&stream]));
    })
    .await;
    assert_eq!(names, ["INV-1", "INV-10"], "{told}");
    let (names, told) = found(async |house, batch| {
        let (_, record, _) = record(house, "pass").await;
        let stream = record["stream"].as_i64().unwrap();
        // A journal without its beginning.
        batch.drop_stream(stream);
    })
    .await;
    assert!(names.contains(&"INV-3"), "{names:?} {told}");
    let (names, told) = found(async |house, batch| {
        let (key, mut record, _) = record(house, "pass").await;
        record["output"] = "7".into();
        batch
            .put_json("workflow/executions", key, &record, Expect::Any)
            .unwrap();
    })
    .await;
    assert_eq!(names, ["INV-3"], "{told}");
    let (names, told) = found(async |house, batch| {
        let (key, _) = row(house, "workflow/tasks", "").await;
        batch.delete("workflow/tasks", key);
    })
    .await;
    assert_eq!(names, ["INV-5", "INV-9"], "{told}");
    let (names, told) = found(async |house, batch| {
        let (_, _, stream) = record(house, "wait").await;
        let prefix = Key::prefix(&[&stream]);
        for timer in house.store.timers_of("workflow", &prefix).await.unwrap() {
            batch.clear_timer("workflow", timer.key);
        }
    })
    .await;
    assert_eq!(names, ["INV-6"], "{told}");
    let (names, told) = found(async |house, batch| {
        let (key, _) = row(house, "workflow/listed", "pass").await;
        batch.delete("workflow/listed", key);
    })
    .await;
    assert_eq!(names, ["INV-8"], "{told}");
    let (names, told) = found(async |house, batch| {
        let (key, _) = row(house, "workflow/tokens", "").await;
        batch.delete("workflow/tokens", key);
    })
    .await;
    assert_eq!(names, ["INV-9"], "{told}");
    let (names, told) = found(async |_, batch| {
        batch.set_timer("workflow", Key::of(&["fffff", "1"]), i64::MAX - 1, vec![]);
    })
    .await;
    assert_eq!(names, ["INV-10"], "{told}");
}

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A house in which nothing happens, however long it is left alone.
async fn quiet_house() -> House {
    let house = House::new().await;
    for (name, state) in [
        ("pass", json!({"Type": "Pass", "End": true})),
        (
            "wait",
            json!({"Type": "Wait", "Seconds": 90_000_000, "End": true}),
        ),
    ] {
        let definition = json!({"StartAt": "S", "States": {"S": state}});
        let machine = house.machine(name, &definition).await;
        for _ in 0..40 {
            house.start(&machine, &json!({})).await;
        }
    }
    house
}

/// Moves the clock to just before a survey is due, lets others run, and on to it; returns the clock then.
async fn due(house: &House, in_ms: i64) -> i64 {
    house.clock.advance(in_ms - 1);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    house.clock.advance(1);
    house.clock.now_ms()
}

#[tokio::test]
async fn surveys_come_ten_minutes_after_the_start_and_then_every_day() {
    let house = quiet_house().await;
    house.service.survey_in_background();
    assert!(!house.service.is_surveying());
    let mut in_ms = 10 * MINUTE_MS;
    for _ in 0..3 {
        let before = house.service.surveyed();
        let due_ms = due(&house, in_ms).await;
        house
            .until("the survey is made", async || {
                house.service.surveyed() != before
            })
            .await;
        let told = house.service.surveyed().unwrap();
        assert_eq!((told.began_ms, told.at_ms), (due_ms, due_ms));
        assert_eq!((told.executions, told.open, told.broken), (80, 40, 0));
        in_ms = DAY_MS;
    }
}

#[tokio::test]
async fn a_survey_that_is_asked_for_is_made_now_and_the_next_one_as_it_was_due() {
    let house = quiet_house().await;
    house.service.survey_in_background();
    let start_ms = house.clock.now_ms();
    house.service.survey_now();
    assert!(house.service.is_surveying());
    house.service.survey_now();
    house
        .until("the survey is made", async || !house.service.is_surveying())
        .await;
    let told = house.service.surveyed().unwrap();
    assert_eq!((told.began_ms, told.executions), (start_ms, 80));
    // What is broken by then is found by the one after.
    let mut batch = Batch::new();
    let (key, _) = row(&house, "workflow/listed", "pass").await;
    batch.delete("workflow/listed", key);
    house.store.commit(batch).await.unwrap();
    let due_ms = due(&house, 10 * MINUTE_MS).await;
    house
        .until("the survey is made", async || {
            house.service.surveyed().unwrap() != told
        })
        .await;
    let told = house.service.surveyed().unwrap();
    assert_eq!((told.began_ms, told.broken), (due_ms, 1));
    assert_eq!(told.first[0].invariant, "INV-8");
    assert_eq!(house.service.survey_failed(), None);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_rest_is_looked_at() {
    let (names, told) = found(async |house, batch| {
        let (_, _, stream) = record(house, "task").await;
        let parked = house
            .store
            .get("workflow/parked", &Key::of(&[&stream]))
            .await
            .unwrap();
        let mut parked = parked.unwrap().value.to_vec();
        parked.truncate(3);
        batch.put("workflow/parked", Key::of(&[&stream]), parked);
        // Another one is broken, too: it comes later in the order of keys.
        let (key, _) = row(house, "workflow/listed", "wait").await;
        batch.delete("workflow/listed", key);
    })
    .await;
    assert_eq!(names, ["INV-0", "INV-8"], "{told}");
}

#[tokio::test]
async fn a_survey_of_what_changes_finds_nothing() {
    let house = house().await;
    let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:pass";
    let over = std::sync::atomic::AtomicBool::new(false);
    let surveys = async {
        for _ in 0..3 {
            let survey = house.service.survey(0).await.unwrap();
            assert_eq!(survey.broken, vec![]);
            assert!(survey.executions >= 90);
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    let starts = async {
        while !over.load(std::sync::atomic::Ordering::Relaxed) {
            house.start(machine, &json!({})).await;
            house.clock.advance(10_000);
        }
    };
    tokio::join!(surveys, starts);
}
