use serde_json::json;

use crate::{
    Scheduled,
    testing::{House, value},
};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

fn house() -> House {
    let house = House::new();
    house
        .door
        .on("events", "DescribeRule", |_| Ok(json!({"Name": "r"})));
    house
        .door
        .on("scheduler", "GetSchedule", |_| Ok(json!({"Name": "s"})));
    house
}

#[tokio::test]
async fn when_it_was_due() {
    let house = house();
    let window = "from=2026-11-01T00:00:00%2B01:00&to=2026-11-02T00:00:00Z";
    for of in ["rule=r", "schedule=s&group=g"] {
        let found = house.get(&format!("/_taxiway/due?{of}&{window}")).await;
        assert_eq!(
            value(found).await,
            json!({"times": ["2026-10-31T23:00:00.000Z", "2026-11-02T00:00:00.000Z"], "truncated": true})
        );
    }
    for (query, said) in [
        (
            format!("rule=r&schedule=s&{window}"),
            "either a rule or a schedule",
        ),
        (window.to_owned(), "either a rule or a schedule"),
        (
            "rule=r&from=2026-11-01T00:00:00Z".to_owned(),
            "'to' is missing",
        ),
        (
            "rule=r&from=yesterday&to=2026-11-01T00:00:00Z".to_owned(),
            "'yesterday' is no time",
        ),
        (
            "rule=r&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z".to_owned(),
            "must not be before 'from'",
        ),
    ] {
        let refused = house.get(&format!("/_taxiway/due?{query}")).await;
        assert_eq!(refused.status(), 400, "{query}");
        let message = value(refused).await["message"].clone();
        assert!(
            message.as_str().is_some_and(|m| m.contains(said)),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_backfill_is_handed_on() {
    let house = house();
    let times = json!(["2026-11-01T00:00:00Z", "2026-11-01T01:00:00.000Z"]);
    let run = async |body: serde_json::Value| {
        let body = body.to_string();
        house.ask("POST", "/_taxiway/backfill", &JSON, body).await
    };
    let begun = run(json!({"schedule": "s", "times": times, "clientToken": "t"})).await;
    assert_eq!(value(begun).await, json!({"backfill": "b", "queued": 2}));
    let begun = run(json!({"rule": "r", "bus": "default", "times": []})).await;
    assert_eq!(value(begun).await, json!({"backfill": "b", "queued": 0}));
    let scheduled = Scheduled::Schedule {
        group: "default".into(),
        name: "s".into(),
    };
    let handed_on = house.services.backfilled.lock().clone();
    assert_eq!(
        handed_on[0],
        (
            scheduled,
            vec![1_793_491_200_000, 1_793_494_800_000],
            Some("t".to_owned())
        )
    );
    assert_eq!(handed_on.len(), 2);
    assert_eq!(handed_on[1].2, None);

    for bad in [
        json!({"schedule": "s"}),
        json!({"times": times}),
        json!({"schedule": "s", "rule": "r", "times": times}),
        json!({"schedule": "s", "times": ["now"]}),
        json!({"schedule": "s", "times": times, "force": true}),
    ] {
        assert_eq!(run(bad.clone()).await.status(), 400, "{bad}");
    }
    let form = [("content-type", "text/plain")];
    let body = json!({"schedule": "s", "times": times}).to_string();
    let form = house.ask("POST", "/_taxiway/backfill", &form, body).await;
    assert_eq!(form.status(), 415);
    assert_eq!(house.get("/_taxiway/backfill").await.status(), 405);
    assert_eq!(house.services.backfilled.lock().len(), 2);
}

#[tokio::test]
async fn nothing_is_run_of_what_is_not_there_for_the_caller() {
    let house = House::new();
    let body = json!({"rule": "r", "times": ["2026-11-01T00:00:00Z"]}).to_string();
    let refused = house.ask("POST", "/_taxiway/backfill", &JSON, body).await;
    assert_eq!(refused.status(), 501, "as DescribeRule answers");
    assert!(house.services.backfilled.lock().is_empty());
}
