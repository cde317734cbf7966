use serde_json::{Value, json};

use super::harness::*;

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const ARCHIVE: &str = "arn:aws:events:us-east-1:000000000000:archive/kept";

fn replay(name: &str, from: i64, to: i64, filters: Value) -> Value {
    json!({"ReplayName": name, "EventSourceArn": ARCHIVE, "EventStartTime": from, "EventEndTime": to,
        "Destination": {"Arn": BUS, "FilterArns": filters}})
}

#[tokio::test]
async fn what_an_archive_kept_reaches_the_chosen_rules_once_more() {
    let mut house = House::new().await;
    let pattern = json!({"detail": {"n": [{"numeric": [">", 0]}]}}).to_string();
    house.put_event(json!({"n": 99})).await;
    house
        .ok(
            "CreateArchive",
            json!({"ArchiveName": "kept", "EventSourceArn": BUS, "EventPattern": pattern}),
        )
        .await;
    for n in 0..150 {
        house.put_event(json!({"n": n})).await;
    }
    house.settle().await;
    house = house.restart().await;
    let shown = house
        .ok("DescribeArchive", json!({"ArchiveName": "kept"}))
        .await;
    assert_eq!(
        (&shown["EventCount"], &shown["ArchiveArn"]),
        (&json!(149), &json!(ARCHIVE))
    );
    let on = json!({"EventPattern": json!({"source": ["app"]}).to_string()});
    house
        .rule("chosen", on.clone(), json!({"InputPath": "$.detail.n"}))
        .await;
    house.rule("other", on, json!({"Input": "\"other\""})).await;
    let now = 1_795_477_530;
    let chosen = json!(["arn:aws:events:us-east-1:000000000000:rule/chosen"]);
    house
        .ok(
            "StartReplay",
            replay("again", now - 60, now + 60, chosen.clone()),
        )
        .await;
    house = house.restart().await;
    house.settle().await;
    house = house.restart().await;
    house.settle().await;
    let mut inputs: Vec<u64> = house
        .door
        .inputs()
        .iter()
        .map(|n| n.parse().unwrap())
        .collect();
    inputs.sort_unstable();
    assert_eq!(inputs, (1..150).collect::<Vec<u64>>());
    let done = house
        .ok("DescribeReplay", json!({"ReplayName": "again"}))
        .await;
    assert_eq!(done["State"], "COMPLETED");
    // Outside the time nothing is replayed; under another name the same comes again.
    house
        .ok(
            "StartReplay",
            replay("early", now - 60, now - 30, chosen.clone()),
        )
        .await;
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 149);
    house
        .ok("StartReplay", replay("third", now - 60, now + 60, chosen))
        .await;
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 298);
}

#[tokio::test]
async fn a_replayed_event_names_its_replay() {
    let house = House::new().await;
    house
        .ok(
            "CreateArchive",
            json!({"ArchiveName": "kept", "EventSourceArn": BUS}),
        )
        .await;
    house.put_event(json!({})).await;
    house.settle().await;
    house
        .rule(
            "r",
            json!({"EventPattern": "{\"replay-name\":[\"again\"]}"}),
            json!({}),
        )
        .await;
    house
        .ok(
            "StartReplay",
            replay("again", 1_795_477_000, 1_795_478_000, json!([])),
        )
        .await;
    house.settle().await;
    let event: Value = serde_json::from_str(&house.door.inputs()[0]).unwrap();
    assert_eq!(
        (&event["replay-name"], &event["source"]),
        (&json!("again"), &json!("app"))
    );
}

#[tokio::test]
async fn old_events_go_with_new_ones_coming() {
    let house = House::new().await;
    let archive = json!({"ArchiveName": "kept", "EventSourceArn": BUS, "RetentionDays": 1});
    house.ok("CreateArchive", archive).await;
    for _ in 0..3 {
        house.put_event(json!({})).await;
    }
    house.settle().await;
    house.clock.advance(2 * 86_400_000);
    for _ in 0..3 {
        house.put_event(json!({})).await;
        house.settle().await;
    }
    let shown = house
        .ok("DescribeArchive", json!({"ArchiveName": "kept"}))
        .await;
    assert_eq!(shown["EventCount"], 3);
    house
        .ok("DeleteArchive", json!({"ArchiveName": "kept"}))
        .await;
    assert_eq!(
        house.ok("ListArchives", json!({})).await,
        json!({"Archives": []})
    );
}

#[tokio::test]
async fn what_is_wrong_with_archives_and_replays_is_refused() {
    let house = House::new().await;
    house
        .ok(
            "CreateArchive",
            json!({"ArchiveName": "kept", "EventSourceArn": BUS}),
        )
        .await;
    house
        .ok(
            "UpdateArchive",
            json!({"ArchiveName": "kept", "RetentionDays": 3}),
        )
        .await;
    house.ok("CreateEventBus", json!({"Name": "orders"})).await;
    house.ok("StartReplay", replay("r", 1, 2, json!([]))).await;
    house.settle().await;
    let mut elsewhere = replay("x", 1, 2, json!([]));
    elsewhere["Destination"]["Arn"] =
        "arn:aws:events:us-east-1:000000000000:event-bus/orders".into();
    for (operation, input, expected) in [
        (
            "CreateArchive",
            json!({"ArchiveName": "kept", "EventSourceArn": BUS}),
            "ResourceAlreadyExistsException: Archive kept already exists.",
        ),
        (
            "CreateArchive",
            json!({"ArchiveName": "x", "EventSourceArn": format!("{BUS}s")}),
            "ResourceNotFoundException: Event bus defaults does not exist.",
        ),
        (
            "DescribeArchive",
            json!({"ArchiveName": "x"}),
            "ResourceNotFoundException: Archive x does not exist.",
        ),
        (
            "StartReplay",
            replay("r", 1, 2, json!([])),
            "ResourceAlreadyExistsException: Replay r already exists.",
        ),
        (
            "StartReplay",
            replay("x", 2, 1, json!([])),
            "ValidationException: Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
        ),
        (
            "StartReplay",
            elsewhere,
            "ValidationException: Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
        ),
        (
            "CancelReplay",
            json!({"ReplayName": "r"}),
            "IllegalStatusException: Replay r is not in a valid state for this operation.",
        ),
        (
            "DescribeReplay",
            json!({"ReplayName": "x"}),
            "ResourceNotFoundException: Replay x does not exist.",
        ),
    ] {
        assert_eq!(
            house.refused(operation, input.clone()).await,
            expected,
            "{operation} {input}"
        );
    }
}
