//! Statements in, trees out.

use super::*;

fn ddl(text: &str) -> Ddl {
    match parse(text) {
        Ok(Statement::Ddl(ddl)) => ddl,
        other => panic!("{text}: {other:?}"),
    }
}

fn table(text: &str) -> CreateTable {
    match ddl(text) {
        Ddl::CreateTable(table) => *table,
        other => panic!("{text}: {other:?}"),
    }
}

fn name(text: &str) -> TableName {
    match text.split_once('.') {
        Some((database, name)) => TableName {
            database: Some(database.into()),
            name: name.into(),
        },
        None => TableName {
            database: None,
            name: text.into(),
        },
    }
}

#[test]
fn the_tutorials_table_is_read_as_printed() {
    let made = table(
        "CREATE EXTERNAL TABLE IF NOT EXISTS default.nyc_taxi_avg_summary(`type` string, `avgDist` double, \
         `avgCostPerMile` double, `avgCost` double) ROW FORMAT SERDE   \
         'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' STORED AS INPUTFORMAT   \
         'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' OUTPUTFORMAT   \
         'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat' LOCATION  's3://b/nyc-taxi-records/output/' \
         TBLPROPERTIES ('classification'='parquet', 'compressionType'='none', 'typeOfData'='file')",
    );
    assert!(made.external && made.if_not_exists);
    assert_eq!(made.table, name("default.nyc_taxi_avg_summary"));
    let columns: Vec<(&str, &str)> = made
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.data_type.as_str()))
        .collect();
    assert_eq!(
        columns,
        [
            ("type", "string"),
            ("avgdist", "double"),
            ("avgcostpermile", "double"),
            ("avgcost", "double")
        ]
    );
    assert_eq!(
        made.location.as_deref(),
        Some("s3://b/nyc-taxi-records/output/")
    );
    assert_eq!(made.properties.len(), 3);
}

#[test]
fn every_clause_of_create_table_is_read() {
    let made = table(
        "create external table `my-db`.`select` (\n  a int comment 'it''s', -- a comment\n  `from` struct<x:int, \
         `y`: array < map<string,decimal(10, 2)>>>,\n c varchar(10), d decimal, e integer\n)\nCOMMENT 'all of it'\n\
         PARTITIONED BY (year int, `month` string COMMENT 'm')\nCLUSTERED BY (a) SORTED BY (a DESC) INTO 4 BUCKETS\n\
         ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '\\002' \
         MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\\n' NULL DEFINED AS 'NA'\nSTORED AS TEXTFILE\nLOCATION \
         's3://b/t/'\nTBLPROPERTIES ('skip.header.line.count'='1');",
    );
    assert_eq!(made.table, name("my-db.select"));
    assert_eq!(
        made.columns[1].data_type,
        "struct<x:int,y:array<map<string,decimal(10,2)>>>"
    );
    assert_eq!(made.columns[0].comment.as_deref(), Some("it's"));
    let types: Vec<&str> = made.columns[2..]
        .iter()
        .map(|c| c.data_type.as_str())
        .collect();
    assert_eq!(types, ["varchar(10)", "decimal(10,0)", "int"]);
    assert_eq!(made.partitions.len(), 2);
    assert_eq!(
        (made.buckets, made.sort_columns),
        (Some(4), vec![("a".to_owned(), false)])
    );
    let Some(RowFormat::Delimited(properties)) = made.row_format else {
        panic!("no row format")
    };
    let find = |key: &str| {
        properties
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    };
    assert_eq!(find("field.delim"), Some("\t"));
    assert_eq!(find("escape.delim"), Some("\\"));
    assert_eq!(find("colelction.delim"), Some("\u{2}"));
    assert_eq!(find("serialization.null.format"), Some("NA"));
    let serde = table(
        "CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH \
         SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\\\"', 'escapeChar' = '\\\\') LOCATION 's3://b/t'",
    );
    let Some(RowFormat::Serde {
        library,
        properties,
    }) = serde.row_format
    else {
        panic!("no serde")
    };
    assert!(library.ends_with("OpenCSVSerde"));
    assert_eq!(properties[1].1, "\"");
    assert_eq!(properties[2].1, "\\");
}

#[test]
fn statements_are_told_apart() {
    let cases = [
        (
            "DROP TABLE IF EXISTS db.t",
            Ddl::DropTable {
                table: name("db.t"),
                if_exists: true,
            },
        ),
        (
            "drop view v",
            Ddl::DropView {
                view: name("v"),
                if_exists: false,
            },
        ),
        (
            "DROP SCHEMA IF EXISTS x CASCADE",
            Ddl::DropDatabase {
                name: "x".into(),
                if_exists: true,
                cascade: true,
            },
        ),
        ("MSCK REPAIR TABLE `t`", Ddl::Repair { table: name("t") }),
        (
            "SHOW TABLES IN db 'a*'",
            Ddl::ShowTables {
                database: Some("db".into()),
                like: Some("a*".into()),
            },
        ),
        (
            "SHOW DATABASES LIKE 'x'",
            Ddl::ShowDatabases {
                like: Some("x".into()),
            },
        ),
        (
            "SHOW PARTITIONS db.t",
            Ddl::ShowPartitions {
                table: name("db.t"),
            },
        ),
        (
            "SHOW COLUMNS FROM t IN db",
            Ddl::ShowColumns {
                table: name("db.t"),
            },
        ),
        (
            "SHOW CREATE TABLE t",
            Ddl::ShowCreateTable { table: name("t") },
        ),
        (
            "SHOW TBLPROPERTIES t ('k')",
            Ddl::ShowTableProperties {
                table: name("t"),
                key: Some("k".into()),
            },
        ),
        (
            "DESCRIBE FORMATTED db.t",
            Ddl::Describe {
                table: name("db.t"),
                detail: true,
                column: None,
            },
        ),
        (
            "DESC t a",
            Ddl::Describe {
                table: name("t"),
                detail: false,
                column: Some("a".into()),
            },
        ),
        (
            "ALTER TABLE t RENAME TO u",
            Ddl::RenameTable {
                table: name("t"),
                to: name("u"),
            },
        ),
        (
            "ALTER TABLE t SET LOCATION 's3://b/x'",
            Ddl::SetLocation {
                table: name("t"),
                location: "s3://b/x".into(),
            },
        ),
        (
            "CREATE OR REPLACE VIEW v AS SELECT 1;",
            Ddl::CreateView {
                view: name("v"),
                or_replace: true,
                query: "SELECT 1".into(),
            },
        ),
        (
            "ALTER TABLE t DROP IF EXISTS PARTITION (y >= 2020, m = '1')",
            Ddl::DropPartitions {
                table: name("t"),
                if_exists: true,
                partitions: vec![vec![
                    PartitionFilter {
                        column: "y".into(),
                        operator: ">=".into(),
                        value: "2020".into(),
                    },
                    PartitionFilter {
                        column: "m".into(),
                        operator: "=".into(),
                        value: "1".into(),
                    },
                ]],
            },
        ),
        (
            "ALTER TABLE t ADD IF NOT EXISTS PARTITION (d = date '2024-01-01') LOCATION 's3://b/1' PARTITION (d = 'x')",
            Ddl::AddPartitions {
                table: name("t"),
                if_not_exists: true,
                partitions: vec![
                    PartitionClause {
                        spec: vec![("d".into(), "2024-01-01".into())],
                        location: Some("s3://b/1".into()),
                    },
                    PartitionClause {
                        spec: vec![("d".into(), "x".into())],
                        location: None,
                    },
                ],
            },
        ),
    ];
    for (text, want) in cases {
        assert_eq!(ddl(text), want, "{text}");
    }
}

#[test]
fn queries_and_their_kin_keep_their_text() {
    let text = "WITH a AS (SELECT ';' AS x) SELECT * FROM a";
    assert_eq!(
        parse(&format!("  {text} ;;")),
        Ok(Statement::Query(text.into()))
    );
    assert_eq!(
        parse("(SELECT 1)"),
        Ok(Statement::Query("(SELECT 1)".into()))
    );
    let Ok(Statement::Insert(insert)) = parse("INSERT INTO db.t (a, b) SELECT 1, 2") else {
        panic!()
    };
    assert_eq!(
        (insert.columns.len(), insert.query.as_str()),
        (2, "SELECT 1, 2")
    );
    let Ok(Statement::Insert(insert)) = parse("INSERT INTO t (SELECT 1)") else {
        panic!()
    };
    assert_eq!(
        (insert.columns.len(), insert.query.as_str()),
        (0, "(SELECT 1)")
    );
    let Ok(Statement::Ctas(ctas)) = parse(
        "CREATE TABLE t WITH (format = 'PARQUET', partitioned_by = ARRAY['a', 'b'], bucket_count = 3) AS SELECT 1 AS a WITH NO DATA",
    ) else {
        panic!()
    };
    assert_eq!(
        (ctas.query.as_str(), ctas.with_data),
        ("SELECT 1 AS a", false)
    );
    assert_eq!(
        ctas.properties[1],
        (
            "partitioned_by".to_owned(),
            vec!["a".to_owned(), "b".to_owned()]
        )
    );
    let Ok(Statement::Unload(unload)) =
        parse("UNLOAD (SELECT f(1) FROM t) TO 's3://b/u/' WITH (format='JSON')")
    else {
        panic!()
    };
    assert_eq!(
        (unload.query.as_str(), unload.location.as_str()),
        ("SELECT f(1) FROM t", "s3://b/u/")
    );
    assert_eq!(
        parse("EXECUTE p USING 'a,b', f(1, 2)"),
        Ok(Statement::Execute {
            name: "p".into(),
            values: vec!["'a,b'".into(), "f(1, 2)".into()]
        })
    );
}

#[test]
fn what_is_no_statement_says_where() {
    for (text, want) in [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'. Expecting: "),
        (
            "CREATE EXTERNAL TABLE t (a strin)",
            "line 1:33: mismatched input 'strin'. Expecting: a data type",
        ),
        (
            "DROP TABLE",
            "line 1:11: mismatched input '<EOF>'. Expecting: <identifier>",
        ),
        (
            "SHOW\nnothing",
            "line 2:8: mismatched input '<EOF>'. Expecting: ",
        ),
        (
            "DROP TABLE a; DROP TABLE b",
            "line 1:15: Only one sql statement is allowed.",
        ),
        ("SELECT 'a", "line 1:8: mismatched input '<EOF>'."),
        (
            "",
            "line 1:1: mismatched input '<EOF>'. Expecting: a statement",
        ),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with(want), "{text}: {error}");
    }
}

/// A small generator of its own: words of the language, broken and joined at random.
#[test]
fn no_text_makes_it_panic() {
    const WORDS: [&str; 48] = [
        "CREATE",
        "EXTERNAL",
        "TABLE",
        "IF",
        "NOT",
        "EXISTS",
        "(",
        ")",
        "`a`",
        "\"b\"",
        "'c'",
        "'",
        "`",
        "int",
        "struct<",
        "array<",
        ">",
        "map<",
        ",",
        ":",
        "PARTITIONED",
        "BY",
        "ROW",
        "FORMAT",
        "SERDE",
        "DELIMITED",
        "WITH",
        "AS",
        "SELECT",
        "1",
        "ALTER",
        "ADD",
        "PARTITION",
        "=",
        ".",
        ";",
        "DROP",
        "SHOW",
        "DESCRIBE",
        "\\",
        "é",
        "/*",
        "*/",
        "--",
        "\n",
        "UNLOAD",
        "INSERT",
        "INTO",
    ];
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    for _ in 0..60_000 {
        let count = next(14);
        let text: Vec<&str> = (0..count).map(|_| WORDS[next(WORDS.len())]).collect();
        let text = text.join(if next(3) == 0 { "" } else { " " });
        let _ = parse(&text);
    }
    let deep = format!(
        "CREATE EXTERNAL TABLE t (a {}int{})",
        "array<".repeat(5000),
        ">".repeat(5000)
    );
    assert!(parse(&deep).is_err());
    let _ = parse(&format!("UNLOAD {}", "(".repeat(50_000)));
}
