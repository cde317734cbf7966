//! Every kind of chart that `visual` makes, drawn.

use std::collections::BTreeMap;

use chart::{Answered, Renderer, Report, Sheet};
use serde_json::{Value, json};
use visual::{
    Column, ColumnType, DataSets, Definition, Drawing, ParameterValues, Request, Role, Rows, Theme,
    VisualQuery, draw, moment, plan,
};

fn dim(column: &str) -> Value {
    let inner = json!({"FieldId": column, "Column": {"DataSetIdentifier": "taxi", "ColumnName": column}, "DateGranularity": "MONTH"});
    match column {
        "pickup" => json!({"DateDimensionField": inner}),
        "distance" | "fare" => json!({"NumericalDimensionField": inner}),
        _ => json!({"CategoricalDimensionField": inner}),
    }
}

fn sum(column: &str) -> Value {
    json!({"NumericalMeasureField": {"FieldId": format!("{column}.sum"), "Column": {"DataSetIdentifier": "taxi", "ColumnName": column},
        "FormatConfiguration": {"FormatConfiguration": {"CurrencyDisplayFormatConfiguration": {"Symbol": "USD", "Prefix": "'\"\\", "NumberScale": "AUTO"}}}}})
}

/// One visual of each kind, and variants.
fn dashboard() -> Value {
    let (kind, borough, at) = (dim("type"), dim("borough"), dim("pickup"));
    let (fare, distance) = (sum("fare"), sum("distance"));
    let visuals = [
        (
            "BarChartVisual",
            json!({"FieldWells": {"BarChartAggregatedFieldWells": {"Category": [kind], "Values": [fare]}}, "DataLabels": {"Visibility": "VISIBLE"}}),
        ),
        (
            "BarChartVisual",
            json!({"FieldWells": {"BarChartAggregatedFieldWells": {"Category": [kind], "Values": [fare], "Colors": [borough]}}, "Orientation": "VERTICAL"}),
        ),
        (
            "BarChartVisual",
            json!({"FieldWells": {"BarChartAggregatedFieldWells": {"Category": [at], "Values": [fare], "Colors": [kind]}}, "BarsArrangement": "STACKED_PERCENT", "Orientation": "VERTICAL"}),
        ),
        (
            "LineChartVisual",
            json!({"FieldWells": {"LineChartAggregatedFieldWells": {"Category": [at], "Values": [fare, distance]}}}),
        ),
        (
            "LineChartVisual",
            json!({"FieldWells": {"LineChartAggregatedFieldWells": {"Category": [at], "Values": [fare], "Colors": [kind]}}, "Type": "STACKED_AREA"}),
        ),
        (
            "LineChartVisual",
            json!({"FieldWells": {"LineChartAggregatedFieldWells": {"Category": [at], "Values": [fare], "SmallMultiples": [kind]}}, "Type": "AREA"}),
        ),
        (
            "PieChartVisual",
            json!({"FieldWells": {"PieChartAggregatedFieldWells": {"Category": [borough], "Values": [fare]}}, "DataLabels": {"Visibility": "VISIBLE"}}),
        ),
        (
            "PieChartVisual",
            json!({"FieldWells": {"PieChartAggregatedFieldWells": {"Category": [kind], "Values": [fare]}}, "DonutOptions": {"ArcOptions": {"ArcThickness": "MEDIUM"}}}),
        ),
        (
            "ScatterPlotVisual",
            json!({"FieldWells": {"ScatterPlotCategoricallyAggregatedFieldWells": {"XAxis": [fare], "YAxis": [distance], "Category": [borough], "Size": [fare]}}}),
        ),
        (
            "ComboChartVisual",
            json!({"FieldWells": {"ComboChartAggregatedFieldWells": {"Category": [kind], "BarValues": [fare], "LineValues": [distance]}}}),
        ),
        (
            "HeatMapVisual",
            json!({"FieldWells": {"HeatMapAggregatedFieldWells": {"Rows": [kind], "Columns": [borough], "Values": [fare]}}}),
        ),
        (
            "HistogramVisual",
            json!({"FieldWells": {"HistogramAggregatedFieldWells": {"Values": [fare]}}}),
        ),
        (
            "KPIVisual",
            json!({"FieldWells": {"Values": [fare], "TrendGroups": [at]}}),
        ),
        (
            "TableVisual",
            json!({"FieldWells": {"TableAggregatedFieldWells": {"GroupBy": [kind, borough], "Values": [fare, distance]}}}),
        ),
        (
            "PivotTableVisual",
            json!({"FieldWells": {"PivotTableAggregatedFieldWells": {"Rows": [kind], "Columns": [borough], "Values": [fare, distance]}}}),
        ),
    ];
    let visuals: Vec<Value> = visuals
        .into_iter()
        .enumerate()
        .map(|(i, (kind, configuration))| json!({kind: {"VisualId": format!("v{i}"), "ChartConfiguration": configuration}}))
        .collect();
    json!({"DataSetIdentifierDeclarations": [{"Identifier": "taxi", "DataSetArn": "arn"}],
        "Sheets": [{"SheetId": "s", "Name": "Every kind", "Visuals": visuals}]})
}

/// Rows as an engine might answer.
fn rows(query: &VisualQuery) -> Rows {
    let names = ["yellow", "green", "fhv <&> \"x\""];
    let boroughs = [Some("Manhattan"), Some("Queens"), None];
    // One dimension has a value for each row, or for each third.
    let alone = query
        .columns
        .iter()
        .filter(|c| c.role.is_dimension())
        .count()
        == 1;
    let few = alone
        && query
            .columns
            .iter()
            .any(|c| c.role.is_dimension() && c.column.as_deref() != Some("pickup"));
    let histogram = query.columns[0].role == Role::BinStart;
    let mut rows = Vec::new();
    for i in 0..if few && !histogram { 3_u32 } else { 9 } {
        let row = query
            .columns
            .iter()
            .map(|c| match (c.role, c.column.as_deref()) {
                (Role::BinStart, _) => Some((i * 10).to_string()),
                (Role::BinEnd, _) => Some((i * 10 + 10).to_string()),
                (role, Some("type")) if role.is_dimension() => {
                    Some(names[i as usize % 3].to_owned())
                }
                (role, Some("borough")) if role.is_dimension() => {
                    boroughs[if alone { i as usize } else { i as usize / 3 }].map(str::to_owned)
                }
                (_, Some("pickup")) if alone => Some(format!("2020-0{}-01 00:00:00.000", i + 1)),
                (_, Some("pickup")) => Some(format!("2020-0{}-01 00:00:00.000", i / 3 + 1)),
                _ => Some(format!("{}", 1000.5 * f64::from(i % 4 + 1) + f64::from(i))),
            });
        rows.push(row.collect());
    }
    rows
}

fn answered(theme: &Theme) -> (Definition, BTreeMap<String, Answered>) {
    let definition = Definition::read(&dashboard());
    let columns = [
        ("type", ColumnType::String),
        ("borough", ColumnType::String),
        ("fare", ColumnType::Decimal),
        ("distance", ColumnType::Decimal),
        ("pickup", ColumnType::Datetime),
    ];
    let sets = DataSets::from([(
        "taxi".to_owned(),
        columns.map(|(n, k)| Column::new(n, k)).to_vec(),
    )]);
    let mut answers = BTreeMap::new();
    for visual in &definition.sheets[0].visuals {
        let query = plan(&Request {
            definition: &definition,
            sheet: "s",
            visual: &visual.id,
            data_sets: &sets,
            parameters: &ParameterValues::new(),
            filters: &[],
            selections: &[],
            level: 0,
            detail: false,
            now: moment::parse("2021-01-01").unwrap(),
            limit: None,
        })
        .unwrap();
        let answer = Answered {
            title: query.title(visual),
            subtitle: None,
            note: None,
            drawing: draw(visual, &query, &rows(&query), &[], theme),
        };
        answers.insert(visual.id.clone(), answer);
    }
    (definition, answers)
}

#[test]
fn every_kind_of_chart_is_drawn() {
    let renderer = Renderer::new(2);
    for theme in [Theme::default(), Theme::dark()] {
        let (definition, answers) = answered(&theme);
        let specs: Vec<(&Value, f64, f64)> = answers
            .values()
            .filter_map(|a| match &a.drawing {
                Drawing::Chart { spec } => Some((spec, 480.0, 300.0)),
                _ => None,
            })
            .collect();
        assert_eq!(specs.len(), 12);
        for (svg, (spec, ..)) in renderer.charts(&specs).into_iter().zip(&specs) {
            let svg = svg.unwrap_or_else(|e| panic!("{e}: {spec}"));
            // Something stands in the marks, and no number went wrong.
            let marks = svg
                .split("role-mark")
                .skip(1)
                .map(|m| m.matches("<path ").count())
                .max();
            assert!(marks.unwrap_or(0) >= 2, "{marks:?}: {spec}\n{svg}");
            for wrong in ["NaN", "undefined", "Infinity", "[object"] {
                assert!(!svg.contains(wrong), "{wrong}: {spec}\n{svg}");
            }
        }
        let report = Report {
            title: "Every kind".into(),
            notes: Vec::new(),
            sheets: vec![Sheet::of(&definition.sheets[0], answers)],
            theme,
        };
        let pdf = renderer.pdf(&report).unwrap();
        let png = renderer.png(&report, 1.0).unwrap();
        assert!(pdf.len() > 50_000 && png.len() > 50_000);
        if let Ok(folder) = std::env::var("TAXIWAY_KEEP") {
            let name = if report.theme.dark { "dark" } else { "light" };
            std::fs::write(format!("{folder}/{name}.pdf"), pdf).unwrap();
            std::fs::write(format!("{folder}/{name}.png"), png).unwrap();
        }
    }
}
