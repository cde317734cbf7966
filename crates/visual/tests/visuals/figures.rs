//! Random questions: the figures are those of a plain reckoning over the same rows.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::house::{Ask, House, RIDES, definition, dim, measure, with};

/// A group's key: one text for each dimension, NULL last.
type Key = Vec<(bool, String)>;

fn key(row: usize, dimension: &str) -> (bool, String) {
    let (kind, borough, _, _, passengers, pickup) = RIDES[row];
    match dimension {
        "type" => (false, kind.to_owned()),
        "borough" => (borough.is_none(), borough.unwrap_or_default().to_owned()),
        "passengers" => (false, passengers.to_string()),
        _ => (false, format!("{}-01 00:00:00.000", &pickup[..7])),
    }
}

fn value(row: usize, column: &str) -> Option<f64> {
    let (_, _, distance, fare, passengers, _) = RIDES[row];
    match column {
        "distance" => distance,
        "fare" => Some(fare),
        #[expect(clippy::cast_precision_loss, reason = "a few passengers")]
        _ => Some(passengers as f64),
    }
}

/// Reckons one figure by the plain definition of its aggregation.
#[expect(clippy::cast_precision_loss, reason = "a few rows")]
fn reckoned(values: &[f64], aggregation: &str) -> Option<f64> {
    let n = values.len() as f64;
    if aggregation == "COUNT" {
        return Some(n);
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    if aggregation == "DISTINCT_COUNT" {
        sorted.dedup();
        return Some(sorted.len() as f64);
    }
    if values.is_empty() {
        return None;
    }
    let sum: f64 = values.iter().sum();
    let squares: f64 = values.iter().map(|v| (v - sum / n).powi(2)).sum();
    match aggregation {
        "SUM" => Some(sum),
        "AVERAGE" => Some(sum / n),
        "MIN" => sorted.first().copied(),
        "MAX" => sorted.last().copied(),
        "MEDIAN" => Some(f64::midpoint(
            sorted[(sorted.len() - 1) / 2],
            sorted[sorted.len() / 2],
        )),
        "VARP" => Some(squares / n),
        "STDEVP" => Some((squares / n).sqrt()),
        "VAR" => (values.len() > 1).then(|| squares / (n - 1.0)),
        "STDEV" => (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()),
        other => panic!("{other}"),
    }
}

#[test]
fn random_questions_have_the_figures_of_a_plain_reckoning() {
    let house = House::open();
    let dimensions =
        prop::sample::subsequence(vec!["type", "borough", "passengers", "pickup"], 0..=3);
    let aggregations = vec![
        "SUM",
        "AVERAGE",
        "MIN",
        "MAX",
        "COUNT",
        "DISTINCT_COUNT",
        "MEDIAN",
        "VAR",
        "VARP",
        "STDEV",
        "STDEVP",
    ];
    let measures = prop::collection::vec(
        (
            prop::sample::select(vec!["distance", "fare", "passengers"]),
            prop::sample::select(aggregations),
        ),
        1..4,
    );
    let kinds = prop::sample::select(vec!["table", "pivot"]);
    let least = prop::option::of(0_u8..60);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 120,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let questions = (dimensions, measures, kinds, least);
    let outcome = runner.run(&questions, |(dimensions, mut measures, kind, least)| {
        measures.sort_unstable();
        measures.dedup();
        let dims: Vec<_> = dimensions.iter().map(|d| dim(d)).collect();
        let values: Vec<_> = measures.iter().map(|(c, a)| measure(c, a)).collect();
        let mut asked = match kind {
            "table" => definition("TableVisual", json!({"TableAggregatedFieldWells": {"GroupBy": dims, "Values": values}}), json!({})),
            _ => {
                let (rows, columns) = dims.split_at(dims.len().div_ceil(2));
                definition("PivotTableVisual", json!({"PivotTableAggregatedFieldWells": {"Rows": rows, "Columns": columns, "Values": values}}), json!({}))
            }
        };
        if let Some(least) = least {
            asked = with(asked, "FilterGroups", json!([{"FilterGroupId": "g", "ScopeConfiguration": {"AllSheets": {}}, "Filters": [
                {"NumericRangeFilter": {"FilterId": "f", "Column": {"DataSetIdentifier": "taxi", "ColumnName": "fare"}, "NullOption": "NON_NULLS_ONLY",
                    "IncludeMinimum": true, "RangeMinimum": {"StaticValue": least}}}]}]));
        }
        let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        if dimensions.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        for row in (0..RIDES.len()).filter(|r| least.is_none_or(|l| RIDES[*r].3 >= f64::from(l))) {
            let key = dimensions.iter().map(|d| key(row, d)).collect();
            groups.entry(key).or_default().push(row);
        }
        let answered = house.ask(&asked, &Ask::default());
        prop_assert_eq!(answered.rows.len(), groups.len());
        for ((key, members), row) in groups.iter().zip(&answered.rows) {
            for (cell, (null, text)) in row.iter().zip(key) {
                prop_assert_eq!(cell.as_deref(), (!null).then_some(text.as_str()));
            }
            for ((column, aggregation), cell) in measures.iter().zip(&row[key.len()..]) {
                let values: Vec<f64> = members.iter().filter_map(|r| value(*r, column)).collect();
                let want = reckoned(&values, aggregation);
                let got = cell.as_deref().map(|c| c.parse::<f64>().unwrap());
                let same = match (want, got) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
                    (a, b) => a == b,
                };
                prop_assert!(same, "{} of {}: {:?}, not {:?}", aggregation, column, got, want);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}
