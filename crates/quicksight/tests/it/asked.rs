//! Parameters, controls and totals, by every way that a report is asked.

use serde_json::{Value, json};

use crate::{pages::post, support::House};

const TRIPS: &str = "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\nyellow,2020-02-02 00:00:00,4.0,\n";

/// A table of miles times a factor, of kinds that a parameter says, of distances that a control may change.
fn definition(arn: &str) -> Value {
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    let group = |id: &str, filter: Value| {
        json!({"FilterGroupId": id, "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
            "Status": "ENABLED", "ScopeConfiguration": {"AllSheets": {}}})
    };
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "ParameterDeclarations": [
            {"StringParameterDeclaration": {"Name": "Kinds", "ParameterValueType": "MULTI_VALUED",
                "DefaultValues": {"StaticValues": ["green", "yellow"]}}},
            {"DecimalParameterDeclaration": {"Name": "Factor", "ParameterValueType": "SINGLE_VALUED",
                "DefaultValues": {"StaticValues": [2.0]}}},
        ],
        "CalculatedFields": [{"DataSetIdentifier": "trips", "Name": "scaled", "Expression": "{distance} * ${Factor}"}],
        "FilterGroups": [
            group("g1", json!({"CategoryFilter": {"FilterId": "kinds", "Column": column("kind"), "Configuration": {
                "CustomFilterConfiguration": {"MatchOperator": "EQUALS", "ParameterName": "Kinds", "NullOption": "NON_NULLS_ONLY"}}}})),
            group("g2", json!({"NumericRangeFilter": {"FilterId": "far", "Column": column("distance"),
                "NullOption": "NON_NULLS_ONLY", "IncludeMinimum": true, "RangeMinimum": {"StaticValue": 2.0}}})),
        ],
        "Sheets": [{"SheetId": "s1", "Name": "Trips",
            "FilterControls": [{"Slider": {"FilterControlId": "c", "Title": "How far", "SourceFilterId": "far",
                "MinimumValue": 0.0, "MaximumValue": 10.0, "StepSize": 1.0}}],
            "Visuals": [{"TableVisual": {"VisualId": "table", "ChartConfiguration": {
                "TotalOptions": {"TotalsVisibility": "VISIBLE"},
                "FieldWells": {"TableAggregatedFieldWells": {
                    "GroupBy": [{"CategoricalDimensionField": {"FieldId": "k", "Column": column("kind")}}],
                    "Values": [{"NumericalMeasureField": {"FieldId": "m", "Column": column("scaled"),
                        "AggregationFunction": {"SimpleNumericalAggregation": "AVERAGE"}}}]}}}}}],
        }],
    })
}

async fn house() -> House {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let set =
        json!({"DataSetId": "d", "ImportMode": "SPICE", "PhysicalTableMap": house.trips_table()});
    house.data_set(set).await;
    let given = definition(&house.arn("dataset/d"));
    let made = json!({"DashboardId": "d", "Name": "Trips", "Definition": given});
    house.ok("CreateDashboard", made).await;
    house
}

fn asked(more: Value) -> Value {
    let mut asked = json!({"dashboardId": "d", "visualId": "table"});
    let more = more.as_object().unwrap().clone();
    asked.as_object_mut().unwrap().extend(more);
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_and_controls_hold_for_figures_rows_and_files() {
    let house = house().await;
    let rows = async |more: Value| {
        let found = post(&house, "visual", asked(more)).await.json();
        (found["rows"].clone(), found["totalRows"].clone())
    };
    // Of two yellow trips of 2.5 and 4 miles, doubled; the green one is too short.
    let (shown, totals) = rows(json!({})).await;
    assert_eq!(shown, json!([["yellow", "6.5"], ["Total", "6.5"]]));
    assert_eq!(totals, json!([1]));
    let near =
        json!({"controls": [{"filterId": "far", "min": "1"}], "parameters": {"Factor": ["10"]}});
    let (shown, _) = rows(near.clone()).await;
    let all = json!([["green", "15"], ["yellow", "32.5"], ["Total", "26.67"]]);
    assert_eq!(shown, all, "the total is the average of three trips");
    let green = json!({"controls": [{"filterId": "far"}], "parameters": {"Kinds": ["green"]}});
    let (shown, _) = rows(green.clone()).await;
    assert_eq!(shown, json!([["green", "3"], ["Total", "3"]]));

    let behind = post(&house, "rows", asked(green.clone())).await.json();
    assert_eq!(behind["total"], 1, "{behind}");
    let mut wanted = asked(near);
    wanted["format"] = "csv".into();
    let file = post(&house, "export", wanted.clone()).await;
    let text = String::from_utf8(file.body).unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(
        lines[0].starts_with("green,15") && lines[1].starts_with("yellow,32.5"),
        "{text}"
    );
    assert!(lines[2].starts_with("Total,26.6"), "{text}");
    wanted["format"] = "svg".into();
    let file = post(&house, "export", wanted).await;
    let svg = String::from_utf8(file.body).unwrap();
    for text in [
        "32.5",
        "26.67",
        "Total",
        "How far: from 1",
        "Factor: 10",
        "Kinds: green, yellow",
    ] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_control_cannot_be_changed() {
    let house = house().await;
    for (filter, why) in [("kinds", "has no control"), ("none", "has no control")] {
        let wanted = asked(json!({"controls": [{"filterId": filter}]}));
        let refused = post(&house, "visual", wanted).await;
        assert_eq!(refused.status, 400);
        let text = String::from_utf8(refused.body).unwrap();
        assert!(text.contains(why), "{text}");
    }
    let wanted = asked(json!({"controls": [{"filterId": "far", "min": "near"}]}));
    let refused = post(&house, "visual", wanted).await;
    assert!(
        String::from_utf8(refused.body)
            .unwrap()
            .contains("near is no number")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_a_pivot_table_say_what_they_stand_for() {
    let house = house().await;
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    let dimension = |id: &str, name: &str| json!({"CategoricalDimensionField": {"FieldId": id, "Column": column(name)}});
    let measure = json!({"NumericalMeasureField": {"FieldId": "m", "Column": column("distance"),
        "AggregationFunction": {"SimpleNumericalAggregation": "SUM"}}});
    let wells = |name: &str, more: Value| {
        let mut given = definition(&house.arn("dataset/d"));
        given["Sheets"][0]["Visuals"] =
            json!([{format!("{name}Visual"): {"VisualId": "p", "ChartConfiguration": more}}]);
        given["FilterGroups"] = json!([]);
        given["Sheets"][0]["FilterControls"] = json!([]);
        json!({"definition": given, "visualId": "p", "sheetId": "s1"})
    };
    let pivot = wells(
        "PivotTable",
        json!({
        "TotalOptions": {"ColumnTotalOptions": {"TotalsVisibility": "VISIBLE"}},
        "FieldWells": {"PivotTableAggregatedFieldWells": {
            "Rows": [dimension("k", "kind")], "Columns": [dimension("n", "riders")], "Values": [measure]}}}),
    );
    let found = post(&house, "visual", pivot).await.json();
    assert_eq!(
        found["rowMarks"],
        json!([{"k": "green"}, {"k": "yellow"}, {}])
    );
    let columns = json!([{}, {"n": "1"}, {"n": "2"}, {"n": null}]);
    assert_eq!(found["columnMarks"], columns, "{found}");
    let table = wells(
        "Table",
        json!({
        "TotalOptions": {"TotalsVisibility": "VISIBLE", "Placement": "START"},
        "FieldOptions": {"Order": ["m", "k"]},
        "FieldWells": {"TableAggregatedFieldWells": {"GroupBy": [dimension("k", "kind")], "Values": [measure]}}}),
    );
    let found = post(&house, "visual", table).await.json();
    assert_eq!(found["columns"][0]["fieldId"], "m");
    assert_eq!(found["fields"][0]["fieldId"], "k");
    assert_eq!(
        found["rowMarks"],
        json!([{}, {"k": "green"}, {"k": "yellow"}]),
        "{found}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_has_a_type_or_an_error_with_its_place() {
    let house = house().await;
    let given = definition(&house.arn("dataset/d"));
    let outcome = async |expression: &str| {
        let wanted =
            json!({"definition": given, "dataSetIdentifier": "trips", "expression": expression});
        post(&house, "expression", wanted).await
    };
    for (expression, kind, aggregated) in [
        ("{distance} * ${Factor}", "DECIMAL", false),
        ("concat({kind}, '!')", "STRING", false),
        ("sum({scaled})", "DECIMAL", true),
        ("count({kind}) + 1", "INTEGER", true),
        ("runningSum(sum({distance}), [{kind} ASC])", "DECIMAL", true),
        ("sum({distance}, [{kind}])", "DECIMAL", false),
    ] {
        let found = outcome(expression).await.json();
        assert_eq!(
            found,
            json!({"type": kind, "aggregated": aggregated}),
            "{expression}"
        );
    }
    let refused = outcome("sum({far})").await;
    assert_eq!(refused.status, 400);
    let text = String::from_utf8(refused.body).unwrap();
    assert!(
        text.contains("line 1, column 5: the field {far} does not exist"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pivot_table_says_which_of_its_columns_are_totals() {
    let house = house().await;
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    let measure = |aggregation: &str| {
        json!({"NumericalMeasureField": {"FieldId": aggregation, "Column": column("distance"),
            "AggregationFunction": {"SimpleNumericalAggregation": aggregation}}})
    };
    let kind = json!({"CategoricalDimensionField": {"FieldId": "k", "Column": column("kind")}});
    let pivot = json!({"PivotTableVisual": {"VisualId": "p", "ChartConfiguration": {
        "TotalOptions": {"RowTotalOptions": {"TotalsVisibility": "VISIBLE"}},
        "FieldWells": {"PivotTableAggregatedFieldWells": {
            "Columns": [kind], "Values": [measure("SUM"), measure("COUNT")]}}}}});
    let mut given = definition(&house.arn("dataset/d"));
    given["Sheets"][0]["Visuals"] = json!([pivot]);
    given["FilterGroups"] = json!([]);
    given["Sheets"][0]["FilterControls"] = json!([]);
    let wanted = json!({"definition": given, "visualId": "p", "sheetId": "s1"});
    let found = post(&house, "visual", wanted).await.json();
    let columns = found["columns"].as_array().unwrap();
    let kinds: Vec<&str> = columns
        .iter()
        .map(|c| c["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["double", "bigint", "double", "bigint", "double", "bigint"]
    );
    assert_eq!(found["totalColumns"], json!([4, 5]));
    assert_eq!(found["rows"], json!([["1.5", "1", "6.5", "2", "8", "3"]]));
    assert_eq!(columns[4]["name"], "Total · Sum of distance");
}
