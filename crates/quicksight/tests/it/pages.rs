//! What the console asks.

use std::sync::Arc;

use aws::{Body, Context, Principal, door::OwnPages};
use http::{
    Request,
    header::{AUTHORIZATION, CONTENT_DISPOSITION},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{ACCOUNT, House};

const TRIPS: &str = "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\nyellow,2020-02-02 00:00:00,4.0,\n";

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) file: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        let value: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(self.status, 200, "{value}");
        value
    }

    pub(crate) fn refused(&self) -> (u16, String) {
        let value: Value = serde_json::from_slice(&self.body).unwrap();
        (self.status, value["code"].as_str().unwrap().to_owned())
    }
}

pub(crate) async fn ask(
    house: &House,
    method: &str,
    path: &str,
    body: &Value,
    token: Option<&str>,
) -> Answer {
    let principal = Principal::root(ACCOUNT, "us-east-1");
    ask_as(house, principal, method, path, body, token).await
}

pub(crate) async fn ask_as(
    house: &House,
    principal: Principal,
    method: &str,
    path: &str,
    body: &Value,
    token: Option<&str>,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/_taxiway/reports/{path}"));
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let context = Context {
        principal,
        request_id: "test".into(),
    };
    let response = Arc::clone(&house.service).answer(request, context).await;
    let (parts, body) = response.into_parts();
    let file = parts.headers.get(CONTENT_DISPOSITION);
    Answer {
        status: parts.status.as_u16(),
        file: file.map(|v| v.to_str().unwrap().to_owned()),
        body: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

pub(crate) async fn post(house: &House, path: &str, body: Value) -> Answer {
    ask(house, "POST", path, &body, None).await
}

fn definition(arn: &str) -> Value {
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "Sheets": [{"SheetId": "s1", "Name": "Trips", "Visuals": [
            {"BarChartVisual": {"VisualId": "bar", "Title": {"FormatText": {"PlainText": "Miles"}},
                "ChartConfiguration": {"FieldWells": {"BarChartAggregatedFieldWells": {
                "Category": [{"CategoricalDimensionField": {"FieldId": "k", "Column": column("kind")}}],
                "Values": [{"NumericalMeasureField": {"FieldId": "d", "Column": column("distance"),
                    "AggregationFunction": {"SimpleNumericalAggregation": "SUM"}}}]}}}}},
            {"KPIVisual": {"VisualId": "kpi", "ChartConfiguration": {"FieldWells": {
                "Values": [{"NumericalMeasureField": {"FieldId": "n", "Column": column("distance"),
                    "AggregationFunction": {"SimpleNumericalAggregation": "AVERAGE"}}}]}}}},
        ]}],
    })
}

async fn house() -> House {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let set = json!({"DataSetId": "d", "ImportMode": "SPICE", "PhysicalTableMap": house.trips_table(),
        "RowLevelPermissionTagConfiguration": {"Status": "ENABLED", "TagRules": [{"TagKey": "kind", "ColumnName": "kind"}]}});
    house.data_set(set).await;
    let given = definition(&house.arn("dataset/d"));
    house
        .ok(
            "CreateDashboard",
            json!({"DashboardId": "d", "Name": "Trips", "Definition": given}),
        )
        .await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visual_with_its_figures_and_where_they_are_from() {
    let house = house().await;
    let bar = json!({"dashboardId": "d", "sheetId": "s1", "visualId": "bar"});
    let found = post(&house, "visual", bar.clone()).await.json();
    assert_eq!(
        (found["kind"].as_str(), found["title"].as_str()),
        (Some("chart"), Some("Miles"))
    );
    assert_eq!(
        (found["source"].as_str(), found["dataSetId"].as_str()),
        (Some("SPICE"), Some("d"))
    );
    assert!(
        found["sql"].as_str().unwrap().contains("GROUP BY"),
        "{found}"
    );
    assert!(found["asOf"].as_f64().unwrap() > 1e9);
    assert!(found["spec"]["data"].is_object(), "{found}");
    assert_eq!(found["total"], 2);

    let mut filtered = bar.clone();
    filtered["filters"] =
        json!([{"dataSetIdentifier": "trips", "columnName": "kind", "values": ["green"]}]);
    let found = post(&house, "visual", filtered).await.json();
    assert_eq!(found["values"], json!([["green", "1.5"]]), "{found}");

    let kpi = post(
        &house,
        "visual",
        json!({"dashboardId": "d", "visualId": "kpi"}),
    )
    .await
    .json();
    assert_eq!(kpi["kind"], "kpi");
    assert!(
        kpi["kpi"]["value"].as_str().unwrap().starts_with("2.6"),
        "{kpi}"
    );

    let mut rows = bar.clone();
    rows["limit"] = 2.into();
    let rows = post(&house, "rows", rows).await.json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2, "{rows}");

    let ask = json!({"dashboardId": "d", "dataSetIdentifier": "trips", "columnName": "kind"});
    assert_eq!(
        post(&house, "values", ask).await.json()["values"],
        json!(["green", "yellow"])
    );
    let quick = post(
        &house,
        "suggest",
        json!({"dataSetId": "d", "columns": ["kind", "distance"]}),
    )
    .await
    .json();
    let visual = quick["visual"].as_object().unwrap();
    assert!(visual.keys().next().unwrap().ends_with("Visual"), "{quick}");

    let mut gone = bar.clone();
    gone["visualId"] = "none".into();
    assert_eq!(post(&house, "visual", gone).await.refused().0, 400);
    assert_eq!(
        post(
            &house,
            "visual",
            json!({"dashboardId": "none", "visualId": "bar"})
        )
        .await
        .refused()
        .0,
        404
    );
    assert_eq!(
        post(&house, "visual", json!([])).await.refused(),
        (400, "SerializationException".into())
    );
    assert_eq!(post(&house, "nothing", json!({})).await.refused().0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_format() {
    let house = house().await;
    for (format, begins) in [
        ("pdf", &b"%PDF"[..]),
        ("png", b"\x89PNG"),
        ("svg", b"<svg"),
        ("xlsx", b"PK\x03\x04"),
    ] {
        let file = post(
            &house,
            "export",
            json!({"dashboardId": "d", "format": format}),
        )
        .await;
        assert_eq!(
            file.status,
            200,
            "{format}: {}",
            String::from_utf8_lossy(&file.body)
        );
        assert!(file.body.starts_with(begins), "{format}");
        assert_eq!(
            file.file.as_deref(),
            Some(format!("attachment; filename=\"Trips.{format}\"").as_str())
        );
    }
    let csv = post(
        &house,
        "export",
        json!({"dashboardId": "d", "visualId": "bar", "format": "csv"}),
    )
    .await;
    let text = String::from_utf8(csv.body).unwrap();
    assert!(
        text.contains("green,1.5") && text.contains("yellow,6.5"),
        "{text}"
    );
    let whole = post(
        &house,
        "export",
        json!({"dashboardId": "d", "format": "csv"}),
    )
    .await;
    assert_eq!(
        whole.refused(),
        (400, "InvalidParameterValueException".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_say_their_filters_and_the_time_of_their_data() {
    let house = house().await;
    let green = json!([{"dataSetIdentifier": "trips", "columnName": "kind", "values": ["green"]}]);
    let mut wanted = json!({"dashboardId": "d", "visualId": "bar", "format": "csv", "filters": green, "annotated": true});
    let file = post(&house, "export", wanted.clone()).await;
    let text = String::from_utf8(file.body).unwrap();
    let (said, rows): (Vec<&str>, Vec<&str>) = text.lines().partition(|l| l.starts_with("# "));
    assert_eq!(said[0], "# Report: Trips");
    assert!(
        said[1].starts_with("# Data: Miles, as of 2") && said[1].ends_with(" UTC"),
        "{text}"
    );
    assert_eq!(said[2..], ["# Filter: kind: green"], "{text}");
    assert_eq!(rows[1..], ["green,1.5"], "{text}");
    // The rows alone, as AWS's own CSV.
    wanted["annotated"] = false.into();
    let plain = post(&house, "export", wanted.clone()).await;
    let plain = String::from_utf8(plain.body).unwrap();
    assert_eq!(plain.lines().collect::<Vec<_>>(), rows);
    wanted["format"] = "svg".into();
    let drawn = post(&house, "export", wanted).await;
    let svg = String::from_utf8(drawn.body).unwrap();
    assert!(
        svg.contains("kind: green") && svg.contains("Data as of"),
        "{svg}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sorts_and_asks_for_the_rows_of_a_mark() {
    let house = house().await;
    let sorted = async |field: &str, direction: &str| {
        let wanted = json!({"dashboardId": "d", "visualId": "bar", "sort": {"fieldId": field, "direction": direction}});
        post(&house, "visual", wanted).await.json()["values"].clone()
    };
    let (green, yellow) = (json!(["green", "1.5"]), json!(["yellow", "6.5"]));
    assert_eq!(sorted("d", "ASC").await, json!([green, yellow]));
    assert_eq!(sorted("d", "DESC").await, json!([yellow, green]));
    assert_eq!(sorted("k", "DESC").await, json!([yellow, green]));
    assert_eq!(sorted("none", "ASC").await, json!([yellow, green]));
    let rows = async |filter: Value| {
        let mut filter = filter;
        filter["dataSetIdentifier"] = "trips".into();
        let wanted = json!({"dashboardId": "d", "visualId": "bar", "filters": [filter]});
        let found = post(&house, "rows", wanted).await.json();
        found["rows"].as_array().unwrap().len()
    };
    assert_eq!(
        rows(json!({"columnName": "kind", "values": ["yellow"]})).await,
        2
    );
    let others = json!({"columnName": "kind", "values": ["yellow", null], "without": true});
    assert_eq!(rows(others).await, 1);
    let bin = json!({"columnName": "distance", "min": "1.5", "max": "2.5", "open": true});
    assert_eq!(rows(bin).await, 1, "the bin's end is in the next one");
    let last = json!({"columnName": "distance", "min": "1.5", "max": "2.5"});
    assert_eq!(rows(last).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_set_follows_a_state_machine() {
    let house = house().await;
    house.service.start();
    let machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
    let succeeded = async |machine: &str| {
        let mut batch = store::Batch::new();
        batch.publish(store::BusEvent {
            id: "1".into(),
            time_ms: 0,
            account: ACCOUNT.into(),
            region: "us-east-1".into(),
            bus: "default".into(),
            source: "aws.states".into(),
            detail_type: "Step Functions Execution Status Change".into(),
            resources: vec![],
            detail: json!({"status": "SUCCEEDED", "stateMachineArn": machine}).to_string(),
            internal: false,
        });
        house.store.commit(batch).await.unwrap();
    };
    for _ in 0..5 {
        succeeded("arn:aws:states:us-east-1:000000000000:stateMachine:other").await;
    }
    let after = json!({"stateMachineArn": machine});
    ask(&house, "PUT", "data-sets/d/refresh-after", &after, None)
        .await
        .json();
    assert_eq!(
        ask(
            &house,
            "GET",
            "data-sets/d/refresh-after",
            &Value::Null,
            None
        )
        .await
        .json(),
        after
    );
    succeeded(machine).await;
    for _ in 0..2000 {
        let all = house.ok("ListIngestions", json!({"DataSetId": "d"})).await;
        let cursor = store::Key::of(&["quicksight/refresh-after"]);
        let cursor = house.store.get("store/bus-cursors", &cursor).await.unwrap();
        if let ("SCHEDULED", Some(cursor)) = (
            all["Ingestions"][0]["RequestSource"].as_str().unwrap_or(""),
            cursor,
        ) {
            assert_eq!(cursor.version, 1, "what refreshes nothing costs no commit");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the data set was not refreshed");
}
