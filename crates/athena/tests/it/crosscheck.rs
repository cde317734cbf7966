//! Answers over files against a computation of our own, for every format.

use std::{collections::BTreeMap, fmt::Write};

use crate::support::House;

/// Rows of the size of a small day: kind, distance in hundredths, total in hundredths (NULL at times).
fn rows() -> Vec<(&'static str, i64, Option<i64>)> {
    let mut seed = 20_240_101_u64;
    let mut next = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((seed >> 33) % below).unwrap()
    };
    let kinds = ["yellow", "green", "fhv"];
    (0..20_000)
        .map(|_| {
            let kind = kinds[usize::try_from(next(3)).unwrap()];
            let total = Some(next(9000)).filter(|t| t % 17 != 0);
            (kind, next(4000), total)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
async fn sums_and_counts_agree_in_every_format() {
    let house = House::open().await;
    let (mut csv, mut json) = (String::new(), String::new());
    let mut want: BTreeMap<&str, (u64, f64, f64, u64)> = BTreeMap::new();
    for (i, (kind, distance, total)) in rows().into_iter().enumerate() {
        let distance = distance as f64 / 100.0;
        let text = total.map_or_else(|| "\\N".to_owned(), |t| (t as f64 / 100.0).to_string());
        let _ = writeln!(csv, "{i}|{kind}|{distance}|{text}");
        let null = if total.is_none() {
            "null"
        } else {
            text.as_str()
        };
        let _ = writeln!(
            json,
            "{{\"id\": {i}, \"kind\": \"{kind}\", \"distance\": {distance}, \"total\": {null}}}"
        );
        if distance > 1.5 {
            let entry = want.entry(kind).or_default();
            entry.0 += 1;
            entry.1 += distance;
            entry.2 += total.map_or(0.0, |t| t as f64 / 100.0);
            entry.3 += u64::from(total.is_some());
        }
    }
    house.put("csv/a.txt", csv).await;
    house.put("json/a.json", json).await;
    let columns = "(id bigint, kind string, distance double, total double)";
    house.run(&format!("CREATE EXTERNAL TABLE lines {columns} ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' LOCATION 's3://data/csv/'")).await;
    house.run(&format!("CREATE EXTERNAL TABLE objects {columns} ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/json/'")).await;
    house.run("CREATE TABLE parquet WITH (partitioned_by=ARRAY['kind']) AS SELECT id, distance, total, kind FROM lines").await;
    for table in ["lines", "objects", "parquet"] {
        let got = house
            .rows(&format!(
                "SELECT kind, count(*), sum(distance), sum(total), count(total) FROM {table} WHERE distance > 1.5 GROUP BY kind ORDER BY kind"
            ))
            .await;
        assert_eq!(got.len(), want.len(), "{table}");
        for (row, (kind, (count, distance, total, present))) in got.iter().zip(&want) {
            assert_eq!(
                (row[0].as_str(), row[1].as_str()),
                (*kind, count.to_string().as_str()),
                "{table}"
            );
            let close = |text: &str, number: f64| {
                (text.parse::<f64>().unwrap() - number).abs() < 1e-6 * number
            };
            assert!(
                close(&row[2], *distance) && close(&row[3], *total),
                "{table}: {row:?}"
            );
            assert_eq!(row[4], present.to_string(), "{table}");
        }
    }
}
