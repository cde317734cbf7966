//! Level-aware aggregations, and calculations over windows, against figures added up by hand.

use serde_json::{Value, json};

use crate::house::{Ask, House, definition, dim, planned, with};

fn by(dimension: &str, expression: &str) -> Value {
    let column = json!({"DataSetIdentifier": "taxi", "ColumnName": "calc"});
    let measure = json!({"NumericalMeasureField": {"FieldId": "c", "Column": column}});
    let wells =
        json!({"TableAggregatedFieldWells": {"GroupBy": [dim(dimension)], "Values": [measure]}});
    let field = json!([{"DataSetIdentifier": "taxi", "Name": "calc", "Expression": expression}]);
    with(
        definition("TableVisual", wells, json!({})),
        "CalculatedFields",
        field,
    )
}

fn check(house: &House, asked: &Value, want: &[f64]) {
    let rows = house.texts(asked, &Ask::default());
    let got: Vec<f64> = rows.iter().map(|r| r[1].parse().unwrap()).collect();
    let close = got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-6);
    assert!(
        close && got.len() == want.len(),
        "{got:?}, not {want:?}: {asked}"
    );
}

#[test]
fn groups_of_their_own_count_once_for_each_group_of_the_visual() {
    let house = House::open();
    // fhv, green, yellow
    for (expression, want) in [
        ("sum(fare, [type])", [113.0, 45.5, 75.0]),
        ("avg(sum(fare, [borough]))", [56.5, 42.75, 97.0 / 3.0]),
        ("sum(max(fare, [borough]))", [88.0, 58.5, 67.0]),
        (
            "max(sum(fare, [${visualDimensions}, borough]))",
            [60.0, 23.5, 40.0],
        ),
        ("sum(sum(fare, [${visualDimensions}, !{type}]))", [233.5; 3]),
        (
            "max(distinct_count(passengers, [borough]))",
            [1.0, 2.0, 2.0],
        ),
        ("max(median(fare, [borough]))", [60.0, 31.0, 31.0]),
        (
            "max(percentileDisc(fare, 50, [borough]))",
            [60.0, 22.0, 22.0],
        ),
        (
            "max(percentileCont(fare, 25, [borough]))",
            [60.0, 26.5, 26.5],
        ),
        (
            "max(avg(sum(fare, [type, borough]), [type]))",
            [56.5, 22.75, 25.0],
        ),
        (
            "avg(ifelse(sum(fare, [borough]) > 50, 1, 0))",
            [1.0, 0.5, 1.0 / 3.0],
        ),
        // Beside a field of the row there is one value for each row.
        ("sum(sum(fare, [borough]) + fare)", [279.0, 154.5, 192.0]),
        (
            "sum(ifelse({type} = 'fhv', sum(fare, [type]), 1))",
            [113.0, 1.0, 1.0],
        ),
        (
            "sum(fare) / sum(sum(fare, []))",
            [113.0 / 233.5, 45.5 / 233.5, 75.0 / 233.5],
        ),
    ] {
        check(&house, &by("type", expression), &want);
    }
}

#[test]
fn windows_of_every_aggregation() {
    let house = House::open();
    for (expression, want) in [
        ("medianOver(sum(fare), [])", [75.0; 3]),
        ("percentileOver(sum(fare), 50, [])", [75.0; 3]),
        ("percentileContOver(sum(fare), 25, [])", [60.25; 3]),
        ("distinctCountOver(count(fare), [])", [2.0; 3]),
        (
            "max(distinctCountOver(passengers, [type], PRE_AGG))",
            [2.0, 2.0, 3.0],
        ),
        (
            "max(medianOver(fare, [type], PRE_FILTER))",
            [28.0, 18.5, 13.5],
        ),
    ] {
        check(&house, &by("type", expression), &want);
    }
    let months = [38.5, 93.5, 120.5, 60.0, 113.0];
    let asked = by("pickup", "periodToDateSumOverTime(sum(fare), pickup, YEAR)");
    check(&house, &asked, &months);
    // The period is by default the visual's own.
    let asked = by("pickup", "periodToDateSumOverTime(sum(fare), pickup)");
    check(&house, &asked, &[38.5, 55.0, 27.0, 60.0, 53.0]);
    let asked = by(
        "pickup",
        "coalesce(periodOverPeriodDifference(sum(fare), pickup), 0)",
    );
    check(&house, &asked, &[0.0, 16.5, -28.0, 0.0, -7.0]);
    // Above how many percent of the values it is.
    let asked = by("type", "percentileRank([sum(fare) ASC])");
    let third = 100.0 / 3.0;
    check(&house, &asked, &[2.0 * third, 0.0, third]);
}

#[test]
fn a_constant_over_all_rows_is_one_figure() {
    let measure =
        json!({"CalculatedMeasureField": {"FieldId": "m", "Expression": "sumOver(7, [])"}});
    let wells = json!({"TableAggregatedFieldWells": {"GroupBy": [], "Values": [measure]}});
    let asked = definition("TableVisual", wells, json!({}));
    let rows = House::open().texts(&asked, &Ask::default());
    assert_eq!(rows, [["7"]]);
}

#[test]
fn filters_hold_for_a_level_but_the_best_are_chosen_behind_it() {
    let house = House::open();
    let column = |name: &str| json!({"DataSetIdentifier": "taxi", "ColumnName": name});
    let groups = |filter: Value| {
        json!([{"FilterGroupId": "g", "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
            "ScopeConfiguration": {"AllSheets": {}}, "Status": "ENABLED"}])
    };
    let asked = by("type", "sum(fare, [type])");
    let not_queens = json!({"CategoryFilter": {"FilterId": "f", "Column": column("borough"), "Configuration": {
        "FilterListConfiguration": {"MatchOperator": "DOES_NOT_CONTAIN", "CategoryValues": ["Queens"]}}}});
    let filtered = with(asked.clone(), "FilterGroups", groups(not_queens));
    check(&house, &filtered, &[113.0, 23.5, 35.0]);
    let best = json!({"TopBottomFilter": {"FilterId": "f", "Column": column("borough"), "Limit": 1,
        "AggregationSortConfigurations": [{"Column": column("fare"), "SortDirection": "DESC",
            "AggregationFunction": {"NumericalAggregationFunction": {"SimpleNumericalAggregation": "SUM"}}}]}});
    let filtered = with(asked, "FilterGroups", groups(best));
    check(&house, &filtered, &[45.5, 75.0]);
}

#[test]
fn what_a_level_cannot_be() {
    let refused = |expression: &str| {
        planned(&by("type", expression), &Ask::default())
            .unwrap_err()
            .to_string()
    };
    assert!(refused("sum(fare, type)").contains("a list in brackets"));
    assert!(refused("sum(fare, [!{type}])").contains("taken away from ${visualDimensions}"));
    assert!(refused("sum(fare, [${visualDimensions}, !{type}, borough])").contains("not both"));
    assert!(refused("sum(sum(fare), [type])").contains("nesting"));
    assert!(refused("sum(fare, [sum(fare)])").contains("nesting"));
    assert!(refused("sumOver(sum(fare, [type]), [], PRE_FILTER)").contains("nesting"));
    assert!(refused("runningMedian(sum(fare), [type ASC])").contains("does not exist"));
}
