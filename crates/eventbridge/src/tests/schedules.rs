use serde_json::{Value, json};

use super::harness::*;
use crate::firing::Outcome;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn the_first_of_the_month_at_midnight() {
    let house = House::new().await;
    house
        .rule(
            "monthly",
            json!({"ScheduleExpression": "cron(0 0 1 * ? *)"}),
            json!({}),
        )
        .await;
    let due = house.service.fire_due().await.unwrap().unwrap();
    assert_eq!(due, 1_796_083_200_000);
    let upcoming = house.service.upcoming(&rule_ref("monthly"), 2);
    assert_eq!(upcoming, [due, 1_798_761_600_000]);
    assert_eq!(
        house.service.upcoming(&rule_ref("none"), 2),
        Vec::<i64>::new()
    );
    house.clock.set(due - 1);
    house.settle().await;
    assert!(house.door.inputs().is_empty());
    house.clock.set(due + 3);
    house.settle().await;
    house.settle().await;
    let event: Value = serde_json::from_str(&house.door.inputs().remove(0)).unwrap();
    let id = event["id"].clone();
    assert_eq!(
        event,
        json!({"version": "0", "id": id, "detail-type": "Scheduled Event", "source": "aws.events",
            "account": ACCOUNT, "time": "2026-12-01T00:00:00Z", "region": REGION,
            "resources": ["arn:aws:events:us-east-1:000000000000:rule/monthly"], "detail": {}})
    );
    assert_eq!(
        house.service.fire_due().await.unwrap(),
        Some(1_798_761_600_000)
    );
}

#[tokio::test]
async fn an_occurrence_fires_once_wherever_the_service_ends() {
    let mut house = House::new().await;
    house
        .rule(
            "tick",
            json!({"ScheduleExpression": "rate(1 minute)"}),
            json!({"InputPath": "$.time"}),
        )
        .await;
    for round in 0..4 {
        house.clock.advance(MINUTE);
        if round % 2 == 0 {
            house = house.restart().await;
        }
        house.service.fire_due().await.unwrap();
        if round >= 2 {
            house = house.restart().await;
        }
        house.service.fire_due().await.unwrap();
        house.service.deliver_due().await.unwrap();
        house = house.restart().await;
        house.settle().await;
    }
    let times = ["46:30", "47:30", "48:30", "49:30"].map(|t| format!("\"2026-11-23T23:{t}Z\""));
    assert_eq!(house.door.inputs(), times);
}

#[tokio::test]
async fn what_was_just_missed_fires_and_what_is_older_is_skipped_and_recorded() {
    let house = House::new().await;
    house
        .rule(
            "tick",
            json!({"ScheduleExpression": "rate(5 minutes)"}),
            json!({"InputPath": "$.time"}),
        )
        .await;
    // Down from 23:45:30 until 23:50:45: the occurrence of 23:50:30 is 15 s late.
    house.clock.advance(5 * MINUTE + 15_000);
    let house = house.restart().await;
    house.settle().await;
    assert_eq!(house.door.inputs(), ["\"2026-11-23T23:50:30Z\""]);
    // Down until 00:07:00: 23:55:30, 00:00:30 and 00:05:30 are gone.
    house.clock.advance(16 * MINUTE + 15_000);
    let house = house.restart().await;
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 1);
    let skipped = house.firings("tick").await.remove(0);
    assert!(
        matches!(&skipped.outcome, Outcome::Skipped { reason } if reason.starts_with("missed by 690 s")),
        "{skipped:?}"
    );
    house.clock.advance(3 * MINUTE + 30_000);
    house.settle().await;
    assert_eq!(house.door.inputs()[1], "\"2026-11-24T00:10:30Z\"");
}

#[tokio::test]
async fn disabled_changed_and_deleted_rules_do_not_fire() {
    let house = House::new().await;
    let every = |rate: &str| json!({"ScheduleExpression": rate});
    house.rule("off", every("rate(1 minute)"), json!({})).await;
    house.rule("gone", every("rate(1 minute)"), json!({})).await;
    house
        .rule("slower", every("rate(1 minute)"), json!({"Input": "1"}))
        .await;
    house
        .rule("same", every("rate(2 minutes)"), json!({"Input": "2"}))
        .await;
    house.ok("DisableRule", json!({"Name": "off"})).await;
    house
        .ok("RemoveTargets", json!({"Rule": "gone", "Ids": ["1"]}))
        .await;
    house.ok("DeleteRule", json!({"Name": "gone"})).await;
    house
        .ok(
            "PutRule",
            json!({"Name": "slower", "ScheduleExpression": "rate(3 minutes)"}),
        )
        .await;
    house.clock.advance(MINUTE);
    // Putting the same schedule again does not begin its period anew.
    house
        .ok(
            "PutRule",
            json!({"Name": "same", "ScheduleExpression": "rate(2 minutes)", "Description": "d"}),
        )
        .await;
    house.settle().await;
    assert!(house.door.inputs().is_empty());
    house.clock.advance(MINUTE);
    house.settle().await;
    assert_eq!(house.door.inputs(), ["2"]);
    house.clock.advance(MINUTE);
    house.settle().await;
    assert_eq!(house.door.inputs(), ["1", "2"]);
    house.ok("EnableRule", json!({"Name": "off"})).await;
    house.clock.advance(MINUTE - 1);
    assert_eq!(house.firings("off").await, []);
    house.clock.advance(1);
    house.settle().await;
    assert_eq!(house.firings("off").await.len(), 1);
}

#[tokio::test]
async fn a_rule_without_targets_says_so() {
    let house = House::new().await;
    house
        .ok(
            "PutRule",
            json!({"Name": "bare", "ScheduleExpression": "rate(1 minute)"}),
        )
        .await;
    house.clock.advance(MINUTE);
    house.settle().await;
    let outcome = house.firings("bare").await.remove(0).outcome;
    assert!(matches!(outcome, Outcome::Skipped { reason } if reason.contains("no targets")));
}

fn day(text: &str) -> i64 {
    let time = chrono::DateTime::parse_from_rfc3339(&format!("2026-11-{text}:00Z"));
    time.unwrap().timestamp_millis()
}

#[tokio::test]
async fn past_occurrences_of_a_rule_are_run_with_their_own_times() {
    let mut house = House::new().await;
    house
        .rule(
            "nightly",
            json!({"ScheduleExpression": "cron(0 3 * * ? *)", "State": "DISABLED"}),
            json!({"InputPath": "$.time"}),
        )
        .await;
    let at = rule_ref("nightly");
    let due = house
        .service
        .due_within(&at, day("20T03:00"), day("30T00:00"))
        .unwrap();
    let times = ["20T03:00", "21T03:00", "22T03:00", "23T03:00"].map(day);
    assert_eq!((&due.times_ms[..], due.truncated), (&times[..], false));
    let chosen = [times[2], times[0], times[2]];
    let begun = house.service.backfill(&at, &chosen, None).await.unwrap();
    assert_eq!(begun.queued, 2);

    // What is queued is there after a crash; other deliveries do not wait for it.
    house = house.restart().await;
    house.settle().await;
    assert!(house.door.inputs().is_empty());
    house.service.deliver_backfilled().await.unwrap();
    let ran = ["20", "22"].map(|day| format!("\"2026-11-{day}T03:00:00Z\""));
    assert_eq!(house.door.inputs(), ran);
    house.service.deliver_backfilled().await.unwrap();
    assert_eq!(house.door.calls.lock().len(), 2, "each once");
    let firings = house.firings("nightly").await;
    assert_eq!(
        firings.iter().map(|f| f.due_ms).collect::<Vec<_>>(),
        [Some(times[2]), Some(times[0])]
    );
    for firing in &firings {
        assert_eq!(firing.backfill.as_ref(), Some(&begun.id));
        assert!(matches!(
            firing.outcome,
            Outcome::Delivered { attempts: 1, .. }
        ));
    }

    // The same again is another backfill.
    house
        .service
        .backfill(&at, &times[..1], None)
        .await
        .unwrap();
    house.service.deliver_backfilled().await.unwrap();
    assert_eq!(house.door.calls.lock().len(), 3);
    house
        .ok("RemoveTargets", json!({"Rule": "nightly", "Ids": ["1"]}))
        .await;
    let none = house
        .service
        .backfill(&at, &times[..1], None)
        .await
        .unwrap_err();
    assert_eq!(none.message, "Rule nightly has no targets to run.");
    house.ok("DeleteRule", json!({"Name": "nightly"})).await;
    assert_eq!(house.firings("nightly").await, []);
}

#[tokio::test]
async fn the_same_backfill_again_under_its_token_runs_nothing_twice() {
    let mut house = House::new().await;
    let hourly = json!({"ScheduleExpression": "cron(0 * * * ? *)"});
    house.rule("tick", hourly.clone(), json!({})).await;
    house.rule("other", hourly, json!({})).await;
    let (at, times) = (rule_ref("tick"), ["23T03:00", "23T04:00"].map(day));
    let asked = async |house: &House, name: &str, times: &[i64], token: &str| {
        let at = rule_ref(name);
        let begun = house.service.backfill(&at, times, Some(token));
        begun.await.map_err(|error| error.code)
    };
    let begun = asked(&house, "tick", &times, "t-1").await.unwrap();
    assert_eq!(begun.queued, 2);
    house = house.restart().await;
    let again = [times[1], times[0], times[1]];
    assert_eq!(
        asked(&house, "tick", &again, "t-1").await,
        Ok(begun.clone())
    );
    house.service.deliver_backfilled().await.unwrap();
    assert_eq!(house.door.inputs().len(), 2, "each once");
    assert_eq!(
        asked(&house, "tick", &times, "t-1").await,
        Ok(begun.clone())
    );

    // Another request needs a token of its own; a refused one uses none up.
    let conflict = Err("ConflictException".into());
    assert_eq!(asked(&house, "tick", &times[..1], "t-1").await, conflict);
    assert_eq!(asked(&house, "other", &times, "t-1").await, conflict);
    for none in ["", "a b", &"x".repeat(65)] {
        let refused = asked(&house, "tick", &times, none).await;
        assert_eq!(refused, Err("ValidationException".into()), "{none:?}");
    }
    let refused = asked(&house, "tick", &[times[0] + 1], "t-2").await;
    assert_eq!(refused, Err("ValidationException".into()));
    let another = asked(&house, "tick", &times, "t-2").await.unwrap();
    assert_ne!(another.id, begun.id);

    // It is known for a day; after that, it goes with the next one that comes.
    house.clock.advance(24 * 60 * MINUTE - 1);
    asked(&house, "tick", &times[..1], "t-3").await.unwrap();
    assert_eq!(asked(&house, "tick", &times, "t-1").await, Ok(begun));
    house.clock.advance(1);
    asked(&house, "tick", &times[..1], "t-4").await.unwrap();
    let begun = asked(&house, "tick", &times[..1], "t-1").await.unwrap();
    assert_eq!(begun.queued, 1);
    assert!(house.service.backfill(&at, &times, None).await.is_ok());
}

#[tokio::test]
async fn a_rate_goes_on_before_the_rule_was_made() {
    let house = House::new().await;
    let every = json!({"ScheduleExpression": "rate(6 hours)"});
    house
        .rule("tick", every, json!({"InputPath": "$.time"}))
        .await;
    let at = rule_ref("tick");
    // Made on the 23rd at 23:45:30.
    let due = house
        .service
        .due_within(&at, day("22T11:45") + 30_000, day("22T23:46"))
        .unwrap();
    let times = ["22T11:45", "22T17:45", "22T23:45"].map(|time| day(time) + 30_000);
    assert_eq!(due.times_ms, times);
    house.service.backfill(&at, &times, None).await.unwrap();
    house.clock.advance(6 * 60 * MINUTE);
    house.settle().await;
    house.service.deliver_backfilled().await.unwrap();
    let ran = ["22T11:45", "22T17:45", "22T23:45", "24T05:45"];
    let ran = ran.map(|time| format!("\"2026-11-{time}:30Z\""));
    assert_eq!(house.door.inputs(), ran, "its own times are as they were");
}

#[tokio::test]
async fn a_backfill_tries_again_and_keeps_no_other_firing_from_being_seen() {
    let house = House::new().await;
    let hourly = json!({"ScheduleExpression": "cron(0 * * * ? *)"});
    house.rule("tick", hourly, json!({})).await;
    let at = rule_ref("tick");
    house.clock.advance(15 * MINUTE);
    house.settle().await;
    let mut due = house.service.due_within(&at, 0, day("23T00:00")).unwrap();
    assert!(due.truncated);
    due.times_ms.truncate(60);
    house
        .door
        .script
        .lock()
        .push_back(Script::Fail(unavailable()));
    house
        .service
        .backfill(&at, &due.times_ms, None)
        .await
        .unwrap();
    let next = house.service.deliver_backfilled().await.unwrap().unwrap();
    let firings = house.firings("tick").await;
    assert_eq!(firings.len(), 61, "none has pushed another out");
    let retrying = |f: &&crate::firing::Firing| matches!(f.outcome, Outcome::Retrying { .. });
    let again: Vec<_> = firings.iter().filter(retrying).collect();
    assert_eq!(again.len(), 1);
    assert_eq!(
        again[0].due_ms,
        Some(due.times_ms[0]),
        "the earliest went first"
    );
    house.clock.set(next);
    assert_eq!(house.service.deliver_backfilled().await.unwrap(), None);
    let again = house.firings("tick").await;
    assert!(
        again
            .iter()
            .all(|f| matches!(f.outcome, Outcome::Delivered { .. }))
    );
    assert_eq!(house.door.inputs().len(), 61);
}

#[tokio::test]
async fn what_cannot_be_backfilled_is_refused() {
    let house = House::new().await;
    let hourly = json!({"ScheduleExpression": "cron(0 * * * ? *)"});
    house.rule("tick", hourly, json!({})).await;
    house
        .rule(
            "match",
            json!({"EventPattern": "{\"source\": [\"a\"]}"}),
            json!({}),
        )
        .await;
    let refused = async |name: &str, times: &[i64]| {
        let refused = house.service.backfill(&rule_ref(name), times, None).await;
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        refused("tick", &[day("23T03:30")]).await,
        "ValidationException: It was not due at 2026-11-23T03:30:00Z."
    );
    assert_eq!(
        refused("tick", &[day("23T03:00"), day("24T03:00")]).await,
        "ValidationException: It was not due at 2026-11-24T03:00:00Z."
    );
    assert!(refused("tick", &[]).await.contains("No time to run"));
    assert!(
        refused("match", &[day("23T03:00")])
            .await
            .contains("has no schedule")
    );
    assert!(
        refused("none", &[day("23T03:00")])
            .await
            .starts_with("ResourceNotFoundException")
    );
    assert!(house.service.due_within(&rule_ref("match"), 0, 1).is_err());
    house.service.deliver_backfilled().await.unwrap();
    assert!(house.door.inputs().is_empty());
}

#[tokio::test]
async fn a_log_group_takes_what_is_backfilled_as_of_now() {
    let house = House::new().await;
    let nightly = json!({"Name": "nightly", "ScheduleExpression": "cron(0 3 * * ? *)"});
    house.ok("PutRule", nightly).await;
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:g";
    let targets = json!({"Rule": "nightly", "Targets": [{"Id": "1", "Arn": group}]});
    house.ok("PutTargets", targets).await;
    let long_ago = day("01T03:00") - 60 * 24 * 60 * MINUTE;
    let begun = house
        .service
        .backfill(&rule_ref("nightly"), &[long_ago], None)
        .await;
    begun.unwrap();
    house.service.deliver_backfilled().await.unwrap();
    let calls = house.door.calls.lock();
    let written = calls
        .iter()
        .rfind(|call| &*call.operation == "PutLogEvents");
    let event = &written.unwrap().input["logEvents"][0];
    assert_eq!(
        event["timestamp"], 1_795_477_530_000_i64,
        "two weeks are the most that Logs takes"
    );
    assert!(
        event["message"]
            .as_str()
            .unwrap()
            .contains("2026-09-02T03:00:00Z")
    );
}
