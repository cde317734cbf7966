//! What a visitor of an embedded dashboard can reach, and until when.

use std::sync::Arc;

use aws::door::OwnPages;
use http::Method;
use serde_json::{Value, json};

use crate::{
    pages::{Answer, ask},
    permissions::{grant, register},
    support::House,
};

const TRIPS: &str = "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\nyellow,2020-02-02 00:00:00,4.0,\nred,2020-02-03 00:00:00,9.0,7\n";
const MINUTE_MS: i64 = 60_000;

fn column(name: &str) -> Value {
    json!({"DataSetIdentifier": "trips", "ColumnName": name})
}

/// A sheet with miles by kind, which red is locked out of and whose distance has a control, and one with a figure.
fn definition(arn: &str) -> Value {
    let sum = json!({"NumericalMeasureField": {"FieldId": "d", "Column": column("distance"),
        "AggregationFunction": {"SimpleNumericalAggregation": "SUM"}}});
    let group = |id: &str, filter: Value| {
        json!({"FilterGroupId": id, "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
            "Status": "ENABLED", "ScopeConfiguration": {"AllSheets": {}}})
    };
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "FilterGroups": [
            group("g1", json!({"CategoryFilter": {"FilterId": "locked", "Column": column("kind"), "Configuration": {
                "FilterListConfiguration": {"MatchOperator": "DOES_NOT_CONTAIN", "CategoryValues": ["red"]}}}})),
            group("g2", json!({"NumericRangeFilter": {"FilterId": "far", "Column": column("distance"),
                "NullOption": "NON_NULLS_ONLY", "IncludeMinimum": true, "RangeMinimum": {"StaticValue": 1.0}}})),
        ],
        "Sheets": [
            {"SheetId": "s1", "Name": "Trips",
                "FilterControls": [{"Slider": {"FilterControlId": "c", "Title": "How far", "SourceFilterId": "far",
                    "MinimumValue": 0.0, "MaximumValue": 10.0, "StepSize": 1.0}}],
                "Visuals": [{"TableVisual": {"VisualId": "table", "Title": {"FormatText": {"PlainText": "Miles"}},
                    "ChartConfiguration": {"FieldWells": {"TableAggregatedFieldWells": {
                        "GroupBy": [{"CategoricalDimensionField": {"FieldId": "k", "Column": column("kind")}}],
                        "Values": [sum]}}}}}]},
            {"SheetId": "s2", "Name": "Sum", "Visuals": [{"KPIVisual": {"VisualId": "kpi",
                "ChartConfiguration": {"FieldWells": {"Values": [sum]}}}}]},
        ],
    })
}

async fn house_with(options: Value) -> House {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let set = json!({"DataSetId": "d", "ImportMode": "SPICE", "PhysicalTableMap": house.trips_table(),
        "RowLevelPermissionTagConfiguration": {"Status": "ENABLED", "TagRules": [
            {"TagKey": "kind", "ColumnName": "kind", "TagMultiValueDelimiter": ",", "MatchAllValue": "*"}]}});
    house.data_set(set).await;
    for id in ["d", "other"] {
        let made = json!({"DashboardId": id, "Name": "Trips", "Definition": definition(&house.arn("dataset/d")),
            "DashboardPublishOptions": options});
        house.ok("CreateDashboard", made).await;
    }
    house
}

async fn house() -> House {
    house_with(json!({})).await
}

/// Makes a URL for a visitor without a name, who may see these kinds.
async fn url(house: &House, kinds: &str, more: Value) -> Value {
    let mut wanted = json!({
        "Namespace": "default", "SessionTags": [{"Key": "kind", "Value": kinds}],
        "AuthorizedResourceArns": [house.arn("dashboard/d")],
        "ExperienceConfiguration": {"Dashboard": {"InitialDashboardId": "d"}},
    });
    let more = more.as_object().unwrap().clone();
    wanted.as_object_mut().unwrap().extend(more);
    house.ok("GenerateEmbedUrlForAnonymousUser", wanted).await
}

fn query(made: &Value) -> String {
    let url = made["EmbedUrl"].as_str().unwrap();
    url.split_once('?').unwrap().1.to_owned()
}

fn code(made: &Value) -> String {
    let query = query(made);
    let code = query.split('&').find_map(|p| p.strip_prefix("code="));
    code.unwrap().to_owned()
}

async fn redeem(house: &House, code: &str) -> Answer {
    ask(house, "POST", "embed/session", &json!({"code": code}), None).await
}

/// Returns the token of the session that a URL is good for.
pub(crate) async fn redeemed(house: &House, made: &Value) -> String {
    let session = redeem(house, &code(made)).await.json();
    session["token"].as_str().unwrap().to_owned()
}

async fn asked(house: &House, token: &str, path: &str, more: Value) -> Answer {
    let mut wanted = json!({"dashboardId": "d"});
    wanted
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    ask(
        house,
        "POST",
        &format!("embed/{path}"),
        &wanted,
        Some(token),
    )
    .await
}

async fn kinds(house: &House, token: &str, more: Value) -> Value {
    let mut wanted = json!({"visualId": "table"});
    wanted
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let found = asked(house, token, "visual", wanted).await.json();
    let rows = found["values"].as_array().unwrap();
    rows.iter().map(|row| row[0].clone()).collect()
}

fn denied() -> (u16, String) {
    (403, "AccessDeniedException".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_a_session_for_its_dashboard_alone() {
    let house = house().await;
    let made = url(&house, "*", json!({})).await;
    let address = made["EmbedUrl"].as_str().unwrap();
    assert!(
        address.starts_with("/embed/_taxiway/dashboards/d?code="),
        "{address}"
    );
    let code = code(&made);
    let token = redeem(&house, &code).await.json()["token"].clone();
    let token = token.as_str().unwrap().to_owned();
    assert_eq!(redeem(&house, &code).await.refused(), denied());
    assert_eq!(
        kinds(&house, &token, json!({})).await,
        json!(["green", "yellow"])
    );

    let described = asked(&house, &token, "dashboard", json!({})).await.json();
    assert_eq!(described["name"], "Trips");
    assert_eq!(described["undoRedo"], true);
    let text = described.to_string();
    assert!(
        !text.contains("red") || !text.contains("CategoryValues"),
        "{text}"
    );
    assert!(!text.contains("arn:aws"), "{text}");

    // Neither is a code a session's token, nor the other way round; nor is one that somebody changed.
    let forged = format!("x{token}");
    let (said, signed) = token.split_once('.').unwrap();
    let cut = format!("{said}.{}", &signed[1..]);
    for wrong in [code.as_str(), &forged, &cut, "", "a.b", "."] {
        let refused = asked(&house, wrong, "visual", json!({"visualId": "table"})).await;
        assert_eq!(refused.refused(), denied(), "{wrong}");
    }
    for wrong in [token.as_str(), "", "a.b"] {
        assert_eq!(redeem(&house, wrong).await.refused(), denied(), "{wrong}");
    }
    let bare = json!({"dashboardId": "d", "visualId": "table"});
    let bare = ask(&house, "POST", "embed/visual", &bare, None).await;
    assert_eq!(bare.refused(), denied());

    let own = definition(&house.arn("dataset/d"));
    for wrong in [
        json!({"dashboardId": "other", "visualId": "table"}),
        json!({"dashboardId": null, "definition": own, "visualId": "table"}),
        json!({"definition": own, "visualId": "table"}),
        json!({"analysisId": "a", "visualId": "table"}),
        json!({"versionNumber": 1, "visualId": "table"}),
    ] {
        let refused = asked(&house, &token, "visual", wrong.clone()).await;
        assert_eq!(refused.refused(), denied(), "{wrong}");
    }
    let other = asked(&house, &token, "dashboard", json!({"dashboardId": "other"})).await;
    assert_eq!(other.refused(), denied());
    for path in [
        "suggest",
        "expression",
        "data-sets/d/refresh-after",
        "nothing",
    ] {
        assert_eq!(
            asked(&house, &token, path, json!({})).await.status,
            404,
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_sessions_end() {
    let house = house().await;
    let late = url(&house, "*", json!({})).await;
    let made = url(&house, "*", json!({"SessionLifetimeInMinutes": 15})).await;
    let used = redeem(&house, &code(&made)).await.json();
    assert_eq!(used["secondsLeft"], 15 * 60);
    let token = used["token"].as_str().unwrap().to_owned();
    house.clock.put_forward(6 * MINUTE_MS);
    assert_eq!(redeem(&house, &code(&late)).await.refused(), denied());
    assert_eq!(redeem(&house, &code(&made)).await.refused(), denied());
    kinds(&house, &token, json!({})).await;
    // Codes that have expired are forgotten when another is used, and stay useless.
    let next = url(&house, "*", json!({})).await;
    redeemed(&house, &next).await;
    assert_eq!(redeem(&house, &code(&made)).await.refused(), denied());
    house.clock.put_forward(10 * MINUTE_MS);
    let refused = asked(&house, &token, "visual", json!({"visualId": "table"})).await;
    assert_eq!(refused.refused(), denied());
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_those_of_the_tags_and_of_locked_filters() {
    let house = house().await;
    let green = redeemed(&house, &url(&house, "green,red", json!({})).await).await;
    assert_eq!(kinds(&house, &green, json!({})).await, json!(["green"]));
    // A control lets more through; a filter without one stays, whatever is asked.
    let all = redeemed(&house, &url(&house, "*", json!({})).await).await;
    let far = json!({"controls": [{"filterId": "far", "min": "3"}]});
    assert_eq!(kinds(&house, &all, far).await, json!(["yellow"]));
    let open = json!({"visualId": "table", "controls": [{"filterId": "locked"}]});
    assert_eq!(asked(&house, &all, "visual", open).await.status, 400);
    let red = json!({"filters": [{"dataSetIdentifier": "trips", "columnName": "kind", "values": ["red"]}]});
    assert_eq!(kinds(&house, &all, red).await, json!([]));
    let offered = json!({"dataSetIdentifier": "trips", "columnName": "kind"});
    let offered = asked(&house, &all, "values", offered).await.json();
    assert_eq!(offered["values"], json!(["green", "yellow"]));
    // A visitor without the tag sees no row.
    let none = json!({"SessionTags": [{"Key": "town", "Value": "Bronx"}]});
    let none = redeemed(&house, &url(&house, "", none).await).await;
    assert_eq!(kinds(&house, &none, json!({})).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_asks_about_columns_that_the_dashboard_shows() {
    let house = house().await;
    let token = redeemed(&house, &url(&house, "*", json!({})).await).await;
    let hidden = json!({"dataSetIdentifier": "trips", "columnName": "riders"});
    assert_eq!(
        asked(&house, &token, "values", hidden.clone())
            .await
            .refused(),
        denied()
    );
    let mut filter = hidden;
    filter["min"] = "7".into();
    let by_filter = json!({"visualId": "table", "filters": [filter]});
    assert_eq!(
        asked(&house, &token, "visual", by_filter).await.refused(),
        denied()
    );
    let by_mark = json!({"visualId": "table", "selections": [{"dataSet": "trips", "column": "riders", "value": "7"}]});
    assert_eq!(
        asked(&house, &token, "visual", by_mark).await.refused(),
        denied()
    );
    let rows = asked(&house, &token, "rows", json!({"visualId": "table"}))
        .await
        .json();
    let names: Vec<&str> = rows["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["kind", "distance"]);
    assert_eq!(rows["rows"][0], json!(["green", "1.5"]));
    for path in ["visual", "rows"] {
        let found = asked(&house, &token, path, json!({"visualId": "table"}))
            .await
            .json();
        for secret in ["sql", "dataSetId", "dataSetArn"] {
            assert!(found.get(secret).is_none(), "{path} {secret}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visual_is_that_visual() {
    let house = house().await;
    let experience = json!({"DashboardVisual": {"InitialDashboardVisualId": {
        "DashboardId": "d", "SheetId": "s2", "VisualId": "kpi"}}});
    let arn = house.arn("dashboard/d/sheet/s2/visual/kpi");
    let made = json!({"ExperienceConfiguration": experience, "AuthorizedResourceArns": [arn]});
    let made = url(&house, "*", made).await;
    assert!(
        made["EmbedUrl"]
            .as_str()
            .unwrap()
            .starts_with("/embed/_taxiway/dashboards/d/sheets/s2/visuals/kpi?code=")
    );
    let token = redeemed(&house, &made).await;
    let shown = asked(&house, &token, "visual", json!({"visualId": "kpi"}))
        .await
        .json();
    assert_eq!(shown["kind"], "kpi");
    let described = asked(&house, &token, "dashboard", json!({})).await.json();
    let sheets = described["definition"]["Sheets"].as_array().unwrap();
    assert_eq!(sheets.len(), 1);
    assert!(!described.to_string().contains("Miles"), "{described}");
    for wrong in [
        json!({"visualId": "table"}),
        json!({"visualId": "kpi", "sheetId": "s1"}),
    ] {
        assert_eq!(
            asked(&house, &token, "visual", wrong).await.refused(),
            denied()
        );
    }
    // The control that the whole dashboard has is not of the visual.
    let far = json!({"visualId": "kpi", "controls": [{"filterId": "far"}]});
    assert_eq!(asked(&house, &token, "visual", far).await.status, 400);
    let whole = asked(&house, &token, "export", json!({"format": "svg"})).await;
    assert_eq!(whole.refused(), denied());
}

#[tokio::test(flavor = "multi_thread")]
async fn data_are_not_exported_where_the_dashboard_says_so() {
    let closed = json!({"ExportToCSVOption": {"AvailabilityStatus": "DISABLED"}});
    let house = house_with(closed).await;
    let token = redeemed(&house, &url(&house, "*", json!({})).await).await;
    let described = asked(&house, &token, "dashboard", json!({})).await.json();
    assert_eq!(described["offered"]["exportData"], false);
    for (format, status) in [("csv", 403), ("xlsx", 403), ("png", 200)] {
        let wanted = json!({"visualId": "table", "format": format});
        let file = asked(&house, &token, "export", wanted).await;
        assert_eq!(file.status, status, "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_session_ends_with_the_users_permission() {
    let house = house().await;
    let ann = register(&house, "ann", "READER").await;
    let wanted = json!({"UserArn": ann, "DashboardId": "d", "IdentityType": "QUICKSIGHT", "UndoRedoDisabled": true});
    grant(&house, "Dashboard", "d", &ann, &["QueryDashboard"]).await;
    let made = house.ok("GetDashboardEmbedUrl", wanted).await;
    let token = redeemed(&house, &made).await;
    let described = asked(&house, &token, "dashboard", json!({})).await.json();
    assert_eq!(
        (&described["undoRedo"], &described["reset"]),
        (&json!(false), &json!(true))
    );
    let revoked = json!({"DashboardId": "d", "RevokePermissions": [
        {"Principal": ann, "Actions": ["quicksight:QueryDashboard"]}]});
    house.ok("UpdateDashboardPermissions", revoked).await;
    let refused = asked(&house, &token, "visual", json!({"visualId": "table"})).await;
    assert_eq!(refused.refused(), denied());
    let gone = json!({"Namespace": "default", "UserName": "ann"});
    house.call("DeleteUser", gone).await.ok();
    house
        .ok("DeleteDashboard", json!({"DashboardId": "d"}))
        .await;
    let refused = asked(&house, &token, "dashboard", json!({})).await;
    assert!(
        refused.status == 403 || refused.status == 404,
        "{}",
        refused.status
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_says_whose_frames_it_may_be_in() {
    let house = house().await;
    let domains = json!({"AllowedDomains": ["https://*.a.example", "http://localhost:5173"]});
    let made = url(&house, "*", domains).await;
    let ancestors = "https://*.a.example http://localhost:5173";
    let said = async |made: &Value| {
        let page = made["EmbedUrl"].as_str().unwrap().parse().unwrap();
        house.service.frame_ancestors(&page).await
    };
    assert_eq!(said(&made).await, ancestors);
    // Also of a code that is used up, so that the page can say so where it is.
    redeemed(&house, &made).await;
    house.clock.put_forward(6 * MINUTE_MS);
    assert_eq!(said(&made).await, ancestors);
    let plain = url(&house, "*", json!({})).await;
    let page = |below: &str| json!({"EmbedUrl": format!("/embed/_taxiway/{below}")});
    for made in [
        plain,
        page("dashboards/d?code=x.y"),
        page("dashboards/embedControl"),
    ] {
        let ancestors = said(&made).await;
        assert!(ancestors.starts_with("'self' http://localhost:*"), "{made}");
    }
    // What only hands messages on has no code, and shows nothing.
    assert_eq!(said(&page("embedControl?contextId=c")).await, "*");
    for domains in [
        json!(["http://a.example"]),
        json!(["https://a.example; script-src *"]),
        json!([
            "https://a.example",
            "https://b.example",
            "https://c.example",
            "https://d.example"
        ]),
    ] {
        let wanted = json!({
            "Namespace": "default", "AuthorizedResourceArns": [house.arn("dashboard/d")], "AllowedDomains": domains,
            "ExperienceConfiguration": {"Dashboard": {"InitialDashboardId": "d"}},
        });
        let (code, _) = house
            .refused("GenerateEmbedUrlForAnonymousUser", wanted)
            .await;
        assert_eq!(code, "InvalidParameterValueException");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_proves_itself_is_open() {
    let house = house().await;
    let is_open = |method: Method, path: &str| {
        Arc::clone(&house.service).is_open(&method, &format!("/_taxiway/reports/{path}"))
    };
    assert!(is_open(Method::POST, "embed/session") && is_open(Method::POST, "embed/visual"));
    assert!(is_open(Method::GET, "bundles/a.qs"));
    for (method, path) in [
        (Method::POST, "visual"),
        (Method::GET, "embed/visual"),
        (Method::POST, "bundles/a.qs"),
        (Method::POST, "suggest"),
    ] {
        assert!(!is_open(method.clone(), path), "{method} {path}");
    }
}
