//! Data sources, data sets, ingestions.

use serde_json::{Value, json};

use crate::support::House;

const TRIPS: &str = "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\nyellow,2020-02-02 00:00:00,4.0,\n";

fn spice(house: &House, id: &str, logical: Value) -> Value {
    let mut input =
        json!({"DataSetId": id, "ImportMode": "SPICE", "PhysicalTableMap": house.trips_table()});
    if !logical.is_null() {
        input["LogicalTableMap"] = logical;
    }
    input
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_ingested_and_the_old_rows_stay_until_the_next() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let first = house.data_set(spice(&house, "trips", Value::Null)).await;
    assert_eq!(first["IngestionStatus"], "COMPLETED", "{first}");
    assert_eq!(first["RequestType"], "INITIAL_INGESTION");
    assert_eq!(
        first["RowInfo"],
        json!({"RowsIngested": 3, "RowsDropped": 0, "TotalRowsInDataset": 3})
    );
    let described = house
        .ok("DescribeDataSet", json!({"DataSetId": "trips"}))
        .await;
    let set = &described["DataSet"];
    assert_eq!(set["PhysicalTableMap"], house.trips_table());
    assert_eq!(
        set["OutputColumns"][1],
        json!({"Name": "at", "Type": "DATETIME"})
    );
    assert!(set["ConsumedSpiceCapacityInBytes"].as_u64().unwrap() > 0);

    // The source's table goes away: the refresh fails and says why.
    house.athena("DROP TABLE trips").await;
    house
        .ok(
            "CreateIngestion",
            json!({"DataSetId": "trips", "IngestionId": "two"}),
        )
        .await;
    let failed = house.ingested("trips", "two").await;
    assert_eq!(failed["IngestionStatus"], "FAILED");
    assert_eq!(
        failed["ErrorInfo"]["Type"], "SQL_TABLE_NOT_FOUND",
        "{failed}"
    );
    let all = house
        .ok("ListIngestions", json!({"DataSetId": "trips"}))
        .await;
    assert_eq!(all["Ingestions"].as_array().unwrap().len(), 2);
    assert_eq!(
        all["Ingestions"][0]["IngestionId"], "two",
        "the newest first"
    );

    let again = house
        .refused(
            "CreateIngestion",
            json!({"DataSetId": "trips", "IngestionId": "two"}),
        )
        .await;
    assert_eq!(again.0, "ResourceExistsException");
    let ended = house
        .refused(
            "CancelIngestion",
            json!({"DataSetId": "trips", "IngestionId": "two"}),
        )
        .await;
    assert_eq!(ended.0, "InvalidParameterValueException");
    // What Athena had put aside is gone.
    let left = house
        .objects
        .list(
            "aws-athena-query-results-us-east-1-000000000000",
            &objects::ListRequest::prefix("quicksight/"),
        )
        .await
        .unwrap();
    assert!(left.objects.is_empty(), "{:?}", left.objects);
}

#[tokio::test(flavor = "multi_thread")]
async fn transforms_make_the_columns() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let logical = json!({"l": {"Alias": "l", "Source": {"PhysicalTableId": "t"}, "DataTransforms": [
        {"RenameColumnOperation": {"ColumnName": "distance", "NewColumnName": "Trip Miles"}},
        {"CreateColumnsOperation": {"Columns": [
            {"ColumnId": "c", "ColumnName": "per rider", "Expression": "{Trip Miles} / riders"}]}},
        {"FilterOperation": {"ConditionExpression": "kind = 'yellow'"}},
        {"CastColumnTypeOperation": {"ColumnName": "riders", "NewColumnType": "STRING"}},
        {"TagColumnOperation": {"ColumnName": "kind", "Tags": [{"ColumnDescription": {"Text": "colour"}}]}},
        {"ProjectOperation": {"ProjectedColumns": ["kind", "Trip Miles", "per rider", "riders"]}},
    ]}});
    let ingestion = house.data_set(spice(&house, "made", logical)).await;
    assert_eq!(ingestion["RowInfo"]["RowsIngested"], 2, "{ingestion}");
    let described = house
        .ok("DescribeDataSet", json!({"DataSetId": "made"}))
        .await;
    assert_eq!(
        described["DataSet"]["OutputColumns"],
        json!([
            {"Name": "kind", "Type": "STRING", "Description": "colour"},
            {"Name": "Trip Miles", "Type": "DECIMAL"},
            {"Name": "per rider", "Type": "DECIMAL"},
            {"Name": "riders", "Type": "STRING"},
        ])
    );
    for (transform, says) in [
        (
            json!({"ProjectOperation": {"ProjectedColumns": ["none"]}}),
            "none",
        ),
        (
            json!({"FilterOperation": {"ConditionExpression": "kind +"}}),
            "line 1",
        ),
        (
            json!({"RenameColumnOperation": {"ColumnName": "kind", "NewColumnName": "AT"}}),
            "Duplicate column name",
        ),
    ] {
        let logical = json!({"l": {"Alias": "l", "Source": {"PhysicalTableId": "t"}, "DataTransforms": [transform]}});
        let mut input = spice(&house, "bad", logical);
        input["Name"] = "bad".into();
        let (code, message) = house.refused("CreateDataSet", input).await;
        assert_eq!(code, "InvalidParameterValueException");
        assert!(message.contains(says), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_by_a_manifest_and_rows_that_fall_out() {
    let house = House::open().await;
    house.put("files/a.csv", "city,when,people\nBonn,2020-01-05,\"1,000\"\n\"Köln, am Rhein\",2020-01-06,7\nAachen,2020-13-77,8\nTrier,,9\n").await;
    house
        .put(
            "manifest.json",
            r#"{"fileLocations": [{"URIPrefixes": ["s3://data/files/"]}]}"#,
        )
        .await;
    let source = json!({"DataSourceId": "files", "Name": "files", "Type": "S3", "DataSourceParameters": {
        "S3Parameters": {"ManifestFileLocation": {"Bucket": "data", "Key": "manifest.json"}}}});
    house.ok("CreateDataSource", source).await;
    let described = house
        .ok("DescribeDataSource", json!({"DataSourceId": "files"}))
        .await;
    assert_eq!(
        described["DataSource"]["Status"], "CREATION_SUCCESSFUL",
        "{described}"
    );
    let table = json!({"f": {"S3Source": {
        "DataSourceArn": house.arn("datasource/files"), "UploadSettings": {"Format": "CSV", "ContainsHeader": true},
        "InputColumns": [{"Name": "city", "Type": "STRING"}, {"Name": "when", "Type": "STRING"}, {"Name": "people", "Type": "STRING"}]}}});
    let logical = json!({"l": {"Alias": "l", "Source": {"PhysicalTableId": "f"}, "DataTransforms": [
        {"CastColumnTypeOperation": {"ColumnName": "when", "NewColumnType": "DATETIME", "Format": "yyyy-MM-dd"}},
        {"CastColumnTypeOperation": {"ColumnName": "people", "NewColumnType": "INTEGER"}}]}});
    let ingestion = house.data_set(json!({"DataSetId": "files", "ImportMode": "SPICE", "PhysicalTableMap": table, "LogicalTableMap": logical})).await;
    assert_eq!(ingestion["IngestionStatus"], "COMPLETED", "{ingestion}");
    assert_eq!(
        ingestion["RowInfo"],
        json!({"RowsIngested": 2, "RowsDropped": 2, "TotalRowsInDataset": 2})
    );

    let missing = json!({"DataSourceId": "gone", "Name": "gone", "Type": "S3", "DataSourceParameters": {
        "S3Parameters": {"ManifestFileLocation": {"Bucket": "data", "Key": "none.json"}}}});
    house.ok("CreateDataSource", missing).await;
    let described = house
        .ok("DescribeDataSource", json!({"DataSourceId": "gone"}))
        .await;
    assert_eq!(described["DataSource"]["Status"], "CREATION_FAILED");
    let message = described["DataSource"]["ErrorInfo"]["Message"]
        .as_str()
        .unwrap();
    assert!(message.contains("none.json"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn joins_and_data_sets_on_data_sets() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let mut tables = house.trips_table();
    tables["names"] = json!({"CustomSql": {"DataSourceArn": house.arn("datasource/athena"), "Name": "names",
        "SqlQuery": "SELECT * FROM (VALUES ('green', 'Green cab'), ('blue', 'Blue cab')) AS n (code, label);",
        "Columns": []}});
    let logical = json!({
        "a": {"Alias": "a", "Source": {"PhysicalTableId": "t"}},
        "b": {"Alias": "b", "Source": {"PhysicalTableId": "names"}},
        "j": {"Alias": "j", "Source": {"JoinInstruction": {
            "LeftOperand": "a", "RightOperand": "b", "Type": "OUTER", "OnClause": "{kind} = {code}"}}}});
    let input = json!({"DataSetId": "joined", "ImportMode": "SPICE", "PhysicalTableMap": tables, "LogicalTableMap": logical});
    let ingestion = house.data_set(input).await;
    assert_eq!(ingestion["RowInfo"]["RowsIngested"], 4, "{ingestion}");

    let child = json!({"DataSetId": "child", "ImportMode": "SPICE", "PhysicalTableMap": {}, "LogicalTableMap": {
        "p": {"Alias": "p", "Source": {"DataSetArn": house.arn("dataset/joined")}, "DataTransforms": [
            {"FilterOperation": {"ConditionExpression": "isNotNull({label})"}}]}}});
    let ingestion = house.data_set(child).await;
    assert_eq!(ingestion["RowInfo"]["RowsIngested"], 2, "{ingestion}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calculated_column_knows_what_time_it_is_and_what_is_not_there() {
    let house = House::open().await;
    house.trips(TRIPS).await;
    let logical = |expression: &str| {
        json!({"l": {"Alias": "l", "Source": {"PhysicalTableId": "t"}, "DataTransforms": [
            {"CreateColumnsOperation": {"Columns": [{"ColumnId": "c", "ColumnName": "calc", "Expression": expression}]}}]}})
    };
    for mode in ["SPICE", "DIRECT_QUERY"] {
        let mut set = spice(
            &house,
            mode,
            logical("ifelse(now() > parseDate('2020-01-01'), 'later', 'sooner')"),
        );
        set["ImportMode"] = mode.into();
        house.data_set(set).await;
        let column = |name: &str| json!({"DataSetIdentifier": "d", "ColumnName": name});
        let definition = json!({
            "DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": house.arn(&format!("dataset/{mode}"))}],
            "Sheets": [{"SheetId": "s1", "Visuals": [{"TableVisual": {"VisualId": "v1", "ChartConfiguration": {
                "FieldWells": {"TableAggregatedFieldWells": {
                    "GroupBy": [{"CategoricalDimensionField": {"FieldId": "calc", "Column": column("calc")}},
                        {"CategoricalDimensionField": {"FieldId": "kind", "Column": column("kind")}}],
                    "Values": [{"NumericalMeasureField": {"FieldId": "riders", "Column": column("riders")}}]}},
                "FieldOptions": {"Order": ["riders", "calc", "kind"],
                    "SelectedFieldOptions": [{"FieldId": "kind", "Visibility": "HIDDEN"}]}}}}]}],
        });
        let made = json!({"DashboardId": mode, "Name": mode, "Definition": definition});
        house.ok("CreateDashboard", made).await;
        let csv = house.csv(mode, "v1", json!({})).await.unwrap();
        // The columns that the table shows, in its order.
        assert_eq!(csv, "Sum of riders,calc\r\n1,later\r\n2,later\r\n");
    }
    let wrong = spice(&house, "wrong", logical("{nope} + 1"));
    let (code, message) = house.refused("CreateDataSet", named(wrong)).await;
    assert_eq!(code, "InvalidParameterValueException");
    assert!(
        message.starts_with(
            "Unable to process your request while preparing the table view from your schema, calculated columns [calc] are \
             invalid. ErrorType: CONTEXTUAL_UNKNOWN_SYMBOL"
        ),
        "{message}"
    );
}

/// A request as it is made without the house's help.
fn named(mut set: Value) -> Value {
    set["Name"] = "wrong".into();
    set
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incremental_refresh_reads_the_window_alone() {
    let house = House::open().await;
    let now = chrono::Utc::now();
    let day = |back: i64| {
        (now - chrono::Duration::days(back))
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    };
    house
        .trips(&format!("old,{},1,1\nnew,{},1,1\n", day(30), day(1)))
        .await;
    house.data_set(spice(&house, "trips", Value::Null)).await;
    let refused = house
        .refused(
            "CreateIngestion",
            json!({
        "DataSetId": "trips", "IngestionId": "i", "IngestionType": "INCREMENTAL_REFRESH"}),
        )
        .await;
    assert!(refused.1.contains("lookback window"), "{refused:?}");
    let window = |column: &str| {
        json!({"DataSetId": "trips", "DataSetRefreshProperties": {"RefreshConfiguration": {
        "IncrementalRefresh": {"LookbackWindow": {"ColumnName": column, "Size": 7, "SizeUnit": "DAY"}}}}})
    };
    assert!(
        house
            .refused("PutDataSetRefreshProperties", window("kind"))
            .await
            .1
            .contains("DATETIME")
    );
    house.ok("PutDataSetRefreshProperties", window("at")).await;
    // The old row is gone from the source, and stays: it is before the window.
    house
        .put(
            "trips/a.csv",
            &format!("new,{},1,1\nnewer,{},1,1\n", day(1), day(0)),
        )
        .await;
    house
        .ok(
            "CreateIngestion",
            json!({
        "DataSetId": "trips", "IngestionId": "i", "IngestionType": "INCREMENTAL_REFRESH"}),
        )
        .await;
    let ingestion = house.ingested("trips", "i").await;
    assert_eq!(ingestion["RowInfo"]["TotalRowsInDataset"], 3, "{ingestion}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_that_nothing_here_can_read_are_refused() {
    let house = House::open().await;
    let table = aws::table::table("quicksight").unwrap();
    let types = &table
        .shape_named("DataSourceType")
        .unwrap()
        .constraints
        .values;
    assert!(types.len() > 20, "{types:?}");
    let source = |kind: &str, parameters: Value| json!({"DataSourceId": "x", "Name": "x", "Type": kind, "DataSourceParameters": parameters});
    for kind in types.iter().filter(|t| !["ATHENA", "S3"].contains(&&***t)) {
        let parameters = json!({"RdsParameters": {"InstanceId": "i", "Database": "d"}});
        let refused = house.refused("CreateDataSource", source(kind, parameters));
        let message = format!("Data source type {kind} is not supported here: use ATHENA or S3");
        assert_eq!(
            refused.await,
            ("InvalidParameterValueException".into(), message)
        );
    }
    // A type that there is with another's parameters, when it is made and when it is changed.
    let wrong = (
        "InvalidParameterValueException".into(),
        "DataSourceParameters field is incorrectly set".into(),
    );
    let rds = json!({"RdsParameters": {"InstanceId": "i", "Database": "d"}});
    for kind in ["ATHENA", "S3"] {
        let refused = house.refused("CreateDataSource", source(kind, rds.clone()));
        assert_eq!(refused.await, wrong);
    }
    house.trips(TRIPS).await;
    let change = json!({"DataSourceId": "athena", "Name": "a", "DataSourceParameters": rds});
    assert_eq!(house.refused("UpdateDataSource", change).await, wrong);
    let known = house.ok("ListDataSources", json!({})).await;
    assert_eq!(known["DataSources"].as_array().unwrap().len(), 1);
}
