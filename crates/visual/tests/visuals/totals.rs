//! Totals and subtotals, against figures added up by hand.

use serde_json::{Value, json};
use visual::{Drawing, PivotLayout, TableLayout};

use crate::house::{Ask, House, definition, dim, measure, with};

const SHOWN: &str = "VISIBLE";

fn table(values: &[Value], options: Value) -> Value {
    let wells = json!({"TableAggregatedFieldWells": {"GroupBy": [dim("type")], "Values": values}});
    definition("TableVisual", wells, json!({"TotalOptions": options}))
}

fn pivot(rows: &[&str], columns: &[&str], value: Value, options: Value) -> Value {
    let fields = |names: &[&str]| names.iter().map(|n| dim(n)).collect::<Vec<Value>>();
    let wells = json!({"PivotTableAggregatedFieldWells": {
        "Rows": fields(rows), "Columns": fields(columns), "Values": [value]}});
    definition("PivotTableVisual", wells, json!({"TotalOptions": options}))
}

fn drawn_table(definition: &Value) -> TableLayout {
    match House::open().ask(definition, &Ask::default()).drawing {
        Drawing::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

fn drawn_pivot(definition: &Value) -> PivotLayout {
    match House::open().ask(definition, &Ask::default()).drawing {
        Drawing::Pivot(pivot) => pivot,
        other => panic!("{other:?}"),
    }
}

fn sum_and_average() -> [Value; 3] {
    [
        measure("fare", "SUM"),
        measure("fare", "AVERAGE"),
        measure("passengers", "DISTINCT_COUNT"),
    ]
}

#[test]
fn a_total_is_of_rows_not_of_figures() {
    let shown = json!({"TotalsVisibility": SHOWN});
    let drawn = drawn_table(&table(&sum_and_average(), shown));
    assert_eq!(drawn.rows.len(), 3);
    assert_eq!(drawn.total.unwrap(), ["Total", "233.5", "23.35", "5"]);
    let hidden = json!({"TotalsVisibility": "HIDDEN"});
    assert_eq!(drawn_table(&table(&sum_and_average(), hidden)).total, None);
    let start = json!({"TotalsVisibility": SHOWN, "Placement": "START", "CustomLabel": "All"});
    let drawn = drawn_table(&table(&sum_and_average(), start));
    assert!(drawn.total_at_start);
    assert_eq!(drawn.total.unwrap()[0], "All");
}

#[test]
fn a_total_of_figures_where_the_definition_wants_it() {
    let function = |field: &str, name: &str| json!({"FieldId": field, "TotalAggregationFunction": {"SimpleTotalAggregationFunction": name}});
    let options = json!({"TotalsVisibility": SHOWN, "TotalAggregationOptions": [
        function("fare.AVERAGE", "MAX"), function("passengers.DISTINCT_COUNT", "NONE")]});
    let drawn = drawn_table(&table(&sum_and_average(), options));
    let total = drawn.total.unwrap();
    assert_eq!(total[1], "233.5");
    assert!(total[2] == "37.67", "{total:?}");
    assert_eq!(total[3], "");
}

#[test]
fn what_a_filter_on_figures_takes_away_is_not_in_the_total() {
    let options = json!({"TotalsVisibility": SHOWN});
    let column = json!({"DataSetIdentifier": "taxi", "ColumnName": "fare"});
    let filter = json!({"NumericRangeFilter": {"FilterId": "f", "Column": column, "NullOption": "ALL_VALUES",
        "RangeMinimum": {"StaticValue": 70}, "IncludeMinimum": true,
        "AggregationFunction": {"NumericalAggregationFunction": {"SimpleNumericalAggregation": "SUM"}}}});
    let groups = json!([{"FilterGroupId": "g", "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
        "ScopeConfiguration": {"AllSheets": {}}, "Status": "ENABLED"}]);
    let measures = [measure("fare", "SUM"), measure("passengers", "SUM")];
    let filtered = with(table(&measures, options), "FilterGroups", groups);
    let drawn = drawn_table(&filtered);
    assert_eq!(drawn.rows.len(), 2, "fhv and yellow");
    assert_eq!(drawn.total.unwrap(), ["Total", "188", "17"]);
}

#[test]
fn a_table_calculation_has_no_total() {
    let rank =
        json!({"CalculatedMeasureField": {"FieldId": "r", "Expression": "rank([sum(fare) DESC])"}});
    let running = json!({"CalculatedMeasureField": {"FieldId": "s", "Expression": "runningSum(sum(fare), [type ASC])"}});
    let options = json!({"TotalsVisibility": SHOWN});
    let drawn = drawn_table(&table(&[rank, measure("fare", "MIN"), running], options));
    assert_eq!(drawn.total.unwrap(), ["Total", "", "5", ""]);
}

#[test]
fn subtotals_stand_behind_their_groups() {
    let options = json!({
        "RowSubtotalOptions": {"TotalsVisibility": SHOWN, "CustomLabel": "All of <<$aws:subtotalDimension>>"},
        "ColumnTotalOptions": {"TotalsVisibility": SHOWN},
    });
    let drawn = drawn_pivot(&pivot(
        &["type", "borough"],
        &[],
        measure("fare", "SUM"),
        options,
    ));
    let rows: Vec<String> = drawn
        .rows
        .iter()
        .map(|r| {
            let total = if r.total { "!" } else { "" };
            format!("{}={}{total}", r.path.join("/"), r.cells.join(","))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "fhv/Brooklyn=53",
            "fhv/O'Hare \"x\"=60",
            "fhv/All of fhv=113!",
            "green/Bronx=23.5",
            "green/Queens=22",
            "green/All of green=45.5!",
            "yellow/Manhattan=20",
            "yellow/Queens=40",
            "yellow/null=15",
            "yellow/All of yellow=75!",
            "Total/=233.5!",
        ]
    );
}

#[test]
fn rows_and_columns_have_totals_that_meet() {
    let options = json!({
        "RowTotalOptions": {"TotalsVisibility": SHOWN, "Placement": "START"},
        "ColumnTotalOptions": {"TotalsVisibility": SHOWN},
    });
    let asked = pivot(&["type"], &["borough"], measure("fare", "MAX"), options);
    let drawn = drawn_pivot(&asked);
    let heads: Vec<String> = drawn.columns.iter().map(|c| c.join("/")).collect();
    assert_eq!(
        heads,
        [
            "Total",
            "Bronx",
            "Brooklyn",
            "Manhattan",
            "O'Hare \"x\"",
            "Queens",
            "null"
        ]
    );
    assert_eq!(drawn.total_columns[..2], [true, false]);
    assert_eq!(drawn.rows[1].cells, ["22", "18.5", "", "", "", "22", ""]);
    let last = drawn.rows.last().unwrap();
    assert_eq!(last.path, ["Total"]);
    assert_eq!(last.cells, ["60", "18.5", "28", "12", "60", "40", "15"]);
}

#[test]
fn columns_have_subtotals_too() {
    let options =
        json!({"ColumnSubtotalOptions": {"TotalsVisibility": SHOWN, "FieldLevel": "ALL"}});
    let asked = pivot(&[], &["type", "borough"], measure("fare", "COUNT"), options);
    let drawn = drawn_pivot(&asked);
    let heads: Vec<String> = drawn
        .columns
        .iter()
        .zip(&drawn.rows[0].cells)
        .map(|(c, cell)| format!("{}={cell}", c.join("/")))
        .collect();
    assert_eq!(heads[2], "fhv/Subtotal=3");
    assert_eq!(heads[9], "yellow/Subtotal=4");
}

#[test]
fn a_file_has_its_rows_in_the_order_of_the_screen() {
    let house = House::open();
    for place in ["START", "END"] {
        let all = json!({"TotalsVisibility": SHOWN, "Placement": place});
        let groups = json!({"TotalsVisibility": SHOWN, "FieldLevel": "ALL"});
        let options = json!({
            "RowTotalOptions": all, "ColumnTotalOptions": all,
            "RowSubtotalOptions": groups, "ColumnSubtotalOptions": groups,
        });
        let rows = ["type", "borough"];
        let asked = pivot(
            &rows,
            &["passengers", "pickup"],
            measure("fare", "SUM"),
            options,
        );
        let drawn = drawn_pivot(&asked);
        let mut screen = Vec::new();
        for row in &drawn.rows {
            for (column, cell) in drawn.columns.iter().zip(&row.cells) {
                if !cell.is_empty() {
                    let total = row.path.iter().chain(column).any(|t| t.contains("otal"));
                    screen.push((cell.clone(), total));
                }
            }
        }
        let answered = house.ask(&asked, &Ask::default());
        let file = answered.query.with_totals(&answered.rows, &answered.totals);
        let file: Vec<(String, bool)> = file
            .iter()
            .map(|row| {
                let total = row.iter().flatten().any(|t| t.contains("otal"));
                let fare: f64 = row[4].as_deref().unwrap().parse().unwrap();
                (fare.to_string(), total)
            })
            .collect();
        assert_eq!(file, screen, "{place}");
        assert!(screen.len() > 50 && screen[0].1 == (place == "START"));
        // However the totals' own queries bring them.
        let mut other = answered.totals.clone();
        other.reverse();
        assert_eq!(
            answered.query.with_totals(&answered.rows, &other),
            answered.query.with_totals(&answered.rows, &answered.totals)
        );
    }
}

#[test]
fn a_file_has_subtotals_behind_their_groups() {
    let options = json!({
        "RowSubtotalOptions": {"TotalsVisibility": SHOWN},
        "ColumnTotalOptions": {"TotalsVisibility": SHOWN},
    });
    let asked = pivot(&["type", "borough"], &[], measure("fare", "SUM"), options);
    let answered = House::open().ask(&asked, &Ask::default());
    let rows = answered.query.with_totals(&answered.rows, &answered.totals);
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().map(|c| c.as_deref().unwrap_or("-"));
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(rows[2], "fhv Subtotal 113.0");
    assert_eq!(rows[5], "green Subtotal 45.5");
    assert_eq!(rows[9], "yellow Subtotal 75.0");
    assert_eq!(rows[10..], ["Total - 233.5"]);
}

#[test]
fn a_level_aware_aggregation_counts_its_groups_once_in_a_total() {
    let field = json!([{"DataSetIdentifier": "taxi", "Name": "of type", "Expression": "sum(fare, [type])"}]);
    let value = json!({"NumericalMeasureField": {"FieldId": "m",
        "Column": {"DataSetIdentifier": "taxi", "ColumnName": "of type"},
        "AggregationFunction": {"SimpleNumericalAggregation": "SUM"}}});
    let options = json!({"ColumnTotalOptions": {"TotalsVisibility": SHOWN}});
    let asked = pivot(&["borough"], &[], value, options);
    let drawn = drawn_pivot(&with(asked, "CalculatedFields", field));
    let cells: Vec<&str> = drawn.rows.iter().map(|r| r.cells[0].as_str()).collect();
    assert_eq!(cells, ["45.5", "113", "75", "113", "120.5", "75", "233.5"]);
}
