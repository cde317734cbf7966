//! The tutorial's path: its DDL as printed, over Parquet that another query wrote.

use serde_json::json;

use crate::support::House;

const COLUMNS: &str = "(`type` string, `avgDist` double, `avgCostPerMile` double, `avgCost` double) ROW FORMAT \
    SERDE   'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' STORED AS INPUTFORMAT   \
    'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' OUTPUTFORMAT   \
    'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat' LOCATION  \
    's3://data/nyc-taxi-records/output/' TBLPROPERTIES ('classification'='parquet', 'compressionType'='none', \
    'typeOfData'='file')";

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_made_once_and_answers() {
    let house = House::open().await;
    house
        .run(
            "UNLOAD (SELECT * FROM (VALUES ('yellow', 2.5e0, 7.25e0, 15.0e0), ('green', 3.0e0, 6.5e0, 12.75e0)) \
             AS t (type, avgDist, avgCostPerMile, avgCost)) TO 's3://data/nyc-taxi-records/output/' \
             WITH (format = 'PARQUET', compression = 'SNAPPY')",
        )
        .await;
    house.put("nyc-taxi-records/output/_SUCCESS", "").await;
    let first =
        format!("CREATE EXTERNAL TABLE IF NOT EXISTS default.nyc_taxi_avg_summary{COLUMNS}");
    let made = house.run(&first).await;
    assert_eq!(made["StatementType"], "DDL");
    house.run(&first).await;
    let again = house
        .fails(&format!(
            "CREATE EXTERNAL TABLE `nyc_taxi_avg_summary`{COLUMNS}"
        ))
        .await;
    assert!(
        again.ends_with("AlreadyExistsException: Table nyc_taxi_avg_summary already exists"),
        "{again}"
    );

    let execution = house
        .run("SELECT * FROM nyc_taxi_avg_summary ORDER BY type")
        .await;
    let id = execution["QueryExecutionId"].as_str().unwrap();
    assert!(
        execution["Statistics"]["DataScannedInBytes"]
            .as_u64()
            .unwrap()
            > 0
    );
    assert_eq!(
        execution["ResultConfiguration"]["OutputLocation"],
        format!("s3://results/out/{id}.csv")
    );
    let text = house.text("results", &format!("out/{id}.csv")).await;
    assert_eq!(
        text,
        "\"type\",\"avgdist\",\"avgcostpermile\",\"avgcost\"\n\"green\",\"3.0\",\"6.5\",\"12.75\"\n\
         \"yellow\",\"2.5\",\"7.25\",\"15.0\"\n"
    );
    let results = house.results(id).await;
    let header: Vec<_> = results["ResultSet"]["Rows"][0]["Data"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(header[0], json!({"VarCharValue": "type"}));
    let types: Vec<_> = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["Type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types, ["varchar", "double", "double", "double"]);

    let table = house
        .glue(
            "GetTable",
            json!({"DatabaseName": "default", "Name": "nyc_taxi_avg_summary"}),
        )
        .await;
    let names: Vec<_> = table["Table"]["StorageDescriptor"]["Columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["Name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["type", "avgdist", "avgcostpermile", "avgcost"]);
    assert_eq!(table["Table"]["TableType"], "EXTERNAL_TABLE");
    assert_eq!(table["Table"]["Parameters"]["classification"], "parquet");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named_with_its_place() {
    let house = House::open().await;
    assert_eq!(
        house.fails("SELECT nothing FROM nowhere").await,
        "TABLE_NOT_FOUND: line 1:21: Table 'awsdatacatalog.default.nowhere' does not exist"
    );
    assert_eq!(
        house.fails("SELECT x FROM nowhere.t").await,
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist"
    );
    assert_eq!(
        house
            .fails("SELECT a, nothing FROM (VALUES (1)) AS t (a)")
            .await,
        "COLUMN_NOT_FOUND: line 1:11: Column 'nothing' cannot be resolved"
    );
    assert_eq!(
        house.fails("SELECT nosuch(1)").await,
        "FUNCTION_NOT_FOUND: line 1:8: Function 'nosuch' not registered"
    );
    assert_eq!(
        house.fails("SELECT 1 / 0").await,
        "DIVISION_BY_ZERO: Division by zero"
    );
    let refused = house.start("SELEC 1").await.unwrap_err();
    assert_eq!(refused.code, "InvalidRequestException");
    assert_eq!(refused.fields["AthenaErrorCode"], "MALFORMED_QUERY");
    assert!(
        refused
            .message
            .starts_with("line 1:1: mismatched input 'SELEC'."),
        "{}",
        refused.message
    );
}
