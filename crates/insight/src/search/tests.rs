use aws::ApiError;
use serde_json::{Value, json};

use crate::testing::{House, value};

fn house() -> House {
    let house = House::new();
    house.door.on("states", "ListStateMachines", |call| {
        let arn = |name: &str| format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}");
        let machine =
            |name: &str| json!({"name": name, "stateMachineArn": arn(name), "type": "STANDARD"});
        // In two pages.
        Ok(match call.input["nextToken"].as_str() {
            None => json!({"stateMachines": [machine("nightly-taxi")], "nextToken": "2"}),
            Some(_) => json!({"stateMachines": [machine("taxi")]}),
        })
    });
    house.door.on("s3", "ListBuckets", |_| {
        Ok(json!({"Buckets": [{"Name": "taxi-data"}]}))
    });
    house.door.on("glue", "GetDatabases", |_| {
        Ok(json!({"DatabaseList": [{"Name": "nyc"}]}))
    });
    house.door.on("glue", "GetTables", |_| {
        Ok(json!({"TableList": [{"Name": "trips", "DatabaseName": "nyc"}]}))
    });
    house
        .door
        .on("events", "ListRules", |_| Err(ApiError::internal("down")));
    house
}

async fn search(house: &House, q: &str) -> Vec<Value> {
    let found = value(house.get(&format!("/_taxiway/search?q={q}")).await).await;
    found.as_array().unwrap().clone()
}

fn titles(found: &[Value]) -> Vec<&str> {
    found.iter().map(|f| f["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_nearest_comes_first_and_what_is_down_is_left_out() {
    let house = house();
    let found = search(&house, "TAXI").await;
    assert_eq!(titles(&found), ["taxi", "taxi-data", "nightly-taxi"]);
    let href = "/_console/states/machines/arn%3Aaws%3Astates%3Aus-east-1%3A000000000000%3AstateMachine%3Ataxi";
    assert_eq!(found[0]["href"], href);
    assert_eq!(titles(&search(&house, "trips%20nyc").await), ["trips"]);
    assert_eq!(titles(&search(&house, "table").await), ["trips"]);
    assert!(search(&house, "trips%20other").await.is_empty());
    assert!(search(&house, "").await.is_empty());
}

#[tokio::test]
async fn lists_are_good_for_a_moment() {
    let house = house();
    search(&house, "t").await;
    let asked = house.door.calls.lock().len();
    search(&house, "ta").await;
    assert_eq!(house.door.calls.lock().len(), asked);
}
