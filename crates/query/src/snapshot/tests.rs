//! Snapshots answer as their files do when DataFusion reads them.

use std::sync::Arc;

use async_trait::async_trait;
use objects::{Objects, Owner};
use store::{Store, SystemClock};

use crate::{
    Catalog, Compression, Engine, Field, FileFormat, Format, HiveType, Location, Part, QueryError,
    Relation, Settings, Table, WriteTarget,
};

const BUCKET: &str = "spice";
/// More than two pieces.
const ROWS: usize = 80_000;

struct House {
    engine: Engine,
    _folder: tempfile::TempDir,
}

/// The same files twice: `s` as a snapshot, `f` as files.
struct Both(Table);

#[async_trait]
impl Catalog for Both {
    async fn relation(&self, _: &str, name: &str) -> Result<Option<Relation>, QueryError> {
        Ok(match name {
            "s" => Some(Relation::Snapshot(self.0.clone())),
            "f" => Some(Relation::Table(self.0.clone())),
            _ => None,
        })
    }

    async fn has_schema(&self, _: &str) -> Result<bool, QueryError> {
        Ok(true)
    }
}

fn columns() -> Vec<Field> {
    vec![
        Field::new("kind", HiveType::String),
        Field::new("zone", HiveType::String),
        Field::new("word", HiveType::String),
        Field::new("at", HiveType::Timestamp),
        Field::new("riders", HiveType::BigInt),
        Field::new("big", HiveType::BigInt),
        Field::new("fare", HiveType::Double),
    ]
}

fn table(prefix: &str) -> Table {
    Table {
        columns: columns(),
        partition_columns: Vec::new(),
        format: Format::Parquet,
        parts: vec![Part {
            location: Location {
                bucket: BUCKET.into(),
                prefix: prefix.into(),
            },
            values: Vec::new(),
        }],
    }
}

/// Rows with NULLs in every column, moments before 1970 and numbers of all sizes.
fn rows(count: usize, salt: usize) -> String {
    format!(
        "SELECT CASE mod(i * 7 + {salt}, 5) WHEN 0 THEN 'green' WHEN 1 THEN 'Green' WHEN 2 THEN '' WHEN 3 THEN 'fhv' END AS kind, \
         CASE WHEN mod(i, 97) > 0 THEN concat('zone ', CAST(mod(i * 31 + {salt}, 300) AS varchar)) END AS zone, \
         concat('w', CAST(i * 3 + {salt} AS varchar)) AS word, \
         CASE WHEN mod(i, 11) > 0 THEN date_add('second', mod(i * 104729, 94608000), TIMESTAMP '1968-11-30 23:59:59') END AS at, \
         CASE WHEN mod(i, 13) > 0 THEN mod(i * 17, 9) - 2 END AS riders, \
         i * 1000003 * 7919 AS big, \
         CASE WHEN mod(i, 7) > 0 THEN CAST(mod(i * 7919, 10007) AS double) / 8 - 100 END AS fare \
         FROM UNNEST(sequence(1, {count})) AS t(i)"
    )
}

impl House {
    async fn open(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let objects = Objects::open(store, folder.path(), Arc::new(SystemClock));
        let objects = objects.await.unwrap();
        let owner = Owner::new("000000000000", "us-east-1");
        objects.create_bucket(BUCKET, &owner).await.unwrap();
        Self {
            engine: Engine::new(objects, settings),
            _folder: folder,
        }
    }

    /// Writes two files.
    async fn write(&self, prefix: &str, count: usize) {
        for (file, count) in [("a", count - count / 3), ("b", count / 3)] {
            let target = WriteTarget {
                location: table(prefix).parts[0].location.clone(),
                format: FileFormat::Parquet,
                compression: Compression::Zstd,
                columns: columns(),
                partition_columns: Vec::new(),
                file_prefix: file.into(),
            };
            let catalog = Both(table(prefix));
            let sql = rows(count, file.len() + count);
            let prepared = self.engine.prepare(&sql, "x", &catalog).await.unwrap();
            let answer = prepared.run().await.unwrap();
            answer.write(self.engine.objects(), &target).await.unwrap();
        }
    }

    async fn plan(&self, prefix: &str, sql: &str) -> String {
        let catalog = Both(table(prefix));
        let prepared = self.engine.prepare(sql, "x", &catalog).await.unwrap();
        prepared.explain().await.unwrap()
    }

    async fn ask(&self, prefix: &str, sql: &str) -> Result<Vec<Vec<String>>, QueryError> {
        let catalog = Both(table(prefix));
        let prepared = self.engine.prepare(sql, "x", &catalog).await?;
        let mut answer = prepared.run().await?;
        let mut rows = Vec::new();
        while let Some(page) = answer.next().await? {
            let text = |cell: Option<String>| cell.unwrap_or_else(|| "∅".into());
            rows.extend(page.into_iter().map(|r| r.into_iter().map(text).collect()));
        }
        rows.sort();
        Ok(rows)
    }

    /// Asks the snapshot and the files, and returns how many rows both have.
    async fn same(&self, prefix: &str, sql: &str) -> usize {
        let of = |name: &str| sql.replace("FROM t", &format!("FROM {name} AS t"));
        let (snapshot, files) = (of("s"), of("f"));
        let snapshot = self.ask(prefix, &snapshot).await;
        let files = self.ask(prefix, &files).await;
        match (&snapshot, &files) {
            (Ok(snapshot), Ok(files)) => {
                assert_eq!(snapshot.len(), files.len(), "{sql}");
                for (snapshot, file) in snapshot.iter().zip(files) {
                    let same = snapshot.iter().zip(file).all(|(a, b)| is_same(a, b));
                    assert!(same, "{sql}\n{snapshot:?}\n{file:?}");
                }
            }
            (Err(snapshot), Err(files)) => {
                assert_eq!(snapshot.to_string(), files.to_string(), "{sql}");
            }
            other => panic!("{sql}: {other:?}"),
        }
        snapshot.map_or(0, |rows| rows.len())
    }
}

/// The order of a sum changes its last digits.
fn is_same(a: &str, b: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text.contains('.'));
    match (number(a), number(b)) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => a == b,
    }
}

fn with(parallelism: usize) -> Settings {
    Settings {
        parallelism,
        ..Settings::default()
    }
}

const KEYS: [&str; 25] = [
    "kind",
    "zone",
    "lower(kind)",
    "concat(zone, '!')",
    "coalesce(kind, 'none')",
    "riders",
    "riders + 1",
    "CASE WHEN riders > 3 THEN 'many' WHEN riders IS NULL THEN 'none' ELSE 'few' END",
    "date_trunc('year', at)",
    "date_trunc('quarter', at)",
    "date_trunc('month', at)",
    "date_trunc('week', at)",
    "date_trunc('day', at)",
    "date_trunc('hour', at)",
    "date_trunc('week', CAST(at AS timestamp))",
    "date_trunc('quarter', CAST(at AS timestamp))",
    "date_add('day', 6, date_trunc('week', date_add('day', -6, CAST(at AS timestamp))))",
    "date_add('day', 6, date_trunc('week', date_add('day', -6, at)))",
    "month(at)",
    "hour(at)",
    "day_of_week(at)",
    "CAST(at AS date)",
    "date_format(date_trunc('month', at), '%Y %b')",
    "fare > 100",
    "date_diff('month', date_trunc('day', at), TIMESTAMP '2000-01-31 00:00:00')",
];

const AGGREGATES: [&str; 8] = [
    "sum(fare), count(*)",
    "avg(fare), min(riders), max(at)",
    "count(fare), count(riders), sum(riders)",
    "min(kind), max(zone)",
    "sum(fare) FILTER (WHERE riders > 2), count(*)",
    "var_samp(fare), stddev_pop(fare)",
    "count(DISTINCT zone), sum(fare * riders)",
    "sum(CASE WHEN kind = 'fhv' THEN fare END), avg(riders)",
];

const FILTERS: [&str; 10] = [
    "TRUE",
    "zone = 'zone 7'",
    "kind IN ('green', 'fhv') AND riders >= 2",
    "kind IS NULL OR lower(kind) = 'green'",
    "at >= TIMESTAMP '1969-12-31 00:00:00' AND at < TIMESTAMP '1970-02-01 12:00:00'",
    "fare > 3 AND zone LIKE '%1%'",
    "NOT (kind = 'green')",
    "zone = 'nowhere'",
    "riders = 1 OR zone = 'zone 12'",
    "date_trunc('month', at) = TIMESTAMP '1970-01-01 00:00:00'",
];

/// A small generator: the same questions on every run.
struct Dice(u64);

impl Dice {
    fn roll<'a>(&mut self, of: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        of[usize::try_from(self.0 >> 33).unwrap() % of.len()]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_found_by_arithmetic_and_comes_to_what_datafusion_says() {
    let house = House::open(with(2)).await;
    house.write("p/", ROWS).await;
    for key in KEYS {
        let sql = format!("SELECT {key}, sum(fare), count(*) FROM t GROUP BY 1");
        assert!(house.same("p/", &sql).await > 1, "{sql}");
        let plan = house.plan("p/", &sql.replace("FROM t", "FROM s")).await;
        // What is not known of a single column with few values is left to DataFusion.
        let own = key != "fare > 100";
        assert_eq!(plan.contains("SnapshotAggregate"), own, "{key}\n{plan}");
        assert!(own || plan.contains("SnapshotScan"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_questions_have_the_same_answers() {
    for parallelism in [1, 2, 3] {
        let house = House::open(with(parallelism)).await;
        house.write("p/", ROWS).await;
        let mut dice = Dice(20_261_129 + u64::try_from(parallelism).unwrap());
        for i in 0..60 {
            let (a, b) = (dice.roll(&KEYS), dice.roll(&KEYS));
            let (of, filter) = (dice.roll(&AGGREGATES), dice.roll(&FILTERS));
            // The same name twice is refused.
            let b = if a == b { "kind" } else { b };
            let sql = match i % 4 {
                0 => format!("SELECT {of} FROM t WHERE {filter}"),
                1 => format!("SELECT {a}, {of} FROM t WHERE {filter} GROUP BY 1"),
                2 => format!("SELECT {a}, {b}, {of} FROM t WHERE {filter} GROUP BY 1, 2"),
                _ => format!(
                    "SELECT {a}, word, big, fare, at FROM t WHERE {filter} AND big < 99999999999"
                ),
            };
            house.same("p/", &sql).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edges() {
    let house = House::open(with(2)).await;
    for (prefix, count) in [("none/", 0), ("few/", 9), ("p/", ROWS)] {
        if count > 0 {
            house.write(prefix, count).await;
        }
        for sql in [
            "SELECT count(*) FROM t",
            "SELECT sum(fare), count(*), min(kind), avg(riders) FROM t WHERE kind = 'green'",
            "SELECT sum(fare), count(*), min(kind), avg(riders) FROM t WHERE kind = 'no'",
            "SELECT kind, count(*) FROM t WHERE kind = 'no' GROUP BY 1",
            "SELECT DISTINCT kind FROM t",
            "SELECT kind FROM t GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 3",
            "SELECT zone, max(fare) FROM t GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3",
            "SELECT word, count(*) FROM t GROUP BY 1 ORDER BY 1 LIMIT 3",
            "SELECT kind, grouping(kind), count(*) FROM t GROUP BY ROLLUP (kind)",
            "SELECT kind, sum(fare) OVER (PARTITION BY kind) FROM t WHERE big < 99999999999",
            "SELECT a.kind, b.n FROM (SELECT DISTINCT kind FROM t) AS a JOIN (SELECT kind, count(*) AS n FROM t GROUP BY 1) AS b ON a.kind = b.kind",
            "SELECT kind, count(*) FROM t WHERE zone IN (SELECT max(zone) FROM t) GROUP BY 1",
            "SELECT kind, count(*) FROM t WHERE fare > (SELECT avg(fare) FROM t) GROUP BY 1",
            // A value that would fail is in no row that is asked for; then in one that is.
            "SELECT CAST(CASE kind WHEN 'fhv' THEN 'x' ELSE '1' END AS bigint), count(*) FROM t WHERE kind = 'green' GROUP BY 1",
            "SELECT CAST(concat(kind, 'x') AS bigint), count(*) FROM t WHERE kind = 'green' GROUP BY 1",
        ] {
            house.same(prefix, sql).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_memory_is_bounded_and_given_back() {
    let house = House::open(Settings {
        snapshot_bytes: 3_000_000,
        ..with(2)
    })
    .await;
    let kept = |house: &House| house.engine.columns.bytes();
    house.write("p/", ROWS).await;
    house.write("q/", ROWS).await;
    // As much as all the room: not read ahead.
    house.engine.read_ahead(table("p/"), ROWS).await.unwrap();
    assert_eq!(kept(&house), 0);
    for prefix in ["p/", "q/", "p/"] {
        for column in ["kind", "zone", "word", "at", "riders", "big", "fare"] {
            house
                .same(
                    prefix,
                    &format!("SELECT min({column}), count({column}) FROM t"),
                )
                .await;
            assert!(kept(&house) <= 3_000_000);
        }
    }
    let both = kept(&house);
    assert!(both > 1_000_000, "{both}");
    let all = table("").parts[0].location.clone();
    house.engine.forget(&table("p/").parts[0].location);
    assert!(kept(&house) < both);
    house.engine.forget(&all);
    assert_eq!(kept(&house), 0);
    house.engine.read_ahead(table("p/"), 1000).await.unwrap();
    assert!(kept(&house) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_the_files_have_otherwise_is_read_from_them_each_time() {
    let house = House::open(with(2)).await;
    house.write("p/", 999).await;
    let mut narrow = table("p/");
    narrow.columns[4] = Field::new("riders", HiveType::Int);
    let catalog = Both(narrow);
    let mut counts = Vec::new();
    for name in ["s", "f"] {
        let sql =
            format!("SELECT kind, count(*) FROM {name} WHERE riders = 3 GROUP BY 1 ORDER BY 1");
        let prepared = house.engine.prepare(&sql, "x", &catalog).await.unwrap();
        let mut answer = prepared.run().await.unwrap();
        counts.push(answer.next().await.unwrap().unwrap());
    }
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0].len() > 2);
    assert_eq!(house.engine.columns.bytes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_repeat_are_small() {
    let house = House::open(with(2)).await;
    house.write("p/", ROWS).await;
    house.same("p/", "SELECT count(kind) FROM t").await;
    let kinds = house.engine.columns.bytes();
    assert!(kinds < 2 * ROWS, "a byte a row: {kinds}");
    house.same("p/", "SELECT count(zone) FROM t").await;
    let zones = house.engine.columns.bytes() - kinds;
    assert!(zones < 3 * ROWS, "two bytes a row: {zones}");
}
