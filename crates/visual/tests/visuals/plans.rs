//! What is refused, and how.

use serde_json::{Value, json};

use crate::house::{Ask, definition, dim, measure, planned, with};

fn refused(definition: &Value) -> String {
    planned(definition, &Ask::default())
        .unwrap_err()
        .to_string()
}

fn bar(category: &str, value: Value) -> Value {
    let wells =
        json!({"BarChartAggregatedFieldWells": {"Category": [dim(category)], "Values": [value]}});
    definition("BarChartVisual", wells, json!({}))
}

#[test]
fn what_does_not_fit_the_data_set() {
    assert_eq!(
        refused(&bar("color", measure("fare", "SUM"))),
        "the column color does not exist in the data set taxi"
    );
    assert_eq!(
        refused(&bar("type", measure("borough", "SUM"))),
        "borough is STRING, which cannot be aggregated as a number"
    );
    assert_eq!(
        refused(&definition("SankeyDiagramVisual", json!({}), json!({}))),
        "visuals of the type SankeyDiagramVisual are not supported"
    );
    assert_eq!(
        refused(&definition("BarChartVisual", json!({}), json!({}))),
        "the visual has no fields"
    );
}

#[test]
fn errors_of_expressions_have_their_place() {
    let of = |expression: &str| {
        let field = json!({"CalculatedMeasureField": {"FieldId": "m", "Expression": expression}});
        refused(&bar("type", field))
    };
    assert_eq!(
        of("sum({far})"),
        "m: line 1, column 5: the field {far} does not exist"
    );
    assert_eq!(
        of("sum(\n  fare +\n  {type})"),
        "m: line 2, column 3: + expects numbers, not a string"
    );
    assert_eq!(
        of("nosuch(fare)"),
        "m: line 1, column 1: the function nosuch does not exist"
    );
    assert_eq!(
        of("sum(sum(fare))"),
        "m: line 1, column 1: nesting of aggregate functions is not supported"
    );
    assert!(of("sum(fare) + fare").contains("mismatched aggregation"));
    assert!(
        of("runningSum(sum(fare), [borough ASC])").contains("missing in field wells: {borough}")
    );
    assert_eq!(
        of("left(type)"),
        "m: line 1, column 1: left takes 2, not 1 arguments"
    );
    assert_eq!(
        of("sum(fare"),
        "m: line 1, column 9: 'the end' is not expected here; expected )"
    );
    assert_eq!(
        of("'open"),
        "m: line 1, column 1: the text that begins here has no end"
    );
    assert!(of(&"(".repeat(500)).contains("nested too deeply"));
    assert!(of(&format!("1{}", "+1".repeat(5000))).contains("nested too deeply"));
    let cycle = with(
        bar(
            "type",
            json!({"NumericalMeasureField": {"FieldId": "m", "Column": {"DataSetIdentifier": "taxi", "ColumnName": "a"}}}),
        ),
        "CalculatedFields",
        json!([{"DataSetIdentifier": "taxi", "Name": "a", "Expression": "{b} + 1"}, {"DataSetIdentifier": "taxi", "Name": "b", "Expression": "{a} + 1"}]),
    );
    assert!(refused(&cycle).contains("refers to itself"));
}
