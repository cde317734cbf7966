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
