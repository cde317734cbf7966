//! What every query goes through: names, panics, memory.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::DataType,
    common::Result as DfResult,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use objects::{Objects, Owner};
use store::{Store, SystemClock};

use crate::{
    Catalog, Compression, Engine, Field, FileFormat, HiveType, Location, QueryError, Relation,
    Settings, View, WriteTarget,
};

/// Panics where it is told to: `panicking('planning')` while planned, else while run.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Panicking {
    name: &'static str,
    signature: Signature,
}

impl Panicking {
    pub(crate) fn both() -> [Self; 2] {
        ["panicking_planned", "panicking_run"].map(|name| Self {
            name,
            signature: Signature::any(1, Volatility::Volatile),
        })
    }
}

impl ScalarUDFImpl for Panicking {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> DfResult<DataType> {
        assert_ne!(self.name, "panicking_planned", "no type");
        Ok(types[0].clone())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        panic!("no value")
    }
}

/// A view that cannot be planned, a catalog's table that cannot be found out about.
struct Odd;

#[async_trait]
impl Catalog for Odd {
    async fn relation(&self, _: &str, name: &str) -> Result<Option<Relation>, QueryError> {
        let view = |sql: &str| {
            Ok(Some(Relation::View(View {
                sql: sql.into(),
                schema: "x".into(),
            })))
        };
        match name {
            "odd" => panic!("no catalog"),
            "odd_view" => view("SELECT panicking_planned(1) AS a"),
            "late_view" => view("SELECT panicking_run(a) AS a FROM (VALUES 1, 2) AS t (a)"),
            "joined" => view(
                "SELECT a, b, c, CAST(c AS varchar) AS d, date_add('day', a, DATE '2024-01-01') AS e FROM \
                 UNNEST(sequence(1, 60)) AS x (a) CROSS JOIN UNNEST(sequence(1, 50)) AS y (b) \
                 CROSS JOIN UNNEST(sequence(1, 40)) AS z (c)",
            ),
            "casts" => view("SELECT min(a), min(CAST(a AS double)) FROM (VALUES 1, 2) AS t (a)"),
            _ => Ok(None),
        }
    }

    async fn has_schema(&self, _: &str) -> Result<bool, QueryError> {
        Ok(true)
    }
}

pub(super) struct House {
    engine: Engine,
    _folder: tempfile::TempDir,
}

pub(super) type Answer = (Vec<String>, Vec<Vec<String>>);

impl House {
    pub(super) async fn open(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let objects = Objects::open(store, folder.path(), Arc::new(SystemClock));
        let objects = objects.await.unwrap();
        let owner = Owner::new("000000000000", "us-east-1");
        objects.create_bucket("data", &owner).await.unwrap();
        Self {
            engine: Engine::new(objects, settings),
            _folder: folder,
        }
    }

    pub(super) async fn ask(&self, sql: &str) -> Result<Answer, QueryError> {
        let prepared = self.engine.prepare(sql, "x", &Odd).await?;
        let names = prepared.columns().iter().map(|c| c.name.clone()).collect();
        let mut answer = prepared.run().await?;
        let mut rows = Vec::new();
        while let Some(page) = answer.next().await? {
            let text = |cell: Option<String>| cell.unwrap_or_else(|| "∅".into());
            rows.extend(page.into_iter().map(|r| r.into_iter().map(text).collect()));
        }
        rows.sort();
        Ok((names, rows))
    }

    async fn write(&self, sql: &str) -> Result<(), QueryError> {
        self.write_by(sql, Vec::new()).await
    }

    async fn write_by(&self, sql: &str, by: Vec<Field>) -> Result<(), QueryError> {
        let target = WriteTarget {
            location: Location {
                bucket: "data".into(),
                prefix: "made/".into(),
            },
            format: FileFormat::Parquet,
            compression: Compression::None,
            columns: vec![Field::new("a", HiveType::Int)],
            partition_columns: by,
            file_prefix: "f".into(),
        };
        let answer = self.engine.prepare(sql, "x", &Odd).await?.run().await?;
        answer
            .write(self.engine.objects(), &target)
            .await
            .map(|_| ())
    }
}

impl House {
    async fn files(&self) -> usize {
        let all = Location {
            bucket: "data".into(),
            prefix: String::new(),
        };
        let files = crate::data_files(self.engine.objects(), &all).await;
        files.unwrap().len()
    }
}

fn told(answer: Result<Answer, QueryError>) -> String {
    match answer {
        Ok((names, rows)) => {
            let rows: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
            format!("{}: {}", names.join(","), rows.join(" "))
        }
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn expressions_that_differ_in_their_casts_alone_are_columns_of_their_own() {
    let house = House::open(Settings::default()).await;
    for (sql, want) in [
        (
            "SELECT min(x), min(CAST(x AS double)) FROM t",
            "_col0,_col1: 1,1.0",
        ),
        (
            "SELECT min(x) AS a, min(CAST(x AS varchar)) AS b, min(TRY_CAST(x AS double)), min(x) FROM t",
            "a,b,_col2,_col3: 1,1,1.0,1",
        ),
        (
            "SELECT CAST(x AS double), CAST(x AS varchar), count(*) FROM t GROUP BY CAST(x AS double), CAST(x AS varchar)",
            "_col0,_col1,_col2: 1.0,1,1 2.0,2,2",
        ),
        (
            "SELECT x, CAST(x AS double) AS d, count(*) FROM t GROUP BY 1, 2 HAVING count(CAST(x AS double)) > 1",
            "x,d,_col2: 2,2.0,2",
        ),
        (
            "SELECT sum(x) OVER (), sum(CAST(x AS double)) OVER () FROM t LIMIT 1",
            "_col0,_col1: 5,5.0",
        ),
        (
            "SELECT count(DISTINCT x), count(DISTINCT CAST(x AS varchar)) FROM t",
            "_col0,_col1: 2,2",
        ),
        (
            "SELECT max(DATE '2024-01-01'), max(TIMESTAMP '2024-01-01') FROM t",
            "_col0,_col1: 2024-01-01,2024-01-01 00:00:00.000",
        ),
        (
            "SELECT approx_distinct(x), approx_distinct(CAST(x AS varchar)), avg(x), avg(CAST(x AS double)) FROM t",
            "_col0,_col1,_col2,_col3: 2,2,1.6666666666666667,1.6666666666666667",
        ),
        (
            "SELECT a, b FROM (SELECT max(x), max(CAST(x AS double)) FROM t) AS u (a, b)",
            "a,b: 2,2.0",
        ),
        ("SELECT * FROM casts", "_col0,_col1: 1,1.0"),
    ] {
        let sql = sql.replace("FROM t", "FROM (VALUES 1, 2, 2) AS t (x)");
        assert_eq!(told(house.ask(&sql).await), want, "{sql}");
    }
}

/// What the console asks of a table for the profiles of its columns.
#[tokio::test]
async fn profiles_of_three_sequences_that_are_cross_joined() {
    let house = House::open(Settings::default()).await;
    for (sql, want) in [
        (
            "SELECT count(*) AS all_rows, count(\"a\") AS filled_1, approx_distinct(\"a\") AS distinct_1, min(\"a\") AS least_1, \
             max(\"a\") AS most_1, avg(CAST(\"a\" AS double)) AS mean_1, count(\"b\") AS filled_2, \
             approx_distinct(\"b\") AS distinct_2, min(\"b\") AS least_2, max(\"b\") AS most_2, \
             avg(CAST(\"b\" AS double)) AS mean_2, count(\"d\"), min(\"d\"), max(\"d\"), \
             approx_distinct(CAST(\"e\" AS varchar)), min(\"e\"), max(\"e\"), min(to_unixtime(CAST(\"e\" AS timestamp))), \
             max(to_unixtime(CAST(\"e\" AS timestamp))) FROM \"joined\"",
            "all_rows,filled_1,distinct_1,least_1,most_1,mean_1,filled_2,distinct_2,least_2,most_2,mean_2,_col11,_col12,_col13,\
             _col14,_col15,_col16,_col17,_col18: 120000,120000,60,1,60,30.5,120000,50,1,50,25.5,120000,1,9,60,2024-01-02,\
             2024-03-01,1.7041536E9,1.7092512E9",
        ),
        (
            "SELECT \"c\" AS value, count(*) AS times FROM \"joined\" WHERE \"c\" IS NOT NULL GROUP BY \"c\" \
             ORDER BY times DESC, value LIMIT 2",
            "value,times: 1,3000 2,3000",
        ),
        (
            "SELECT least(CAST(floor((CAST(\"a\" AS double) - (1e+0)) / 29.5e+0) AS bigint), 1) AS bucket, count(*) AS times \
             FROM \"joined\" WHERE \"a\" IS NOT NULL GROUP BY 1 ORDER BY 1",
            "bucket,times: 0,60000 1,60000",
        ),
        ("SELECT count(*) FROM \"joined\"", "_col0: 120000"),
    ] {
        assert_eq!(told(house.ask(sql).await), want, "{sql}");
    }
}

#[tokio::test]
async fn a_panic_ends_its_query_alone_whatever_way_in() {
    let house = House::open(Settings::default()).await;
    for (sql, want) in [
        ("SELECT panicking_planned(1)", "no type"),
        ("SELECT panicking_run(1)", "no value"),
        (
            "SELECT panicking_run(a) FROM (VALUES 1, 2) AS t (a)",
            "no value",
        ),
        (
            "SELECT count(panicking_run(a)) FROM UNNEST(sequence(1, 100000)) AS t (a) GROUP BY mod(a, 7)",
            "no value",
        ),
        ("SELECT * FROM odd", "no catalog"),
        ("SELECT * FROM odd_view", "no type"),
        ("SELECT * FROM late_view", "no value"),
    ] {
        let failed = house.ask(sql).await.unwrap_err();
        assert!(!failed.is_users(), "{sql}: {failed}");
        let text = failed.to_string();
        assert!(
            text.starts_with("GENERIC_INTERNAL_ERROR: "),
            "{sql}: {text}"
        );
        assert!(text.contains(want), "{sql}: {text}");
        let written = house.write(sql).await.unwrap_err();
        assert!(written.to_string().contains(want), "{sql}: {written}");
        assert_eq!(told(house.ask("SELECT 1").await), "_col0: 1");
    }
    assert_eq!(house.files().await, 0);
}

#[tokio::test]
async fn files_that_cannot_all_be_put_are_taken_back() {
    let house = House::open(Settings::default()).await;
    let by = || vec![Field::new("p", HiveType::String)];
    let rows = |second: &str| {
        format!("SELECT * FROM (VALUES (1, 'short'), (2, {second})) AS t (a, p) ORDER BY a")
    };
    // A key has at most 1,024 bytes.
    let long = rows(&format!("'{}'", "x".repeat(1_100)));
    let failed = house.write_by(&long, by()).await.unwrap_err();
    assert!(failed.is_users(), "{failed}");
    assert_eq!(house.files().await, 0);
    house.write_by(&rows("'other'"), by()).await.unwrap();
    assert_eq!(house.files().await, 2);
}

#[tokio::test]
async fn a_join_beyond_the_memory_says_so() {
    let settings = Settings {
        memory_bytes: 1 << 20,
        parallelism: 2,
        ..Settings::default()
    };
    let house = House::open(settings).await;
    let side =
        |name: &str| format!("(SELECT a FROM UNNEST(sequence(1, 400000)) AS t (a)) AS {name}");
    let (left, right) = (side("x"), side("y"));
    let sql = format!("SELECT x.a, y.a FROM {left} CROSS JOIN {right} LIMIT 10");
    let failed = house.ask(&sql).await.unwrap_err();
    assert!(failed.is_exhausted() && failed.is_users(), "{failed}");
    let text = failed.to_string();
    let begin = "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit";
    assert!(text.starts_with(begin), "{text}");
}
