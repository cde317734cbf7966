//! The first items and the rest of them: grouped once, or joined to the items, the figures are the same.

use serde_json::{Value, json};

use crate::house::{Ask, House, RELATION, definition, dim, measure, planned, with};

const FOLDED: [&str; 5] = ["SUM", "AVERAGE", "MIN", "MAX", "COUNT"];

/// Bars of distances, some of them NULL, with so many items.
fn bars(wells: [&[&str]; 3], limit: Value, sort: Value, joined: bool) -> Value {
    let fields = |names: &[&str]| names.iter().map(|n| dim(n)).collect::<Vec<Value>>();
    let mut values: Vec<Value> = FOLDED.iter().map(|f| measure("distance", f)).collect();
    if joined {
        values.push(measure("passengers", "DISTINCT_COUNT"));
    }
    let wells = json!({"BarChartAggregatedFieldWells": {
        "Category": fields(wells[0]), "Colors": fields(wells[1]), "SmallMultiples": fields(wells[2]), "Values": values}});
    let sorted = json!({"SortConfiguration": {"CategoryItemsLimit": limit, "CategorySort": sort}});
    definition("BarChartVisual", wells, sorted)
}

fn sort(field: &str, direction: &str) -> Value {
    json!([{"FieldSort": {"FieldId": field, "Direction": direction}}])
}

fn same(house: &House, asked: impl Fn(bool) -> Value, ask: &Ask) -> Vec<Vec<String>> {
    let statements = [false, true].map(|joined| {
        let query = planned(&asked(joined), ask).unwrap();
        query.sql(RELATION)
    });
    assert!(!statements[0].contains("JOIN"), "{}", statements[0]);
    assert!(statements[1].contains("JOIN"), "{}", statements[1]);
    let rows = house.texts(&asked(false), ask);
    let mut joined = house.texts(&asked(true), ask);
    for row in &mut joined {
        row.pop();
    }
    let close = |a: &String, b: &String| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() < 1e-9,
        _ => a == b,
    };
    let all = rows.iter().flatten().zip(joined.iter().flatten());
    let equal = rows.len() == joined.len() && all.into_iter().all(|(a, b)| close(a, b));
    assert!(equal, "{rows:?}\n{joined:?}\n{}", statements[0]);
    rows
}

#[test]
fn the_rest_is_folded_as_if_its_rows_were_joined() {
    let house = House::open();
    let wells: [[&[&str]; 3]; 5] = [
        [&["borough"], &[], &[]],
        [&["borough"], &["type"], &[]],
        [&["passengers"], &["pickup"], &["type"]],
        [&["type"], &["borough"], &[]],
        [&["pickup"], &["borough"], &[]],
    ];
    for wells in wells {
        let id = wells[0][0];
        let sorts = [
            json!([]),
            sort("distance.SUM", "DESC"),
            sort("distance.AVERAGE", "ASC"),
            sort("distance.COUNT", "DESC"),
            sort(id, "DESC"),
            json!([{"ColumnSort": {"SortBy": {"DataSetIdentifier": "taxi", "ColumnName": "fare"},
                "Direction": "ASC", "AggregationFunction": {"NumericalAggregationFunction": {"SimpleNumericalAggregation": "MAX"}}}}]),
        ];
        for sort in &sorts {
            for limit in [
                json!({"ItemsLimit": 2, "OtherCategories": "INCLUDE"}),
                json!({"ItemsLimit": 3, "OtherCategories": "EXCLUDE"}),
                json!({"ItemsLimit": 100, "OtherCategories": "INCLUDE"}),
            ] {
                let asked = |joined| bars(wells, limit.clone(), sort.clone(), joined);
                let rows = same(&house, asked, &Ask::default());
                let others = rows.iter().filter(|row| row[0] == "Other").count();
                let tail = limit["ItemsLimit"] == 2 && id != "pickup";
                assert_eq!(others > 0, tail, "{limit} {sort} {rows:?}");
                let last = rows.iter().position(|row| row[0] == "Other");
                assert!(last.is_none_or(|at| at + others == rows.len()), "{rows:?}");
            }
        }
    }
}

#[test]
fn filters_hold_before_the_items_are_chosen() {
    let house = House::open();
    let limit = json!({"ItemsLimit": 1, "OtherCategories": "INCLUDE"});
    let filter = json!({"NumericRangeFilter": {"FilterId": "f", "Column": {"DataSetIdentifier": "taxi", "ColumnName": "fare"},
        "RangeMaximum": {"StaticValue": 30.0}, "NullOption": "NON_NULLS_ONLY"}});
    let groups = json!([{"FilterGroupId": "g", "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
        "ScopeConfiguration": {"AllSheets": {}}, "Status": "ENABLED"}]);
    let asked = |joined| {
        let bars = bars([&["type"], &[], &[]], limit.clone(), json!([]), joined);
        with(bars, "FilterGroups", groups.clone())
    };
    let rows = same(&house, asked, &Ask::default());
    assert_eq!(rows[0][..2], ["fhv", "15.0"]);
    assert_eq!(rows[1][..2], ["Other", "17.0"]);
}
