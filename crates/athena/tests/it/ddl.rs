//! What DDL shows and refuses.

use serde_json::json;

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_shown_described_and_changed() {
    let house = House::open().await;
    house
        .run(
            "CREATE EXTERNAL TABLE t (`select` int COMMENT 'a keyword', s struct<a:int>) PARTITIONED BY (day date) ROW \
             FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION 's3://data/t/' TBLPROPERTIES ('k'='v')",
        )
        .await;
    let shown: Vec<String> = house
        .rows("SHOW CREATE TABLE t")
        .await
        .into_iter()
        .map(|mut r| r.remove(0))
        .collect();
    assert_eq!(shown[0], "CREATE EXTERNAL TABLE `t`(");
    assert!(shown.contains(&"  's3://data/t/'".to_owned()), "{shown:#?}");
    house.run("DROP TABLE t").await;
    house.run(&shown.join("\n")).await;
    let described = house.rows("DESCRIBE t").await;
    assert!(
        described[0][0].starts_with("select              \tint"),
        "{described:?}"
    );
    assert_eq!(house.rows("SHOW COLUMNS IN t").await.len(), 3);
    house.run("ALTER TABLE t ADD COLUMNS (extra double)").await;
    house
        .run("ALTER TABLE t SET TBLPROPERTIES ('k'='w', 'l'='1')")
        .await;
    assert_eq!(house.rows("SHOW TBLPROPERTIES t('k')").await, [["w"]]);
    house.run("ALTER TABLE t ADD PARTITION (day='2024-01-01') LOCATION 's3://data/elsewhere/' PARTITION (day='2024-01-02')").await;
    house
        .run("ALTER TABLE t ADD IF NOT EXISTS PARTITION (day='2024-01-01')")
        .await;
    assert!(
        house
            .fails("ALTER TABLE t ADD PARTITION (day='2024-01-01')")
            .await
            .contains("already exists")
    );
    house.put("elsewhere/a.txt", "1\t\t2.5\n").await;
    assert_eq!(
        house.rows("SELECT \"select\", extra, day FROM t").await,
        [["1", "2.5", "2024-01-01"]]
    );
    house
        .run("ALTER TABLE t PARTITION (day='2024-01-01') RENAME TO PARTITION (day='2023-01-01')")
        .await;
    assert_eq!(
        house
            .rows("SELECT day FROM t WHERE day < DATE '2024-01-01'")
            .await,
        [["2023-01-01"]]
    );
    assert!(
        house
            .fails("ALTER TABLE t DROP PARTITION (day='1999-01-01')")
            .await
            .contains("Partition not found")
    );
    let metadata =
        json!({"CatalogName": "AwsDataCatalog", "DatabaseName": "default", "TableName": "t"});
    let metadata = house
        .call("athena", "GetTableMetadata", metadata)
        .await
        .unwrap();
    assert_eq!(
        metadata["TableMetadata"]["PartitionKeys"],
        json!([{"Name": "day", "Type": "date"}])
    );
    let versions = house
        .glue(
            "GetTableVersions",
            json!({"DatabaseName": "default", "TableName": "t"}),
        )
        .await;
    assert_eq!(versions["TableVersions"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_in_hives_words() {
    let house = House::open().await;
    for (sql, want) in [
        (
            "DROP TABLE nosuch",
            "FAILED: SemanticException [Error 10001]: Table not found default.nosuch",
        ),
        (
            "DROP DATABASE nosuch",
            "FAILED: SemanticException [Error 10072]: Database does not exist: nosuch",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://nosuchbucket/t/'",
            "Error Code: NoSuchBucket",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) LOCATION '/tmp/t'",
            "is not an S3 path",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int)",
            "No location was specified for table",
        ),
        (
            "CREATE TABLE t (a int) LOCATION 's3://data/t/'",
            "missing EXTERNAL",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int, A string) LOCATION 's3://data/t/'",
            "Duplicate column name: a",
        ),
        (
            "CREATE EXTERNAL TABLE nosuch.t (a int) LOCATION 's3://data/t/'",
            "Database does not exist: nosuch",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a int) LOCATION 's3://data/t/'",
            "Column repeated",
        ),
        (
            "CREATE DATABASE default",
            "AlreadyExistsException: Database default already exists",
        ),
        ("MSCK REPAIR TABLE nosuch", "Table not found"),
    ] {
        let reason = house.fails(sql).await;
        assert!(reason.contains(want), "{sql}: {reason}");
    }
    house.run("DROP TABLE IF EXISTS nosuch").await;
    house.run("DROP VIEW IF EXISTS nosuch").await;
    house
        .run("CREATE EXTERNAL TABLE orc (a int) STORED AS ORC LOCATION 's3://data/orc/'")
        .await;
    let reason = house.fails("SELECT * FROM orc").await;
    assert!(reason.starts_with("HIVE_UNSUPPORTED_FORMAT"), "{reason}");
}
