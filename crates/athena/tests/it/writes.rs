//! `INSERT INTO`, `CREATE TABLE AS`, `UNLOAD`.

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_made_from_queries_and_added_to() {
    let house = House::open().await;
    let made = house
        .run(
            "CREATE TABLE trips WITH (format='PARQUET', external_location='s3://data/trips/', partitioned_by=ARRAY['day']) AS \
             SELECT id, fare, day FROM (VALUES (1, 2.5e0, '2024-01-01'), (2, 3.5e0, '2024-01-02')) AS t (id, fare, day)",
        )
        .await;
    let manifest = made["Statistics"]["DataManifestLocation"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = manifest.strip_prefix("s3://results/").unwrap();
    assert_eq!(house.text("results", key).await.lines().count(), 2);
    assert_eq!(
        house.rows("SHOW PARTITIONS trips").await,
        [["day=2024-01-01"], ["day=2024-01-02"]]
    );
    house
        .run("INSERT INTO trips (day, id) SELECT '2024-01-03', 3")
        .await;
    house
        .run("INSERT INTO trips VALUES (4, 1e0, '2024-01-03')")
        .await;
    assert_eq!(
        house
            .rows("SELECT id, fare, day FROM trips ORDER BY id")
            .await,
        [
            ["1", "2.5", "2024-01-01"],
            ["2", "3.5", "2024-01-02"],
            ["3", "∅", "2024-01-03"],
            ["4", "1.0", "2024-01-03"]
        ]
    );
    assert!(
        house
            .fails("CREATE TABLE trips AS SELECT 1 AS a")
            .await
            .contains("already exists")
    );
    assert!(
        house
            .fails("CREATE TABLE bare AS SELECT count(*) FROM trips")
            .await
            .contains("Column name not specified")
    );
    assert!(
        house
            .fails("INSERT INTO trips SELECT 1")
            .await
            .contains("mismatched column types")
    );
    assert!(
        house
            .fails("INSERT INTO nosuch SELECT 1")
            .await
            .starts_with("TABLE_NOT_FOUND")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_query_that_fails() {
    let house = House::open().await;
    let failed = "CREATE TABLE broken WITH (external_location='s3://data/broken/') AS SELECT 1 / (x - 900000) AS y FROM UNNEST(sequence(1, 1000000)) AS t (x)";
    assert_eq!(
        house.fails(failed).await,
        "DIVISION_BY_ZERO: Division by zero"
    );
    assert!(
        house
            .fails("SELECT * FROM broken")
            .await
            .starts_with("TABLE_NOT_FOUND")
    );
    let left = house
        .objects
        .list("data", &objects::ListRequest::prefix("broken/"))
        .await
        .unwrap();
    assert!(left.objects.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_json_are_written_and_read_back() {
    let house = House::open().await;
    let rows = "(VALUES (1, 'a'), (2, NULL)) AS t (id, name)";
    house.run(&format!("CREATE TABLE words WITH (format='TEXTFILE', field_delimiter='|') AS SELECT * FROM {rows}")).await;
    assert_eq!(
        house.rows("SELECT * FROM words ORDER BY id").await,
        [["1", "a"], ["2", "∅"]]
    );
    house.run(&format!("UNLOAD (SELECT * FROM {rows}) TO 's3://data/json/' WITH (format='JSON', compression='NONE')")).await;
    let files = house
        .objects
        .list("data", &objects::ListRequest::prefix("json/"))
        .await
        .unwrap();
    let text = house.text("data", &files.objects[0].key).await;
    assert_eq!(
        text,
        "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":null}\n"
    );
    let again = format!("UNLOAD (SELECT * FROM {rows}) TO 's3://data/json/' WITH (format='JSON')");
    assert!(
        house
            .fails(&again)
            .await
            .starts_with("HIVE_PATH_ALREADY_EXISTS")
    );
}
