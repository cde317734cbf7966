use serde_json::json;
use store::{Batch, BusEvent};

use crate::testing::{House, value};

#[tokio::test]
async fn what_runs_what_failed_and_what_is_due() {
    let house = House::new();
    house.door.on("events", "ListRules", |_| {
        Ok(json!({"Rules": [
            {"Name": "pattern", "EventBusName": "default", "EventPattern": "{}"},
            {"Name": "nightly", "EventBusName": "default", "ScheduleExpression": "rate(1 day)", "Arn": "arn:r"},
        ]}))
    });
    house.door.on("scheduler", "ListSchedules", |_| {
        Ok(json!({"Schedules": [{"Name": "s", "GroupName": "g", "Arn": "arn:s"}]}))
    });
    house.insight.start();
    let now_ms = house.insight.clock.now_ms();
    let mut batch = Batch::new();
    for (name, status, stop) in [("a", "RUNNING", None), ("b", "FAILED", Some(now_ms))] {
        let detail = json!({"executionArn": format!("arn:aws:states:r:1:execution:m:{name}"), "name": name,
            "stateMachineArn": "arn:m", "status": status, "startDate": now_ms, "stopDate": stop});
        batch.publish(BusEvent {
            id: name.into(),
            time_ms: 1,
            account: "000000000000".into(),
            region: "us-east-1".into(),
            bus: "default".into(),
            source: "aws.states".into(),
            detail_type: "Step Functions Execution Status Change".into(),
            resources: vec![],
            detail: detail.to_string(),
            internal: false,
        });
    }
    house.main.commit(batch).await.unwrap();
    let home = value(house.get("/_taxiway/home").await).await;
    assert_eq!(home["running"][0]["title"], "a");
    let failed = &home["failed"][0];
    assert_eq!(
        (&failed["title"], &failed["status"]),
        (&json!("b"), &json!("FAILED"))
    );
    assert_eq!(
        failed["href"],
        "/_console/states/executions/arn%3Aaws%3Astates%3Ar%3A1%3Aexecution%3Am%3Ab"
    );
    let due: Vec<_> = home["due"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["title"].clone())
        .collect();
    // In the fakes a schedule is due before a rule.
    assert_eq!(due, ["s", "nightly"]);
}
