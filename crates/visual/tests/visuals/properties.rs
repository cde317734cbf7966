//! Random expressions, definitions, filters and answers: nothing panics, and what is asked is one statement that
//! the engine's dialect reads, whatever the names and values are.

use proptest::prelude::*;
use query::Engine;
use serde_json::{Value, json};
use visual::{
    Column, ColumnType, DataSets, Definition, ParameterValues, Request, Rows, Selection, Theme,
    draw, expression, parameter_values, plan,
};

use crate::house::now;

/// Names that would break out of quotes, were they not quoted.
const NAMES: [&str; 9] = [
    "type",
    "fare",
    "at",
    "a\"b",
    "x'y",
    "z\"; DROP TABLE t --",
    "select",
    "Größe 日本",
    "{odd}",
];

const VALUES: [&str; 8] = [
    "yellow",
    "O'Hare",
    "' OR '1'='1",
    "\\",
    "%_\\'",
    "2020-01-01",
    "12.5",
    "\u{0}\u{1f600}\n",
];

fn columns() -> Vec<Column> {
    NAMES
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let kind = match i % 4 {
                0 => ColumnType::String,
                1 => ColumnType::Decimal,
                2 => ColumnType::Datetime,
                _ => ColumnType::Integer,
            };
            Column::new(*name, kind)
        })
        .collect()
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&NAMES[..])
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&VALUES[..]).prop_map(str::to_owned),
        any::<String>(),
    ]
}

/// Expressions that may or may not make sense.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        name().prop_map(|n| format!("{{{n}}}")),
        value().prop_map(|v| format!("'{}'", v.replace('\\', "\\\\").replace('\'', "''"))),
        any::<i32>().prop_map(|n| n.to_string()),
        (-1e6..1e6).prop_map(|n: f64| n.to_string()),
        Just("${p}".to_owned()),
        Just("NULL".to_owned()),
        Just("[{type} ASC]".to_owned()),
        Just("[type]".to_owned()),
        Just("PRE_AGG".to_owned()),
        Just("now()".to_owned()),
    ];
    const FUNCTIONS: [&str; 40] = [
        "sum",
        "avg",
        "count",
        "distinct_count",
        "min",
        "median",
        "sumIf",
        "ifelse",
        "coalesce",
        "concat",
        "left",
        "substring",
        "split",
        "dateDiff",
        "addDateTime",
        "truncDate",
        "extract",
        "formatDate",
        "parseDate",
        "round",
        "abs",
        "switch",
        "in",
        "isNull",
        "nullIf",
        "sumOver",
        "rank",
        "runningSum",
        "difference",
        "lag",
        "percentOfTotal",
        "windowSum",
        "percentile",
        "isWorkDay",
        "addWorkDays",
        "netWorkDays",
        "toString",
        "periodOverPeriodDifference",
        "periodToDateSumOverTime",
        "nosuch",
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let operators = vec![
            "+", "-", "*", "/", "%", "^", "=", "<>", "<", ">=", "AND", "OR",
        ];
        prop_oneof![
            (
                prop::sample::select(&FUNCTIONS[..]),
                prop::collection::vec(inner.clone(), 0..4)
            )
                .prop_map(|(f, args)| format!("{f}({})", args.join(", "))),
            (
                inner.clone(),
                prop::sample::select(operators),
                inner.clone()
            )
                .prop_map(|(a, o, b)| format!("({a} {o} {b})")),
            inner.prop_map(|a| format!("NOT -{a}")),
        ]
    })
}

fn reference(column: &str) -> Value {
    json!({"DataSetIdentifier": "d", "ColumnName": column})
}

fn field() -> impl Strategy<Value = Value> {
    let aggregations = vec![
        "SUM",
        "AVERAGE",
        "MIN",
        "MAX",
        "COUNT",
        "DISTINCT_COUNT",
        "MEDIAN",
        "STDEV",
        "VARP",
    ];
    let units = vec![
        "YEAR",
        "QUARTER",
        "MONTH",
        "WEEK",
        "DAY",
        "HOUR",
        "MILLISECOND",
    ];
    prop_oneof![
        name().prop_map(|c| json!({"CategoricalDimensionField": {"FieldId": c, "Column": reference(c)}})),
        (name(), prop::sample::select(units)).prop_map(|(c, u)| {
            json!({"DateDimensionField": {"FieldId": c, "Column": reference(c), "DateGranularity": u}})
        }),
        (name(), prop::sample::select(aggregations)).prop_map(|(c, a)| {
            json!({"NumericalMeasureField": {"FieldId": format!("{c}.{a}"), "Column": reference(c),
                "AggregationFunction": {"SimpleNumericalAggregation": a}}})
        }),
        expression().prop_map(|e| json!({"CalculatedMeasureField": {"FieldId": "m", "Expression": e}})),
        Just(json!({"NumericalMeasureField": {"FieldId": "c", "Column": reference("calc")}})),
    ]
}

fn filter() -> impl Strategy<Value = Value> {
    let operators = vec![
        "EQUALS",
        "DOES_NOT_EQUAL",
        "CONTAINS",
        "DOES_NOT_CONTAIN",
        "STARTS_WITH",
        "ENDS_WITH",
    ];
    let nulls = vec!["ALL_VALUES", "NULLS_ONLY", "NON_NULLS_ONLY"];
    let kinds = vec!["THIS", "LAST", "PREVIOUS", "NEXT", "NOW"];
    prop_oneof![
        (name(), prop::sample::select(operators), prop::collection::vec(value(), 0..3), prop::sample::select(nulls), any::<bool>()).prop_map(
            |(c, o, v, n, custom)| {
                let configuration = if custom {
                    json!({"CustomFilterConfiguration": {"MatchOperator": o, "CategoryValue": v.first(), "NullOption": n}})
                } else {
                    json!({"FilterListConfiguration": {"MatchOperator": o, "CategoryValues": v, "NullOption": n}})
                };
                json!({"CategoryFilter": {"FilterId": "f", "Column": reference(c), "Configuration": configuration}})
            }
        ),
        (name(), any::<f64>(), any::<bool>()).prop_map(|(c, v, sum)| {
            let mut filter = json!({"FilterId": "f", "Column": reference(c), "NullOption": "ALL_VALUES",
                "RangeMinimum": {"StaticValue": v}});
            if sum {
                filter["AggregationFunction"] = json!({"NumericalAggregationFunction": {"SimpleNumericalAggregation": "SUM"}});
            }
            json!({"NumericRangeFilter": filter})
        }),
        (name(), prop::sample::select(kinds), any::<i64>()).prop_map(|(c, k, n)| {
            json!({"RelativeDatesFilter": {"FilterId": "f", "Column": reference(c), "NullOption": "ALL_VALUES", "TimeGranularity": "MONTH",
                "RelativeDateType": k, "RelativeDateValue": n, "AnchorDateConfiguration": {"AnchorOption": "NOW"}}})
        }),
        (name(), name(), any::<u8>()).prop_map(|(c, by, n)| {
            json!({"TopBottomFilter": {"FilterId": "f", "Column": reference(c), "Limit": n,
                "AggregationSortConfigurations": [{"Column": reference(by), "SortDirection": "DESC"}]}})
        }),
    ]
}

/// Those of tables and of pivot tables at once: each kind reads its own.
fn totals() -> impl Strategy<Value = Value> {
    (
        any::<u8>(),
        prop::sample::select(vec!["DEFAULT", "SUM", "AVERAGE", "NONE"]),
        prop::sample::select(vec!["ALL", "LAST", "CUSTOM"]),
    )
        .prop_map(|(bits, function, level)| {
            let of = |bit: u8| {
                let visibility = if bits >> bit & 1 == 1 { "VISIBLE" } else { "HIDDEN" };
                json!({"TotalsVisibility": visibility, "FieldLevel": level, "FieldLevelOptions": [{"FieldId": "type"}],
                    "TotalAggregationOptions": [{"FieldId": "m", "TotalAggregationFunction": {"SimpleTotalAggregationFunction": function}}]})
            };
            let mut all = of(0);
            for (bit, name) in [(1, "RowTotalOptions"), (2, "ColumnTotalOptions"), (3, "RowSubtotalOptions"), (4, "ColumnSubtotalOptions")] {
                all[name] = of(bit);
            }
            all
        })
}

fn definition() -> impl Strategy<Value = Value> {
    let kinds = vec![
        (
            "BarChartVisual",
            ["Category", "Values", "Colors", "SmallMultiples"],
        ),
        (
            "LineChartVisual",
            ["Category", "Values", "Colors", "SmallMultiples"],
        ),
        (
            "PieChartVisual",
            ["Category", "Values", "SmallMultiples", "Nothing"],
        ),
        ("TableVisual", ["GroupBy", "Values", "GroupBy", "Values"]),
        ("PivotTableVisual", ["Rows", "Columns", "Values", "Values"]),
        (
            "KPIVisual",
            ["Values", "TargetValues", "TrendGroups", "Nothing"],
        ),
        ("ScatterPlotVisual", ["XAxis", "YAxis", "Category", "Size"]),
        (
            "ComboChartVisual",
            ["Category", "BarValues", "LineValues", "Colors"],
        ),
        ("HeatMapVisual", ["Rows", "Columns", "Values", "Nothing"]),
        (
            "HistogramVisual",
            ["Values", "Nothing", "Nothing", "Nothing"],
        ),
    ];
    (
        prop::sample::select(kinds),
        prop::collection::vec(prop::collection::vec(field(), 0..3), 4),
        prop::collection::vec(filter(), 0..3),
        expression(),
        any::<bool>(),
        prop::option::of(1_u8..5),
        totals(),
    )
        .prop_map(|((kind, wells), fields, filters, calculated, plain, limit, totals)| {
            let mut all = serde_json::Map::new();
            for (well, fields) in wells.iter().zip(fields) {
                all.insert((*well).to_owned(), json!(fields));
            }
            let name = if plain { "UnaggregatedFieldWells" } else { "AggregatedFieldWells" };
            let sort = json!({"CategorySort": [{"ColumnSort": {"SortBy": reference("fare"), "Direction": "DESC"}}],
                "CategoryItemsLimit": {"ItemsLimit": limit, "OtherCategories": if plain { "INCLUDE" } else { "EXCLUDE" }}});
            json!({
                "DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": "arn"}],
                "ParameterDeclarations": [{"StringParameterDeclaration": {"Name": "p", "ParameterValueType": "MULTI_VALUED",
                    "DefaultValues": {"StaticValues": ["it's"]}}}],
                "CalculatedFields": [{"DataSetIdentifier": "d", "Name": "calc", "Expression": calculated}],
                "FilterGroups": [{"FilterGroupId": "g", "Filters": filters, "ScopeConfiguration": {"AllSheets": {}}}],
                "Sheets": [{"SheetId": "s", "Visuals": [{kind: {"VisualId": "v",
                    "ChartConfiguration": {"FieldWells": {name: all}, "SortConfiguration": sort, "TotalOptions": totals}}}]}],
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_or_refused(text in prop_oneof![any::<String>(), expression(), "[-+*/^(){}\\[\\]'\",.$ a-zA-Z0-9]{0,40}"]) {
        if let Ok((sql, _)) = expression::to_sql(&text, &columns(), &ParameterValues::new(), now()) {
            let statement = format!("SELECT {sql} AS x FROM t");
            prop_assert!(Engine::check_syntax(&statement).is_ok(), "{}\n{:?}", statement, Engine::check_syntax(&statement));
        }
    }

    #[test]
    fn a_definition_is_planned_as_one_statement_or_refused(
        definition in definition(),
        selected in prop::option::of((name(), prop::option::of(value()))),
        level in 0..4_usize,
        detail in any::<bool>(),
    ) {
        let read = Definition::read(&definition);
        let parameters = parameter_values(&read, &Value::Null, now());
        let sets = DataSets::from([("d".to_owned(), columns())]);
        let selections: Vec<Selection> = selected
            .into_iter()
            .map(|(c, value)| Selection { data_set: "d".into(), column: c.into(), granularity: None, value })
            .collect();
        let planned = plan(&Request {
            definition: &read, sheet: "s", visual: "v", data_sets: &sets, parameters: &parameters, filters: &[],
            selections: &selections, level, detail, now: now(), limit: None,
        });
        if let Ok(query) = planned {
            let mut statements = vec![query.sql_over("\"t\""), query.count_sql("SELECT * FROM t")];
            statements.extend(query.totals.iter().map(|t| t.sql("SELECT * FROM t")));
            for sql in statements {
                let read = Engine::check_syntax(&sql);
                // What is nested deeper than the engine's limit is refused there.
                let deep = read.as_ref().is_err_and(|e| e.to_string().contains("too deeply"));
                prop_assert!(read.is_ok() || deep, "{}\n{:?}", sql, read);
            }
            // Whatever comes back can be drawn.
            let cells = [None, Some("1"), Some("x"), Some("2020-01-01 00:00:00.000"), Some("-1e308")];
            let totals = vec![vec![vec![Some("1".to_owned()); 3]; 2]; query.totals.len()];
            let rows: Rows = (0..5)
                .map(|r| (0..query.columns.len()).map(|c| cells[(r + c) % 5].map(str::to_owned)).collect())
                .collect();
            let _ = draw(&read.sheets[0].visuals[0], &query, &rows, &query.total_rows(&totals), &Theme::default());
        }
    }
}
