//! Queries over files: text, JSON, Parquet, partitions, views.

use serde_json::json;

use crate::support::House;

fn strings(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_with_partitions_is_pruned_and_typed() {
    let house = House::open().await;
    house
        .put(
            "trips/year=2023/month=12/a.csv",
            "id,fare,when\n1,10.5,2023-12-01 08:00:00\n2,bad,\n",
        )
        .await;
    house
        .put(
            "trips/year=2024/month=1/a.csv",
            "id,fare,when\n3,7,2024-01-02 09:30:00.25\n",
        )
        .await;
    house
        .put(
            "trips/year=2024/month=1/nested/b.csv",
            "id,fare,when\n4,1e2,x\n",
        )
        .await;
    house
        .put("trips/year=2024/month=1/_SUCCESS", "not,a,row\n")
        .await;
    house
        .run(
            "CREATE EXTERNAL TABLE trips (id int, fare double, `when` timestamp) PARTITIONED BY (year int, month \
             string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE LOCATION 's3://data/trips/' \
             TBLPROPERTIES ('skip.header.line.count'='1')",
        )
        .await;
    assert_eq!(
        house.rows("SELECT count(*) FROM trips").await,
        strings(&[&["0"]])
    );
    let repaired = house.rows("MSCK REPAIR TABLE trips").await;
    assert_eq!(repaired.len(), 3, "{repaired:?}");
    assert_eq!(
        house.rows("SHOW PARTITIONS trips").await,
        strings(&[&["year=2023/month=12"], &["year=2024/month=1"]])
    );
    assert_eq!(
        house
            .rows("SELECT id, fare, \"when\", year, month FROM trips ORDER BY id")
            .await,
        strings(&[
            &["1", "10.5", "2023-12-01 08:00:00.000", "2023", "12"],
            &["2", "∅", "∅", "2023", "12"],
            &["3", "7.0", "2024-01-02 09:30:00.250", "2024", "1"],
            &["4", "100.0", "∅", "2024", "1"],
        ])
    );
    let all = house.run("SELECT sum(fare) FROM trips").await;
    let pruned = house
        .run("SELECT sum(fare) FROM trips WHERE year > 2023 AND month = '1'")
        .await;
    let scanned = |e: &serde_json::Value| e["Statistics"]["DataScannedInBytes"].as_u64().unwrap();
    assert!(scanned(&pruned) < scanned(&all));
    assert_eq!(
        scanned(&pruned),
        "id,fare,when\n3,7,2024-01-02 09:30:00.25\nid,fare,when\n4,1e2,x\n".len() as u64
    );
    assert_eq!(
        house
            .rows("SELECT year, count(*) AS n FROM trips GROUP BY 1 ORDER BY 1 DESC")
            .await,
        strings(&[&["2024", "2"], &["2023", "2"]])
    );
    let filter = json!({"DatabaseName": "default", "TableName": "trips", "Expression": "year >= 2024 AND month = '1'"});
    let partitions = house.glue("GetPartitions", filter).await;
    assert_eq!(partitions["Partitions"][0]["Values"], json!(["2024", "1"]));
    house
        .run("ALTER TABLE trips DROP PARTITION (year=2023, month='12')")
        .await;
    assert_eq!(
        house.rows("SELECT count(*) FROM trips").await,
        strings(&[&["2"]])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn quoted_csv_json_and_regex_lines_are_read() {
    let house = House::open().await;
    house
        .put("quoted/a.csv", "\"a,1\",\"say \"\"hi\"\"\",3\nplain,,\n")
        .await;
    house
        .run(
            "CREATE EXTERNAL TABLE quoted (a string, b string, n int) ROW FORMAT SERDE \
             'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar'=',','quoteChar'='\\\"') \
             LOCATION 's3://data/quoted/'",
        )
        .await;
    assert_eq!(
        house.rows("SELECT * FROM quoted ORDER BY a").await,
        strings(&[&["a,1", "say \"hi\"", "3"], &["plain", "", "∅"]])
    );
    house
        .put(
            "json/a.json",
            "{\"ID\": 1, \"tags\": [\"x\", \"y\"], \"at\": {\"lat\": 1.5, \"name\": \"a\"}, \"m\": {\"k\": 2}}\n\
             {\"id\": 2, \"tags\": null}\n",
        )
        .await;
    house
        .run(
            "CREATE EXTERNAL TABLE j (id bigint, tags array<string>, `at` struct<lat:double,name:string>, m \
             map<string,int>) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/json/'",
        )
        .await;
    assert_eq!(
        house.rows("SELECT id, tags, \"at\", m, tags[2], \"at\".lat, m['k'], cardinality(tags) FROM j ORDER BY id").await,
        strings(&[
            &["1", "[x, y]", "{lat=1.5, name=a}", "{k=2}", "y", "1.5", "2", "2"],
            &["2", "∅", "∅", "∅", "∅", "∅", "∅", "∅"],
        ])
    );
    house.put("bad/a.json", "{\"id\": 1}\nnot json\n").await;
    house.run("CREATE EXTERNAL TABLE bad (id int) ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://data/bad/'").await;
    let reason = house.fails("SELECT * FROM bad").await;
    assert!(
        reason.starts_with("HIVE_BAD_DATA: Error parsing a JSON line"),
        "{reason}"
    );
    house.put("log/a.log", "GET /a 200\nnonsense\n").await;
    house
        .run(
            "CREATE EXTERNAL TABLE log (verb string, path string, status int) ROW FORMAT SERDE \
             'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('input.regex'='(\\\\S+) (\\\\S+) (\\\\d+)') \
             LOCATION 's3://data/log/'",
        )
        .await;
    assert_eq!(
        house.rows("SELECT * FROM log ORDER BY status").await,
        strings(&[&["GET", "/a", "200"], &["∅", "∅", "∅"]])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_text_is_read() {
    let house = House::open().await;
    let text = b"1|a\n2|b\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, text).unwrap();
    house.put("packed/a.gz", gzip.finish().unwrap()).await;
    house
        .put("packed/b.zst", zstd::encode_all(&text[..], 3).unwrap())
        .await;
    house.put("packed/c.txt", text.to_vec()).await;
    house
        .run("CREATE EXTERNAL TABLE packed (n int, s string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LOCATION 's3://data/packed/'")
        .await;
    assert_eq!(
        house
            .rows("SELECT s, count(*), sum(n) FROM packed GROUP BY s ORDER BY s")
            .await,
        strings(&[&["a", "3", "3"], &["b", "3", "6"]])
    );
    house.put("torn/a.gz", b"this is no gzip".to_vec()).await;
    house
        .run("CREATE EXTERNAL TABLE torn (n int) LOCATION 's3://data/torn/'")
        .await;
    let reason = house.fails("SELECT * FROM torn").await;
    assert!(
        reason.starts_with("HIVE_CURSOR_ERROR: Failed to read file s3://data/torn/a.gz"),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_columns_are_found_by_name_in_any_case() {
    let house = House::open().await;
    house
        .run("UNLOAD (SELECT 1 AS \"Id\", 'a' AS name, 2.5e0 AS extra) TO 's3://data/pq/' WITH (format='PARQUET')")
        .await;
    house.run("CREATE EXTERNAL TABLE pq (name string, missing double, ID bigint) STORED AS PARQUET LOCATION 's3://data/pq/'").await;
    assert_eq!(
        house.rows("SELECT * FROM pq WHERE id = 1").await,
        strings(&[&["a", "∅", "1"]])
    );
    house
        .run("CREATE EXTERNAL TABLE wrong (name int) STORED AS PARQUET LOCATION 's3://data/pq/'")
        .await;
    let reason = house.fails("SELECT * FROM wrong").await;
    assert!(reason.starts_with("HIVE_BAD_DATA: "), "{reason}");
    assert!(
        reason.contains("Field name's type BINARY in parquet file is incompatible with type int"),
        "{reason}"
    );
    house.put("none/a.parquet", "this is no parquet file").await;
    house
        .run("CREATE EXTERNAL TABLE none (a int) STORED AS PARQUET LOCATION 's3://data/none/'")
        .await;
    let reason = house.fails("SELECT * FROM none").await;
    assert!(
        reason.starts_with("HIVE_CANNOT_OPEN_SPLIT") || reason.starts_with("HIVE_BAD_DATA"),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn views_joins_and_the_information_schema() {
    let house = House::open().await;
    house
        .run("CREATE DATABASE IF NOT EXISTS Taxi COMMENT 'rides'")
        .await;
    house.run("CREATE TABLE taxi.rides AS SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, 'a')) AS t (id, kind)").await;
    house
        .run("CREATE VIEW taxi.kinds AS SELECT kind, count(*) AS n FROM taxi.rides GROUP BY kind")
        .await;
    assert_eq!(
        house.rows("SELECT * FROM taxi.kinds ORDER BY n DESC").await,
        strings(&[&["a", "2"], &["b", "1"]])
    );
    house.run("CREATE OR REPLACE VIEW taxi.kinds AS SELECT kind, max(id) AS top FROM taxi.rides GROUP BY kind").await;
    assert_eq!(
        house
            .rows("WITH k AS (SELECT * FROM taxi.kinds) SELECT r.id, k.top FROM taxi.rides r JOIN k ON r.kind = k.kind ORDER BY r.id")
            .await,
        strings(&[&["1", "3"], &["2", "2"], &["3", "3"]])
    );
    assert_eq!(
        house.rows("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'taxi' ORDER BY 1").await,
        strings(&[&["kinds", "VIEW"], &["rides", "BASE TABLE"]])
    );
    assert_eq!(
        house.rows("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'rides' ORDER BY ordinal_position").await,
        strings(&[&["id", "integer"], &["kind", "varchar"]])
    );
    assert_eq!(
        house.rows("SHOW TABLES IN taxi").await,
        strings(&[&["kinds"], &["rides"]])
    );
    assert_eq!(
        house.rows("SHOW VIEWS IN taxi").await,
        strings(&[&["kinds"]])
    );
    assert!(
        house
            .fails("DROP DATABASE taxi")
            .await
            .contains("is not empty")
    );
    house.run("DROP VIEW taxi.kinds").await;
    house.run("DROP DATABASE taxi CASCADE").await;
    assert!(
        house
            .fails("SHOW TABLES IN taxi")
            .await
            .contains("Database does not exist: taxi")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_orders_are_trinos() {
    let house = House::open().await;
    let execution = house
        .run("SELECT 1, 'x' AS \"Two Words\", 3 AS Three, count(*) FROM (VALUES (1), (NULL)) t(a)")
        .await;
    let results = house
        .results(execution["QueryExecutionId"].as_str().unwrap())
        .await;
    let header: Vec<&str> = results["ResultSet"]["Rows"][0]["Data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["VarCharValue"].as_str().unwrap())
        .collect();
    assert_eq!(header, ["_col0", "Two Words", "Three", "_col3"]);
    assert_eq!(
        house
            .rows("SELECT a FROM (VALUES (1), (NULL), (2)) t(a) ORDER BY a DESC")
            .await,
        strings(&[&["2"], &["1"], &["∅"]])
    );
    assert_eq!(
        house
            .rows("SELECT _col0 + 1 FROM (SELECT count(*) FROM (VALUES (1), (2)) t(a))")
            .await,
        strings(&[&["3"]])
    );
    let plan = house.rows("EXPLAIN SELECT 1").await;
    assert!(!plan.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn trinos_syntax_is_read() {
    let house = House::open().await;
    house
        .run("CREATE TABLE o AS SELECT * FROM (VALUES (1, 'a', ARRAY[1, 2]), (2, 'b', ARRAY[3]), (3, 'a', NULL)) AS t (id, k, items)")
        .await;
    for (sql, want) in [
        (
            "SELECT id, x FROM o CROSS JOIN UNNEST(items) AS t (x) ORDER BY 1, 2",
            "1,1|1,2|2,3",
        ),
        (
            "SELECT o.id, t.x FROM o, UNNEST(o.items) AS t (x) WHERE x > 1 ORDER BY 1, 2",
            "1,2|2,3",
        ),
        (
            "SELECT id, x, n FROM o CROSS JOIN UNNEST(items) WITH ORDINALITY AS t (x, n) ORDER BY 1, 2",
            "1,1,1|1,2,2|2,3,1",
        ),
        (
            "SELECT id, x FROM o LEFT JOIN UNNEST(items) AS t (x) ON TRUE ORDER BY 1, 2",
            "1,1|1,2|2,3|3,∅",
        ),
        (
            "SELECT k, v FROM (VALUES (MAP(ARRAY['x', 'y'], ARRAY[1, 2]))) AS m (m) CROSS JOIN UNNEST(m) AS t (k, v) ORDER BY k",
            "x,1|y,2",
        ),
        ("SELECT * FROM (VALUES 1, 2) AS t (a) ORDER BY a", "1|2"),
        ("SELECT id, id, o.id FROM o WHERE id = 2", "2,2,2"),
        ("SELECT id FROM o ORDER BY id OFFSET 1 LIMIT 1", "2"),
        (
            "SELECT id FROM o ORDER BY id FETCH FIRST 2 ROWS ONLY",
            "1|2",
        ),
        (
            "SELECT current_date > DATE '2020-01-01', now() > TIMESTAMP '2020-01-01 00:00:00'",
            "true,true",
        ),
        (
            "SELECT count(*) FROM o WHERE id IN (SELECT max(id) FROM o)",
            "1",
        ),
        (
            "SELECT k, sum(id) FROM o GROUP BY ROLLUP (k) ORDER BY k",
            "a,4|b,2|∅,6",
        ),
    ] {
        let rows = house.rows(sql).await;
        let text: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
        assert_eq!(text.join("|"), want, "{sql}");
    }
    assert_eq!(house.rows("TABLE o").await.len(), 3);
    assert_eq!(
        house.fails("SELECT id, k FROM o GROUP BY k").await,
        "EXPRESSION_NOT_AGGREGATE: line 1:8: 'id' must be an aggregate expression or appear in GROUP BY clause"
    );
}
