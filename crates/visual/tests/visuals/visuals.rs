//! Each kind of visual: its figures, and what is drawn.

use serde_json::{Value, json};
use visual::{
    ColumnRef, Definition, Drawing, Filter, FilterTest, Granularity, ParameterValues, Selection,
    distinct_values,
};

use crate::house::{Ask, House, RELATION, data_sets, definition, dim, measure, now, with};

fn bar() -> Value {
    let wells = json!({"BarChartAggregatedFieldWells": {"Category": [dim("type")], "Values": [measure("fare", "AVERAGE")]}});
    definition("BarChartVisual", wells, json!({}))
}

fn table(groups: &[&str], values: &[Value]) -> Value {
    let groups: Vec<Value> = groups.iter().map(|g| dim(g)).collect();
    let wells = json!({"TableAggregatedFieldWells": {"GroupBy": groups, "Values": values}});
    definition("TableVisual", wells, json!({}))
}

fn calculated(definition: Value, name: &str, expression: &str) -> Value {
    let field = json!([{"DataSetIdentifier": "taxi", "Name": name, "Expression": expression}]);
    with(definition, "CalculatedFields", field)
}

fn filtered(definition: Value, filter: Value) -> Value {
    let groups = json!([{"FilterGroupId": "g", "Filters": [filter], "CrossDataset": "SINGLE_DATASET",
        "ScopeConfiguration": {"AllSheets": {}}, "Status": "ENABLED"}]);
    with(definition, "FilterGroups", groups)
}

fn column(name: &str) -> Value {
    json!({"DataSetIdentifier": "taxi", "ColumnName": name})
}

#[test]
fn a_bar_chart_is_sorted_by_its_value() {
    let house = House::open();
    let answered = house.ask(&bar(), &Ask::default());
    let texts: Vec<_> = answered
        .rows
        .iter()
        .map(|r| r[0].as_deref().unwrap())
        .collect();
    assert_eq!(texts, ["fhv", "yellow", "green"]);
    assert!(answered.rows[1][1].as_deref().unwrap().starts_with("18.75"));
    assert_eq!(answered.query.columns[1].label, "Average of fare");
    let Drawing::Chart { spec } = answered.drawing else {
        panic!()
    };
    assert_eq!(spec["mark"]["type"], "bar");
    assert_eq!(spec["data"]["values"][0]["type"], "fhv");
    assert_eq!(spec["data"]["values"][1]["_t"], "18.75");
}

#[test]
fn a_table_groups_and_sorts() {
    let house = House::open();
    let values = [
        measure("fare", "SUM"),
        measure("passengers", "MAX"),
        measure("distance", "COUNT"),
    ];
    let rows = house.texts(&table(&["type"], &values), &Ask::default());
    let rows: Vec<String> = rows.iter().map(|r| r.join(" ")).collect();
    assert_eq!(rows, ["fhv 113.0 6 3", "green 45.5 4 2", "yellow 75.0 3 4"]);
}

#[test]
fn every_aggregation_runs() {
    let house = House::open();
    let want = [
        ("SUM", 62.0),
        ("AVERAGE", 62.0 / 9.0),
        ("MIN", 1.5),
        ("MAX", 20.0),
        ("COUNT", 9.0),
        ("DISTINCT_COUNT", 9.0),
        ("MEDIAN", 6.0),
        ("VAR", 31.923_611),
        ("VARP", 28.376_543),
        ("STDEV", 5.650_098),
        ("STDEVP", 5.326_964),
    ];
    for (name, want) in want {
        let rows = house.texts(&table(&[], &[measure("distance", name)]), &Ask::default());
        let got: f64 = rows[0][0].parse().unwrap();
        assert!((got - want).abs() < 1e-4, "{name}: {got}, not {want}");
    }
    let percentile = json!({"NumericalMeasureField": {"FieldId": "p", "Column": column("fare"),
        "AggregationFunction": {"PercentileAggregation": {"PercentileValue": 25.0}}}});
    let rows = house.texts(&table(&[], &[percentile]), &Ask::default());
    // 5, 8, 12, 15, 18.5, 22, 25, 28, 40, 60: a quarter of the way along 9 steps.
    assert_eq!(rows[0][0].parse::<f64>().unwrap(), 12.75);
    // An even number of values, and none at all.
    let rows = house.texts(
        &table(&["type"], &[measure("fare", "MEDIAN")]),
        &Ask::default(),
    );
    assert_eq!(rows[2][1].parse::<f64>().unwrap(), 13.5);
    let nothing = filtered(
        table(&["type"], &[measure("distance", "MEDIAN")]),
        json!({"NumericEqualityFilter": {
        "FilterId": "f", "Column": column("fare"), "Value": 5.0, "MatchOperator": "EQUALS", "NullOption": "NON_NULLS_ONLY"}}),
    );
    assert_eq!(house.texts(&nothing, &Ask::default()), [["green", "-"]]);
}

#[test]
fn every_kind_of_visual_is_drawn() {
    let house = House::open();
    let (t, b, at) = (dim("type"), dim("borough"), dim("pickup"));
    let (fare, distance) = (measure("fare", "SUM"), measure("distance", "AVERAGE"));
    let cases = [
        (
            "BarChartVisual",
            json!({"BarChartAggregatedFieldWells": {"Category": [t], "Values": [fare], "Colors": [b]}}),
            json!({"BarsArrangement": "STACKED", "Orientation": "VERTICAL", "DataLabels": {"Visibility": "VISIBLE"}}),
        ),
        (
            "BarChartVisual",
            json!({"BarChartAggregatedFieldWells": {"Category": [at], "Values": [fare, distance], "SmallMultiples": [t]}}),
            json!({}),
        ),
        (
            "LineChartVisual",
            json!({"LineChartAggregatedFieldWells": {"Category": [at], "Values": [fare], "Colors": [t]}}),
            json!({"Type": "STACKED_AREA"}),
        ),
        (
            "PieChartVisual",
            json!({"PieChartAggregatedFieldWells": {"Category": [b], "Values": [fare]}}),
            json!({"DonutOptions": {"ArcOptions": {"ArcThickness": "MEDIUM"}}}),
        ),
        (
            "ScatterPlotVisual",
            json!({"ScatterPlotCategoricallyAggregatedFieldWells": {"XAxis": [fare], "YAxis": [distance], "Category": [b], "Size": [measure("passengers", "SUM")]}}),
            json!({}),
        ),
        (
            "ScatterPlotVisual",
            json!({"ScatterPlotUnaggregatedFieldWells": {"XAxis": [dim("fare")], "YAxis": [dim("distance")]}}),
            json!({}),
        ),
        (
            "ComboChartVisual",
            json!({"ComboChartAggregatedFieldWells": {"Category": [t], "BarValues": [fare], "LineValues": [distance]}}),
            json!({}),
        ),
        (
            "HeatMapVisual",
            json!({"HeatMapAggregatedFieldWells": {"Rows": [t], "Columns": [b], "Values": [fare]}}),
            json!({}),
        ),
        (
            "HistogramVisual",
            json!({"HistogramAggregatedFieldWells": {"Values": [fare]}}),
            json!({}),
        ),
        (
            "HistogramVisual",
            json!({"HistogramAggregatedFieldWells": {"Values": [fare]}}),
            json!({"BinOptions": {"SelectedBinType": "BIN_WIDTH", "BinWidth": {"Value": 10.0}}}),
        ),
    ];
    for (kind, wells, more) in cases {
        let answered = house.ask(&definition(kind, wells, more), &Ask::default());
        assert!(!answered.rows.is_empty(), "{kind}");
        let Drawing::Chart { spec } = answered.drawing else {
            panic!("{kind}")
        };
        assert_eq!(
            spec["$schema"],
            "https://vega.github.io/schema/vega-lite/v6.json"
        );
    }
}

#[test]
fn a_histogram_counts_every_row_once() {
    let house = House::open();
    let wells = json!({"HistogramAggregatedFieldWells": {"Values": [measure("fare", "SUM")]}});
    let rows = house.texts(
        &definition(
            "HistogramVisual",
            wells.clone(),
            json!({"BinOptions": {"SelectedBinType": "BIN_COUNT", "BinCount": {"Value": 5}}}),
        ),
        &Ask::default(),
    );
    let bins: Vec<String> = rows.iter().map(|r| r.join(" ")).collect();
    assert_eq!(
        bins,
        [
            "5.0 16.0 4",
            "16.0 27.0 3",
            "27.0 38.0 1",
            "38.0 49.0 1",
            "49.0 60.0 1"
        ]
    );
    let rows = house.texts(
        &definition(
            "HistogramVisual",
            wells,
            json!({"BinOptions": {"SelectedBinType": "BIN_WIDTH", "BinWidth": {"Value": 20.0}}}),
        ),
        &Ask::default(),
    );
    let bins: Vec<String> = rows.iter().map(|r| r.join(" ")).collect();
    assert_eq!(
        bins,
        ["0.0 20.0 5", "20.0 40.0 3", "40.0 60.0 1", "60.0 80.0 1"]
    );
}

#[test]
fn a_kpi_compares_the_last_month_with_the_one_before() {
    let house = House::open();
    let wells = json!({"Values": [measure("fare", "SUM")], "TrendGroups": [dim("pickup")]});
    let answered = house.ask(&definition("KPIVisual", wells, json!({})), &Ask::default());
    let Drawing::Kpi(kpi) = answered.drawing else {
        panic!()
    };
    assert_eq!(
        (kpi.value.as_str(), kpi.at.as_deref()),
        ("53", Some("Feb 2021"))
    );
    let comparison = kpi.comparison.unwrap();
    assert_eq!(
        (comparison.label.as_str(), comparison.value.as_str()),
        ("Jan 2021", "60")
    );
    assert_eq!(
        (comparison.difference.as_str(), comparison.direction),
        ("-11.67%", "down")
    );
    assert_eq!(kpi.trend.len(), 5);
}

#[test]
fn a_pivot_table_has_a_cell_for_each_group() {
    let house = House::open();
    let wells = json!({"PivotTableAggregatedFieldWells": {"Rows": [dim("type")], "Columns": [dim("borough")], "Values": [measure("fare", "SUM")]}});
    let answered = house.ask(
        &definition("PivotTableVisual", wells, json!({})),
        &Ask::default(),
    );
    let Drawing::Pivot(pivot) = answered.drawing else {
        panic!()
    };
    assert_eq!(
        pivot.columns,
        [
            ["Bronx"],
            ["Brooklyn"],
            ["Manhattan"],
            ["O'Hare \"x\""],
            ["Queens"],
            ["null"]
        ]
    );
    assert_eq!(pivot.rows[2].path, ["yellow"]);
    assert_eq!(pivot.rows[2].cells, ["", "", "20", "", "40", "15"]);
}

#[test]
fn a_limit_keeps_the_best_and_sums_the_rest_up() {
    let house = House::open();
    let wells = json!({"BarChartAggregatedFieldWells": {"Category": [dim("borough")], "Values": [measure("fare", "AVERAGE")]}});
    let limit = |other: &str| json!({"SortConfiguration": {"CategoryItemsLimit": {"ItemsLimit": 2, "OtherCategories": other}}});
    let rows = house.texts(
        &definition("BarChartVisual", wells.clone(), limit("EXCLUDE")),
        &Ask::default(),
    );
    let names: Vec<&str> = rows.iter().map(|r| r[0].as_str()).collect();
    assert_eq!(names, ["O'Hare \"x\"", "Queens"]);
    let rows = house.texts(
        &definition("BarChartVisual", wells, limit("INCLUDE")),
        &Ask::default(),
    );
    assert_eq!(rows[2][0], "Other");
    // The average of the rest's rows, not of their averages.
    let rest: f64 = rows[2][1].parse().unwrap();
    assert!(
        (rest - (8.0 + 12.0 + 15.0 + 18.5 + 5.0 + 25.0 + 28.0) / 7.0).abs() < 1e-9,
        "{rest}"
    );
}

#[test]
fn filters_of_every_kind() {
    let house = House::open();
    let count = || table(&[], &[measure("fare", "COUNT")]);
    let check = |filter: Value, want: &str| {
        let rows = house.texts(&filtered(count(), filter.clone()), &Ask::default());
        assert_eq!(rows[0][0], want, "{filter}");
    };
    let category = |configuration: Value| json!({"CategoryFilter": {"FilterId": "f", "Column": column("borough"), "Configuration": configuration}});
    let list = |operator: &str, values: Value, nulls: &str| {
        category(
            json!({"FilterListConfiguration": {"MatchOperator": operator, "CategoryValues": values, "NullOption": nulls}}),
        )
    };
    check(
        list(
            "CONTAINS",
            json!(["Bronx", "O'Hare \"x\""]),
            "NON_NULLS_ONLY",
        ),
        "3",
    );
    check(list("CONTAINS", json!(["Bronx"]), "ALL_VALUES"), "3");
    check(
        list("DOES_NOT_CONTAIN", json!(["Bronx"]), "NON_NULLS_ONLY"),
        "7",
    );
    check(list("CONTAINS", json!([]), "NULLS_ONLY"), "1");
    let custom = |operator: &str, value: &str| {
        category(
            json!({"CustomFilterConfiguration": {"MatchOperator": operator, "CategoryValue": value, "NullOption": "NON_NULLS_ONLY"}}),
        )
    };
    check(custom("STARTS_WITH", "Bro"), "4");
    check(custom("ENDS_WITH", "n"), "4");
    check(custom("CONTAINS", "%"), "0");
    check(custom("DOES_NOT_EQUAL", "Bronx"), "7");
    let number = |more: Value| {
        let mut filter =
            json!({"FilterId": "f", "Column": column("fare"), "NullOption": "NON_NULLS_ONLY"});
        filter
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        filter
    };
    check(
        json!({"NumericEqualityFilter": number(json!({"Value": 12.0, "MatchOperator": "DOES_NOT_EQUAL"}))}),
        "9",
    );
    check(
        json!({"NumericRangeFilter": number(json!({"RangeMinimum": {"StaticValue": 8.0}, "RangeMaximum": {"StaticValue": 25.0}, "IncludeMinimum": true}))}),
        "5",
    );
    let time = |more: Value| {
        let mut filter =
            json!({"FilterId": "f", "Column": column("pickup"), "NullOption": "NON_NULLS_ONLY"});
        filter
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        filter
    };
    // 2020-01-31 to 2020-02-29, whole days, both included.
    check(
        json!({"TimeRangeFilter": time(json!({"RangeMinimumValue": {"StaticValue": 1_580_428_800}, "RangeMaximumValue": {"StaticValue": "2020-02-29T00:00:00Z"},
        "IncludeMinimum": true, "IncludeMaximum": true, "TimeGranularity": "DAY"}))}),
        "3",
    );
    check(
        json!({"TimeRangeFilter": time(json!({"RangeMinimumValue": {"RollingDate": {"Expression": "addDateTime(-1, 'DD', truncDate('DD', now()))"}}, "IncludeMinimum": true, "TimeGranularity": "DAY"}))}),
        "2",
    );
    check(
        json!({"TimeEqualityFilter": time(json!({"Value": "2020-01-15T00:00:00Z", "TimeGranularity": "MONTH"}))}),
        "3",
    );
    let relative = |kind: &str, unit: &str, n: i64| json!({"RelativeDatesFilter": time(json!({"AnchorDateConfiguration": {"AnchorOption": "NOW"}, "TimeGranularity": unit, "RelativeDateType": kind, "RelativeDateValue": n}))});
    check(relative("THIS", "YEAR", 1), "3");
    check(relative("PREVIOUS", "YEAR", 1), "7");
    check(relative("LAST", "DAY", 2), "2");
    check(relative("NOW", "MONTH", 1), "2");
    check(
        json!({"NestedFilter": {"FilterId": "f", "Column": column("type"), "IncludeInnerSet": false, "InnerFilter": {"CategoryInnerFilter": {"Column": column("borough"),
        "Configuration": {"FilterListConfiguration": {"MatchOperator": "CONTAINS", "CategoryValues": ["Queens"]}}}}}}),
        "3",
    );
}

#[test]
fn next_and_last_count_their_periods() {
    let house = House::open();
    let declared = json!([{"DateTimeParameterDeclaration": {"Name": "day",
        "DefaultValues": {"StaticValues": ["2020-01-15T00:00:00Z"]}}}]);
    for (kind, months, want) in [
        ("NEXT", 1, "2"),
        ("NEXT", 2, "4"),
        ("NEXT", 13, "7"),
        ("LAST", 1, "3"),
    ] {
        let filter = json!({"RelativeDatesFilter": {"FilterId": "f", "Column": column("pickup"), "NullOption": "NON_NULLS_ONLY",
            "AnchorDateConfiguration": {"AnchorOption": "NOW", "ParameterName": "day"}, "TimeGranularity": "MONTH",
            "RelativeDateType": kind, "RelativeDateValue": months}});
        let counted = filtered(table(&[], &[measure("fare", "COUNT")]), filter);
        let counted = with(counted, "ParameterDeclarations", declared.clone());
        let rows = house.texts(&counted, &Ask::default());
        assert_eq!(rows[0][0], want, "{kind} {months}");
    }
}

#[test]
fn filters_on_aggregates_and_the_best() {
    let house = House::open();
    let fares = || table(&["borough"], &[measure("fare", "SUM")]);
    let having = filtered(
        fares(),
        json!({"NumericRangeFilter": {"FilterId": "f", "Column": column("fare"), "NullOption": "NON_NULLS_ONLY",
        "RangeMinimum": {"StaticValue": 53.0}, "AggregationFunction": {"NumericalAggregationFunction": {"SimpleNumericalAggregation": "SUM"}}}}),
    );
    let names: Vec<String> = house
        .texts(&having, &Ask::default())
        .iter()
        .map(|r| r[0].clone())
        .collect();
    assert_eq!(names, ["O'Hare \"x\"", "Queens"]);
    let best = filtered(
        fares(),
        json!({"TopBottomFilter": {"FilterId": "f", "Column": column("borough"), "Limit": 2,
        "AggregationSortConfigurations": [{"Column": column("fare"), "SortDirection": "ASC", "AggregationFunction": {"NumericalAggregationFunction": {"SimpleNumericalAggregation": "SUM"}}}]}}),
    );
    let names: Vec<String> = house
        .texts(&best, &Ask::default())
        .iter()
        .map(|r| r[0].clone())
        .collect();
    assert_eq!(names, ["Bronx", "Manhattan"]);
}

#[test]
fn calculated_fields_in_every_stage() {
    let house = House::open();
    let of = |expression: &str| {
        let measure = json!({"NumericalMeasureField": {"FieldId": "c", "Column": column("calc")}});
        calculated(table(&["type"], &[measure]), "calc", expression)
    };
    let check = |expression: &str, want: [&str; 3]| {
        let rows = house.texts(&of(expression), &Ask::default());
        let got: Vec<String> = rows.iter().map(|r| r[1].clone()).collect();
        let close = got.iter().zip(want).all(|(g, w)| {
            g == w
                || g.parse::<f64>()
                    .ok()
                    .zip(w.parse::<f64>().ok())
                    .is_some_and(|(a, b)| (a - b).abs() < 1e-6)
        });
        assert!(
            close && got.len() == 3,
            "{expression}: {got:?}, not {want:?}"
        );
    };
    // fhv, green, yellow
    check("{fare} / {passengers}", ["36.5", "41.75", "59"]);
    check(
        "sum(fare) / sum(passengers)",
        ["11.3", "7.5833333333", "10.714285714"],
    );
    check("sumIf({fare}, {borough} = 'Queens')", ["-", "22", "40"]);
    check(
        "ifelse(sum(fare) > 50, 'much', 'little')",
        ["much", "little", "much"],
    );
    check(
        "percentOfTotal(sum(fare))",
        ["0.483940042", "0.194860813", "0.321199143"],
    );
    check("rank([sum(fare) DESC])", ["1", "3", "2"]);
    check(
        "runningSum(sum(fare), [type ASC])",
        ["113", "158.5", "233.5"],
    );
    check(
        "difference(sum(fare), [type ASC], -1)",
        ["-", "-67.5", "29.5"],
    );
    check("lag(sum(fare), [type ASC], 1)", ["-", "113", "45.5"]);
    check("sumOver(sum(fare), [])", ["233.5", "233.5", "233.5"]);
    check("max(sumOver(fare, [borough], PRE_AGG))", ["60", "62", "62"]);
    check(
        "avg(sumOver(fare, [type], PRE_FILTER))",
        ["113", "45.5", "75"],
    );
    check(
        "sum(fare) - runningSum(sum(fare), [type ASC])",
        ["0", "-113", "-158.5"],
    );
    check(
        "windowAvg(sum(fare), [type ASC], 1, 0)",
        ["113", "79.25", "60.25"],
    );
    check("firstValue(sum(fare), [type ASC])", ["113", "113", "113"]);
    check("median(fare)", ["28", "18.5", "13.5"]);
    check("percentileDisc(fare, 50)", ["28", "18.5", "12"]);
    check("distinct_count(borough)", ["2", "2", "2"]);
    check(
        "periodToDateSum(fare, pickup, YEAR, parseDate('2021-02-14', 'yyyy-MM-dd'))",
        ["60", "-", "-"],
    );
    check("denseRank([avg(passengers) ASC])", ["3", "2", "1"]);
}

#[test]
fn functions_on_rows() {
    let house = House::open();
    let check = |expression: &str, want: &str| {
        let wells = json!({"TableUnaggregatedFieldWells": {"Values": [{"FieldId": "c", "Column": column("calc")}]}});
        let definition = calculated(
            definition("TableVisual", wells, json!({})),
            "calc",
            expression,
        );
        let definition = filtered(
            definition,
            json!({"NumericEqualityFilter": {"FilterId": "f", "Column": column("fare"), "Value": 12.0, "MatchOperator": "EQUALS", "NullOption": "NON_NULLS_ONLY"}}),
        );
        let rows = house.texts(&definition, &Ask::default());
        assert_eq!(rows[0][0], want, "{expression}");
    };
    // yellow, Manhattan, 2.5, 12.0, 2, 2020-01-15 11:30:00
    for (expression, want) in [
        ("concat(type, '-', passengers)", "yellow-2"),
        ("left({borough}, 3)", "Man"),
        ("right(borough, 4)", "ttan"),
        ("substring(borough, 2, 3)", "anh"),
        ("replace(borough, 'hat', 'x')", "Manxtan"),
        ("split('a,b,c', ',', 2)", "b"),
        ("strlen(borough)", "9"),
        ("toUpper(type)", "YELLOW"),
        ("locate(borough, 'a')", "2"),
        ("locate(borough, 'a', 3)", "5"),
        (
            "ifelse(contains(borough, 'MAN', CASE_INSENSITIVE), 1, 0)",
            "1",
        ),
        (
            "ifelse(startsWith(borough, 'Man') AND NOT endsWith(borough, 'x'), 'y', 'n')",
            "y",
        ),
        ("switch(type, 'green', 1, 'yellow', 2, 3)", "2"),
        ("ifelse(in(type, ['green', 'yellow']), 'in', 'out')", "in"),
        ("coalesce(nullIf(type, 'yellow'), 'none')", "none"),
        ("ifelse(isNull(borough), 1, isNotNull(fare), 2, 3)", "2"),
        ("round(distance * 3.333, 1)", "8.3"),
        ("ceil(distance) + floor(distance)", "5"),
        ("abs(-passengers)", "2"),
        ("mod(7, passengers)", "1"),
        ("passengers ^ 3", "8.0"),
        ("7 % 4", "3"),
        ("5 + 7 * 3", "26"),
        ("(5 + 7) * 3 - 1", "35"),
        ("fare / 0", "-"),
        ("parseInt('12') + 1", "13"),
        ("parseInt('x')", "-"),
        ("toString(passengers)", "2"),
        ("extract('YYYY', pickup)", "2020"),
        ("extract('WD', pickup)", "4"),
        ("extract('Q', pickup)", "1"),
        (
            "dateDiff(pickup, parseDate('2020-03-20', 'yyyy-MM-dd'))",
            "64",
        ),
        (
            "dateDiff(pickup, parseDate('2020-03-20', 'yyyy-MM-dd'), 'MM')",
            "2",
        ),
        (
            "formatDate(addDateTime(1, 'MM', pickup), 'yyyy-MM-dd HH:mm')",
            "2020-02-15 11:30",
        ),
        (
            "formatDate(truncDate('Q', pickup), 'dd/MM/yyyy')",
            "01/01/2020",
        ),
        // The week begins on Sunday.
        (
            "formatDate(truncDate('WK', pickup), 'yyyy-MM-dd')",
            "2020-01-12",
        ),
        ("formatDate(now(), 'yyyy')", "2021"),
        ("formatDate(epochDate(0), 'yyyy-MM-dd')", "1970-01-01"),
        (
            "formatDate(parseDate('03/02/2020', 'dd/MM/yyyy'), 'MMM d')",
            "Feb 3",
        ),
        ("isWorkDay(pickup)", "1"),
        ("isWorkDay(parseDate('2022-08-06'))", "0"),
        ("toString(pickup)", "2020-01-15T11:30:00.000Z"),
        (
            "formatDate(addDateTime(7, 'MS', pickup), 'kk:mm:ss.SSS')",
            "11:30:00.007",
        ),
        ("formatDate(pickup, \"'%f' SSS\")", "%f 000"),
        // What does not conform to the format has no value.
        ("parseDate(borough, 'MM/dd/yyyy')", "-"),
        (
            "dateDiff(pickup, addDateTime(3, 'SECONDS', pickup), 'SS')",
            "3",
        ),
        ("parseJson('{\"a\": {\"b\": 5}}', '$.a.b')", "5"),
        ("'it''s' /* a remark */", "it's"),
        ("log(100)", "2.0"),
        ("sqrt(passengers * 8)", "4.0"),
    ] {
        check(expression, want);
    }
}

/// What a calculated field comes to on one row, as its values are.
fn calculation(house: &House, expression: &str) -> String {
    let wells = json!({"TableUnaggregatedFieldWells": {"Values": [{"FieldId": "c", "Column": column("calc")}]}});
    let definition = calculated(
        definition("TableVisual", wells, json!({})),
        "calc",
        expression,
    );
    let fare = json!({"NumericEqualityFilter": {"FilterId": "f", "Column": column("fare"), "Value": 12.0, "MatchOperator": "EQUALS", "NullOption": "NON_NULLS_ONLY"}});
    let rows = house.texts(&filtered(definition, fare), &Ask::default());
    rows[0][0].clone()
}

/// The values of AWS's pages, and each day of a week against counting one by one.
#[test]
fn work_days() {
    let house = House::open();
    for (start, end, want) in [
        ("2022-09-04", "2022-09-11", "5"),
        ("2022-09-09", "2022-09-02", "-6"),
        ("2022-09-10", "2022-09-11", "0"),
        ("2022-09-12", "2022-09-12", "1"),
        ("2022-09-12 18:00:00", "2022-09-12 08:00:00", "1"),
        ("1969-12-25", "1970-01-05", "8"),
    ] {
        let expression = format!("netWorkDays(parseDate('{start}'), parseDate('{end}'))");
        assert_eq!(calculation(&house, &expression), want, "{expression}");
    }
    for (date, days, want) in [
        ("2022-08-10", "7", "2022-08-19"),
        ("2022-08-06", "7", "2022-08-16"),
        ("2022-08-07", "7", "2022-08-16"),
        ("2022-08-10", "0", "2022-08-10"),
        ("2022-08-06", "0", "2022-08-06"),
        ("2022-08-07 13:00:00", "0", "2022-08-07"),
        ("2022-08-06", "-5", "2022-08-01"),
        ("2022-08-08 23:59:59", "-1", "2022-08-05"),
        ("2022-08-10", "passengers - 2", "2022-08-10"),
        ("2022-08-10", "passengers + 5", "2022-08-19"),
        ("2022-08-10", "-passengers", "2022-08-08"),
    ] {
        let expression =
            format!("formatDate(addWorkDays(parseDate('{date}'), {days}), 'yyyy-MM-dd HH:mm')");
        let want = format!("{want} 00:00");
        assert_eq!(calculation(&house, &expression), want, "{expression}");
    }
    // There and back: counting is inclusive.
    for day in 0..7 {
        for days in [1, 4, 5, 6, 23] {
            let date = format!("addDateTime({day}, 'DD', parseDate('2022-08-08'))");
            // Of a row's own number, so that it is no literal.
            let there =
                format!("netWorkDays({date}, addWorkDays({date}, {days} + passengers - 2))");
            let want = if day < 5 { days + 1 } else { days };
            assert_eq!(calculation(&house, &there), want.to_string(), "{there}");
            let back = format!("netWorkDays({date}, addWorkDays({date}, -{days}))");
            assert_eq!(calculation(&house, &back), format!("-{want}"), "{back}");
        }
    }
    let nothing = "addWorkDays(parseDate(borough), 1)";
    assert_eq!(calculation(&house, nothing), "-");
    assert_eq!(
        calculation(&house, "netWorkDays(parseDate(borough), pickup)"),
        "-"
    );
    assert_eq!(calculation(&house, "isWorkDay(parseDate(borough))"), "-");
}

#[test]
fn parameters_and_clicks() {
    let house = House::open();
    let parameters = json!([
        {"StringParameterDeclaration": {"Name": "kinds", "ParameterValueType": "MULTI_VALUED", "DefaultValues": {"StaticValues": ["green"]}}},
        {"DecimalParameterDeclaration": {"Name": "least", "ParameterValueType": "SINGLE_VALUED", "DefaultValues": {"StaticValues": [10.0]}}},
    ]);
    let counted = with(
        table(&[], &[measure("fare", "COUNT")]),
        "ParameterDeclarations",
        parameters,
    );
    let by_parameter = with(
        filtered(
            counted.clone(),
            json!({"CategoryFilter": {"FilterId": "f", "Column": column("type"),
        "Configuration": {"CustomFilterConfiguration": {"MatchOperator": "EQUALS", "ParameterName": "kinds", "NullOption": "NON_NULLS_ONLY"}}}}),
        ),
        "CalculatedFields",
        json!([]),
    );
    let given = |parameters: Value| Ask {
        parameters,
        ..Ask::default()
    };
    assert_eq!(house.texts(&by_parameter, &Ask::default())[0][0], "3");
    assert_eq!(
        house.texts(&by_parameter, &given(json!({"kinds": ["green", "yellow"]})))[0][0],
        "7"
    );
    assert_eq!(
        house.texts(
            &by_parameter,
            &given(json!({"StringParameters": [{"Name": "kinds", "Values": ["x' OR '1'='1"]}]}))
        )[0][0],
        "0"
    );
    assert_eq!(
        house.texts(&by_parameter, &given(json!({"kinds": []})))[0][0],
        "10"
    );
    let measure = json!({"CalculatedMeasureField": {"FieldId": "m", "Expression": "countIf(fare, fare >= ${least} AND in(type, ${kinds}))"}});
    let expressed = with(
        table(&[], &[measure]),
        "ParameterDeclarations",
        counted["ParameterDeclarations"].clone(),
    );
    assert_eq!(house.texts(&expressed, &Ask::default())[0][0], "2");
    let click = |column: &str, value: Option<&str>| Ask {
        selections: vec![Selection {
            data_set: "taxi".into(),
            column: column.into(),
            granularity: None,
            value: value.map(str::to_owned),
        }],
        ..Ask::default()
    };
    assert_eq!(
        house.texts(&counted, &click("borough", Some("O'Hare \"x\"")))[0][0],
        "1"
    );
    assert_eq!(house.texts(&counted, &click("borough", None))[0][0], "1");
    assert_eq!(
        house.texts(&counted, &click("passengers", Some("2")))[0][0],
        "3"
    );
    let month = Ask {
        selections: vec![Selection {
            data_set: "taxi".into(),
            column: "pickup".into(),
            granularity: Some(visual::Granularity::Month),
            value: Some("2021-02-01 00:00:00.000".into()),
        }],
        detail: true,
        ..Ask::default()
    };
    let detail = house.ask(&counted, &month);
    assert_eq!((detail.rows.len(), detail.query.columns.len()), (2, 6));
}

#[test]
fn drilling_down_shows_the_next_level() {
    let house = House::open();
    let wells = json!({"BarChartAggregatedFieldWells": {"Category": [dim("type"), dim("borough")], "Values": [measure("fare", "SUM")]}});
    let chart = definition("BarChartVisual", wells, json!({}));
    assert_eq!(house.texts(&chart, &Ask::default()).len(), 3);
    let below = Ask {
        level: 1,
        selections: vec![Selection {
            data_set: "taxi".into(),
            column: "type".into(),
            granularity: None,
            value: Some("green".into()),
        }],
        ..Ask::default()
    };
    let rows = house.texts(&chart, &below);
    let names: Vec<&str> = rows.iter().map(|r| r[0].as_str()).collect();
    // 23.5 and 22.
    assert_eq!(names, ["Bronx", "Queens"]);
}

#[test]
fn a_control_offers_the_values_that_are_there() {
    let house = House::open();
    let definition = Definition::read(&bar());
    let column = ColumnRef {
        data_set: "taxi".into(),
        column: "borough".into(),
    };
    let only = Filter {
        id: String::new(),
        column: ColumnRef {
            data_set: "taxi".into(),
            column: "fare".into(),
        },
        test: FilterTest::Between {
            minimum: Some("15".into()),
            maximum: Some("28".into()),
            unit: None,
        },
    };
    let query = distinct_values(
        &definition,
        &data_sets(),
        &column,
        &[only],
        &ParameterValues::new(),
        now(),
    )
    .unwrap();
    let rows = house.rows(&query.sql(RELATION)).unwrap();
    let values: Vec<Option<&str>> = rows.iter().map(|r| r[0].as_deref()).collect();
    assert_eq!(
        values,
        [Some("Bronx"), Some("Brooklyn"), Some("Queens"), None]
    );
    assert_eq!(
        house.rows(&query.count_sql(RELATION)).unwrap(),
        [[Some("4".to_owned())]]
    );
}

#[test]
fn chosen_values_of_any_type() {
    let house = House::open();
    let check = |column: &str, test: FilterTest, want: usize| {
        let filter = Filter {
            id: String::new(),
            column: ColumnRef {
                data_set: "taxi".into(),
                column: column.into(),
            },
            test: test.clone(),
        };
        let ask = Ask {
            given: vec![filter],
            detail: true,
            ..Ask::default()
        };
        assert_eq!(
            house.ask(&bar(), &ask).rows.len(),
            want,
            "{column} {test:?}"
        );
    };
    let some = |values: &[Option<&str>], unit| FilterTest::OneOf {
        values: values.iter().map(|v| v.map(str::to_owned)).collect(),
        unit,
    };
    check("borough", some(&[Some("O'Hare \"x\""), None], None), 2);
    check("passengers", some(&[Some("2"), Some("3.0")], None), 4);
    check(
        "pickup",
        some(&[Some("2020-01-01 00:00:00.000")], Some(Granularity::Month)),
        3,
    );
    check("pickup", some(&[Some("2021-01-01T00:00:00Z")], None), 1);
    check("borough", some(&[], None), 0);
    let between = |a: Option<&str>, b: Option<&str>, unit| FilterTest::Between {
        minimum: a.map(str::to_owned),
        maximum: b.map(str::to_owned),
        unit,
    };
    check("fare", between(Some("12"), Some("25.0"), None), 5);
    check(
        "pickup",
        between(Some("2020-03-15"), None, Some(Granularity::Day)),
        4,
    );
    check(
        "pickup",
        between(None, Some("2020-01-15"), Some(Granularity::Day)),
        2,
    );
    check("pickup", between(None, Some("2020-01-15"), None), 1);
}

#[test]
fn a_title_is_made_of_the_fields() {
    let house = House::open();
    let answered = house.ask(&bar(), &Ask::default());
    let visual = &Definition::read(&bar()).sheets[0].visuals[0];
    assert_eq!(
        answered.query.title(visual).as_deref(),
        Some("Average of fare by type")
    );
}
