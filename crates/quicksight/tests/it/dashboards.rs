//! Analyses, dashboards, and their figures.

use serde_json::{Value, json};

use crate::support::House;

const TRIPS: &str = "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\nyellow,2020-02-02 00:00:00,4.0,\n";

fn field(kind: &str, column: &str, aggregation: Option<&str>) -> Value {
    let mut inner =
        json!({"FieldId": column, "Column": {"DataSetIdentifier": "trips", "ColumnName": column}});
    if let Some(name) = aggregation {
        inner["AggregationFunction"] = json!({"SimpleNumericalAggregation": name});
    }
    json!({kind: inner})
}

fn definition(arn: &str) -> Value {
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "Sheets": [{"SheetId": "s1", "Name": "Trips", "Visuals": [
            {"TableVisual": {"VisualId": "v1", "ChartConfiguration": {"FieldWells": {"TableAggregatedFieldWells": {
                "GroupBy": [field("CategoricalDimensionField", "kind", None)],
                "Values": [field("NumericalMeasureField", "distance", Some("AVERAGE"))]}}}}},
        ]}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn spice_keeps_its_figures_and_direct_queries_follow() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    for (id, mode) in [("spice", "SPICE"), ("direct", "DIRECT_QUERY")] {
        house.data_set(json!({"DataSetId": id, "ImportMode": mode, "PhysicalTableMap": house.trips_table()})).await;
        let given = definition(&house.arn(&format!("dataset/{id}")));
        house
            .ok(
                "CreateDashboard",
                json!({"DashboardId": id, "Name": id, "Definition": given}),
            )
            .await;
        let back = house
            .ok("DescribeDashboardDefinition", json!({"DashboardId": id}))
            .await;
        assert_eq!(back["ResourceStatus"], "CREATION_SUCCESSFUL", "{back}");
        assert_eq!(back["Definition"], given);
        let csv = house.csv(id, "v1", json!({})).await.unwrap();
        let mut lines: Vec<&str> = csv.lines().skip(1).collect();
        lines.sort_unstable();
        assert_eq!(lines, ["green,1.5", "yellow,3.25"], "{csv}");
    }
    house
        .put("trips/a.csv", "green,2020-01-01 00:10:00,9,1\n")
        .await;
    let csv = house.csv("spice", "v1", json!({})).await.unwrap();
    assert!(csv.contains("green,1.5"), "{csv}");
    let csv = house.csv("direct", "v1", json!({})).await.unwrap();
    assert!(csv.contains("green,9"), "{csv}");
    house
        .ok(
            "CreateIngestion",
            json!({"DataSetId": "spice", "IngestionId": "again"}),
        )
        .await;
    house.ingested("spice", "again").await;
    let csv = house.csv("spice", "v1", json!({})).await.unwrap();
    assert!(csv.contains("green,9") && !csv.contains("yellow"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_a_session_choose_the_rows() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    house
        .data_set(
            json!({"DataSetId": "d", "ImportMode": "SPICE", "PhysicalTableMap": house.trips_table(),
        "RowLevelPermissionTagConfiguration": {"Status": "ENABLED", "TagRules": [
            {"TagKey": "kind", "ColumnName": "kind", "MatchAllValue": "*"}]}}),
        )
        .await;
    house.ok("CreateDashboard", json!({"DashboardId": "d", "Name": "d", "Definition": definition(&house.arn("dataset/d"))})).await;
    let with = |value: &str| json!({"RowLevelPermissionTags": [{"Key": "kind", "Value": value}]});
    assert!(
        !house
            .csv("d", "v1", with("green"))
            .await
            .unwrap()
            .contains("yellow")
    );
    assert!(
        house
            .csv("d", "v1", with("*"))
            .await
            .unwrap()
            .contains("yellow")
    );
    assert_eq!(
        house
            .csv("d", "v1", json!({}))
            .await
            .unwrap()
            .lines()
            .count(),
        1,
        "the header alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_published() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    house.data_set(json!({"DataSetId": "d", "ImportMode": "DIRECT_QUERY", "PhysicalTableMap": house.trips_table()})).await;
    let given = definition(&house.arn("dataset/d"));
    house.ok("CreateDashboard", json!({"DashboardId": "d", "Name": "one", "Definition": given, "VersionDescription": "first"})).await;
    let exists = house
        .refused(
            "CreateDashboard",
            json!({"DashboardId": "d", "Name": "one", "Definition": given}),
        )
        .await;
    assert_eq!(exists.0, "ResourceExistsException");
    house
        .ok(
            "UpdateDashboard",
            json!({"DashboardId": "d", "Name": "two", "Definition": given}),
        )
        .await;
    let shown = house
        .ok("DescribeDashboard", json!({"DashboardId": "d"}))
        .await;
    assert_eq!(shown["Dashboard"]["Version"]["VersionNumber"], 1);
    assert_eq!(shown["Dashboard"]["Version"]["Description"], "first");
    house
        .ok(
            "UpdateDashboardPublishedVersion",
            json!({"DashboardId": "d", "VersionNumber": 2}),
        )
        .await;
    let shown = house
        .ok("DescribeDashboard", json!({"DashboardId": "d"}))
        .await;
    assert_eq!(shown["Dashboard"]["Version"]["VersionNumber"], 2);
    let none = house
        .refused(
            "DescribeDashboard",
            json!({"DashboardId": "d", "VersionNumber": 3}),
        )
        .await;
    assert_eq!(none.0, "ResourceNotFoundException");
    let mut bad = given.clone();
    bad["Sheets"][0]["Visuals"][0]["TableVisual"]["ChartConfiguration"]["FieldWells"]["TableAggregatedFieldWells"]
        ["GroupBy"] = json!([field("CategoricalDimensionField", "nothing", None)]);
    house
        .ok(
            "UpdateDashboard",
            json!({"DashboardId": "d", "Name": "two", "Definition": bad}),
        )
        .await;
    let shown = house
        .ok(
            "DescribeDashboardDefinition",
            json!({"DashboardId": "d", "AliasName": "$LATEST"}),
        )
        .await;
    assert_eq!(shown["ResourceStatus"], "CREATION_FAILED");
    assert!(
        shown["Errors"][0]["Message"]
            .as_str()
            .unwrap()
            .contains("nothing"),
        "{shown}"
    );
    let versions = house
        .ok("ListDashboardVersions", json!({"DashboardId": "d"}))
        .await;
    assert_eq!(
        versions["DashboardVersionSummaryList"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    house
        .ok("DeleteDashboard", json!({"DashboardId": "d"}))
        .await;
    assert_eq!(
        house
            .refused("DescribeDashboard", json!({"DashboardId": "d"}))
            .await
            .0,
        "ResourceNotFoundException"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analysis_becomes_a_template_and_a_dashboard() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    house.data_set(json!({"DataSetId": "d", "ImportMode": "DIRECT_QUERY", "PhysicalTableMap": house.trips_table()})).await;
    let arn = house.arn("dataset/d");
    house
        .ok(
            "CreateAnalysis",
            json!({"AnalysisId": "a", "Name": "a", "Definition": definition(&arn)}),
        )
        .await;
    let source = json!({"SourceAnalysis": {"Arn": house.arn("analysis/a"), "DataSetReferences": [
        {"DataSetPlaceholder": "rides", "DataSetArn": arn}]}});
    house
        .ok(
            "CreateTemplate",
            json!({"TemplateId": "t", "Name": "t", "SourceEntity": source}),
        )
        .await;
    house
        .ok(
            "CreateTemplateAlias",
            json!({"TemplateId": "t", "AliasName": "live", "TemplateVersionNumber": 1}),
        )
        .await;
    let source = json!({"SourceTemplate": {"Arn": house.arn("template/t/alias/live"), "DataSetReferences": [
        {"DataSetPlaceholder": "rides", "DataSetArn": arn}]}});
    house
        .ok(
            "CreateDashboard",
            json!({"DashboardId": "d", "Name": "d", "SourceEntity": source}),
        )
        .await;
    assert!(
        house
            .csv("d", "v1", json!({}))
            .await
            .unwrap()
            .contains("3.25")
    );
    house.ok("DeleteAnalysis", json!({"AnalysisId": "a"})).await;
    let found = house
        .ok(
            "SearchAnalyses",
            json!({"Filters": [{"Name": "ANALYSIS_NAME", "Operator": "StringLike", "Value": "a"}]}),
        )
        .await;
    assert_eq!(found["AnalysisSummaryList"], json!([]));
    house
        .ok("RestoreAnalysis", json!({"AnalysisId": "a"}))
        .await;
    assert_eq!(
        house
            .ok("DescribeAnalysis", json!({"AnalysisId": "a"}))
            .await["Analysis"]["Status"],
        "CREATION_SUCCESSFUL"
    );
}
