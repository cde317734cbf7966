//! The figures of random visuals, by SPICE and by direct query, equal Athena's for the same question.

use serde_json::{Value, json};

use crate::support::House;

/// Definitions that are tried.
const DEFINITIONS: u64 = 40;

/// A small generator: the same questions on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn csv(dice: &mut Dice) -> String {
    let mut out = String::new();
    for _ in 0..400 {
        let kind = ["green", "yellow", "fhv", ""][dice.roll(4)];
        let (month, day, hour) = (1 + dice.roll(12), 1 + dice.roll(28), dice.roll(24));
        let distance = if dice.roll(10) == 0 {
            String::new()
        } else {
            format!("{}.{}", dice.roll(30), dice.roll(100))
        };
        let riders = if dice.roll(10) == 0 {
            String::new()
        } else {
            dice.roll(7).to_string()
        };
        out.push_str(&format!(
            "{kind},2020-{month:02}-{day:02} {hour:02}:00:00,{distance},{riders}\n"
        ));
    }
    out
}

/// A question: the visual, and the SQL that a person would write for its figures and for each of its totals,
/// which names what the dimensions are in its answer.
struct Question {
    definition: Value,
    figures: String,
    totals: Vec<(Vec<Named>, String)>,
}

/// What a dimension is in a total: one of its values, a label, or nothing.
#[derive(Clone, Copy, Debug)]
enum Named {
    Value,
    Label(&'static str),
    Nothing,
}

fn question(dice: &mut Dice, arn: &str) -> Question {
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    let mut groups = Vec::new();
    let mut names = Vec::new();
    for (i, (name, kind)) in [("kind", "text"), ("at", "date"), ("riders", "number")]
        .iter()
        .enumerate()
    {
        if dice.roll(2) == 0 {
            continue;
        }
        let unit = ["MONTH", "DAY", "QUARTER"][dice.roll(3)];
        let (field, sql) = match *kind {
            "date" => (
                json!({"DateDimensionField": {"FieldId": format!("g{i}"), "Column": column(name), "DateGranularity": unit}}),
                format!("date_trunc('{}', {name})", unit.to_lowercase()),
            ),
            "number" => (
                json!({"NumericalDimensionField": {"FieldId": format!("g{i}"), "Column": column(name)}}),
                (*name).to_owned(),
            ),
            _ => (
                json!({"CategoricalDimensionField": {"FieldId": format!("g{i}"), "Column": column(name)}}),
                (*name).to_owned(),
            ),
        };
        groups.push(field);
        names.push(sql);
    }
    let (measure, sql) = [
        ("SUM", "sum"),
        ("AVERAGE", "avg"),
        ("MIN", "min"),
        ("MAX", "max"),
        ("COUNT", "count"),
        ("DISTINCT_COUNT", "count(DISTINCT"),
        ("VAR", "var_samp"),
        ("STDEVP", "stddev_pop"),
    ][dice.roll(8)];
    let of = ["distance", "riders"][dice.roll(2)];
    let value = json!({"NumericalMeasureField": {"FieldId": "m", "Column": column(of),
        "AggregationFunction": {"SimpleNumericalAggregation": measure}}});
    let value_sql = if sql.contains('(') {
        format!("{sql} {of})")
    } else {
        format!("{sql}({of})")
    };
    let (filter, condition) = match dice.roll(3) {
        0 => (None, "TRUE".to_owned()),
        1 => (
            Some(
                json!({"CategoryFilter": {"FilterId": "f", "Column": column("kind"), "Configuration": {
                "FilterListConfiguration": {"MatchOperator": "CONTAINS", "CategoryValues": ["green", "fhv"], "NullOption": "NON_NULLS_ONLY"}}}}),
            ),
            "kind IN ('green', 'fhv')".to_owned(),
        ),
        _ => {
            let least = dice.roll(20);
            (
                Some(
                    json!({"NumericRangeFilter": {"FilterId": "f", "Column": column("distance"), "NullOption": "NON_NULLS_ONLY",
                    "RangeMinimum": {"StaticValue": least}, "IncludeMinimum": true}}),
                ),
                format!("distance >= {least}"),
            )
        }
    };
    // Half of them are pivot tables, the last dimension across.
    let across = if dice.roll(2) == 0 {
        groups.len().min(1)
    } else {
        0
    };
    let down = groups.len() - across;
    let visible = json!({"TotalsVisibility": "VISIBLE"});
    let visual = if across == 1 {
        json!({"PivotTableVisual": {"VisualId": "v1", "ChartConfiguration": {
            "FieldWells": {"PivotTableAggregatedFieldWells": {"Rows": groups[..down], "Columns": groups[down..], "Values": [value]}},
            "TotalOptions": {"RowTotalOptions": visible, "ColumnTotalOptions": visible, "RowSubtotalOptions": visible}}}})
    } else {
        json!({"TableVisual": {"VisualId": "v1", "ChartConfiguration": {
            "FieldWells": {"TableAggregatedFieldWells": {"GroupBy": groups, "Values": [value]}},
            "TotalOptions": visible}}})
    };
    let mut definition = json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "Sheets": [{"SheetId": "s1", "Name": "s", "Visuals": [visual]}],
    });
    if let Some(filter) = filter {
        definition["FilterGroups"] = json!([{"FilterGroupId": "g", "CrossDataset": "SINGLE_DATASET", "Status": "ENABLED",
            "ScopeConfiguration": {"AllSheets": {}}, "Filters": [filter]}]);
    }
    let asked = |kept: &[usize]| {
        let list: String = kept.iter().map(|i| format!("{}, ", names[*i])).collect();
        let keys: Vec<String> = (1..=kept.len()).map(|i| i.to_string()).collect();
        let group = match kept {
            [] => String::new(),
            _ => format!(" GROUP BY {}", keys.join(", ")),
        };
        format!("SELECT {list}{value_sql} FROM trips WHERE {condition}{group}")
    };
    let all: Vec<usize> = (0..names.len()).collect();
    // How many dimensions are kept down and across.
    let mut sets = vec![(down, across)];
    if down > 0 {
        sets.push((0, across));
    }
    if across == 1 {
        sets.push((down, 0));
        sets.extend((down > 0).then_some((0, 0)));
        if down > 1 {
            sets.extend([(down - 1, across), (down - 1, 0)]);
        }
    }
    let total = |(rows, columns): (usize, usize)| {
        let named = |i: usize| {
            let (place, kept, label) = if i < down {
                (i, rows, if rows == 0 { "Total" } else { "Subtotal" })
            } else {
                (i - down, columns, "Total")
            };
            match place.cmp(&kept) {
                std::cmp::Ordering::Less => Named::Value,
                std::cmp::Ordering::Equal => Named::Label(label),
                std::cmp::Ordering::Greater => Named::Nothing,
            }
        };
        let kept = |i: &usize| matches!(named(*i), Named::Value);
        let kept: Vec<usize> = all.iter().copied().filter(kept).collect();
        (all.iter().map(|i| named(*i)).collect(), asked(&kept))
    };
    Question {
        definition,
        figures: asked(&all),
        totals: sets.into_iter().skip(1).map(total).collect(),
    }
}

/// Numbers to ten digits, so that the order of a sum does not matter; rows in one order.
fn settled(rows: Vec<Vec<Option<String>>>) -> Vec<Vec<String>> {
    let cell = |cell: Option<String>| {
        let text = cell.unwrap_or_else(|| "∅".into());
        text.parse::<f64>().map_or(text, |n| format!("{n:.9e}"))
    };
    let mut rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|r| r.into_iter().map(cell).collect())
        .collect();
    rows.sort();
    rows
}

fn read(csv: &str) -> Vec<Vec<Option<String>>> {
    let cell = |text: &str| match text {
        "" => None,
        "\"\"" => Some(String::new()),
        text => Some(text.to_owned()),
    };
    csv.lines()
        .skip(1)
        .map(|line| line.split(',').map(cell).collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn random_visuals_have_athenas_figures() {
    let house = House::open().await;
    let mut dice = Dice(20_200_202);
    house.trips(&csv(&mut dice)).await;
    for (id, mode) in [("spice", "SPICE"), ("direct", "DIRECT_QUERY")] {
        let set =
            json!({"DataSetId": id, "ImportMode": mode, "PhysicalTableMap": house.trips_table()});
        house.data_set(set).await;
    }
    for i in 0..DEFINITIONS {
        let mode = if i % 4 == 0 { "direct" } else { "spice" };
        let Question {
            definition,
            figures: sql,
            totals,
        } = question(&mut dice, &house.arn(&format!("dataset/{mode}")));
        let id = format!("d{i}");
        let made = json!({"DashboardId": id, "Name": id, "Definition": definition});
        house.ok("CreateDashboard", made).await;
        let ours = house
            .csv(&id, "v1", json!({}))
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let mut theirs = house.athena(&sql).await;
        // Where there are no figures there are no totals of them.
        let some = !theirs.is_empty();
        for (names, sql) in totals.iter().filter(|_| some) {
            for row in house.athena(sql).await {
                let mut cells = row.into_iter();
                let mut full: Vec<Option<String>> = names
                    .iter()
                    .map(|name| match name {
                        Named::Value => cells.next().flatten(),
                        Named::Label(label) => Some((*label).to_owned()),
                        Named::Nothing => None,
                    })
                    .collect();
                full.extend(cells);
                theirs.push(full);
            }
        }
        assert_eq!(
            settled(read(&ours)),
            settled(theirs),
            "{mode}: {sql}\n{totals:?}"
        );
    }
}

/// A visual over the trips, asked from SPICE and by direct query.
async fn both(house: &House, id: &str, kind: &str, configuration: &Value, more: &Value) -> Value {
    let mut answers = Vec::new();
    for mode in ["spice", "direct"] {
        let mut definition = json!({
            "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": house.arn(&format!("dataset/{mode}"))}],
            "Sheets": [{"SheetId": "s1", "Name": "s", "Visuals": [{kind: {"VisualId": "v1", "ChartConfiguration": configuration}}]}],
        });
        let members = definition.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let id = format!("{id}-{mode}");
        let made = json!({"DashboardId": id, "Name": id, "Definition": definition});
        house.ok("CreateDashboard", made).await;
        let answer = house.csv(&id, "v1", json!({})).await;
        answers.push(answer.unwrap_or_else(|e| panic!("{id}: {e} {more}")));
    }
    let [spice, direct] = [&answers[0], &answers[1]].map(|csv| settled(read(csv)));
    assert_eq!(spice, direct, "{id} {configuration} {more}");
    json!(spice)
}

#[tokio::test(flavor = "multi_thread")]
async fn spice_and_direct_query_answer_alike() {
    let house = House::open().await;
    let mut dice = Dice(20_220_810);
    house.trips(&csv(&mut dice)).await;
    for (id, mode) in [("spice", "SPICE"), ("direct", "DIRECT_QUERY")] {
        let set =
            json!({"DataSetId": id, "ImportMode": mode, "PhysicalTableMap": house.trips_table()});
        house.data_set(set).await;
    }
    let column = |name: &str| json!({"DataSetIdentifier": "trips", "ColumnName": name});
    let measure = |name: &str, how: &str| {
        json!({"NumericalMeasureField": {"FieldId": format!("{name}.{how}"), "Column": column(name),
            "AggregationFunction": {"SimpleNumericalAggregation": how}}})
    };
    for (i, expression) in [
        "isWorkDay({at})",
        "netWorkDays({at}, parseDate('2020-06-15'))",
        "toString(addWorkDays({at}, {riders} - 3))",
        "formatDate({at}, 'yyyy-MM-dd kk:mm:ss.SSS')",
        "concat({kind}, '-', toString({at}))",
    ]
    .iter()
    .enumerate()
    {
        let calculated = json!({"CalculatedFields": [{"DataSetIdentifier": "trips", "Name": "calc", "Expression": expression}]});
        let group =
            json!({"CategoricalDimensionField": {"FieldId": "g", "Column": column("calc")}});
        let wells = json!({"FieldWells": {"TableAggregatedFieldWells": {"GroupBy": [group], "Values": [measure("riders", "SUM")]}}});
        let id = format!("f{i}");
        let rows = both(&house, &id, "TableVisual", &wells, &calculated).await;
        assert!(rows.as_array().unwrap().len() > 1, "{expression}");
    }
    let field = |name: &str| json!({"CategoricalDimensionField": {"FieldId": name, "Column": column(name)}});
    let values: Vec<Value> = ["SUM", "AVERAGE", "MIN", "MAX", "COUNT"]
        .iter()
        .map(|how| measure("distance", how))
        .collect();
    for (i, colors) in [json!([]), json!([field("kind")])].iter().enumerate() {
        let wells = json!({"FieldWells": {"BarChartAggregatedFieldWells": {
                "Category": [{"NumericalDimensionField": {"FieldId": "riders", "Column": column("riders")}}],
                "Colors": colors, "Values": values}},
            "SortConfiguration": {"CategoryItemsLimit": {"ItemsLimit": 3, "OtherCategories": "INCLUDE"}}});
        let rows = both(
            &house,
            &format!("b{i}"),
            "BarChartVisual",
            &wells,
            &json!({}),
        )
        .await;
        assert!(rows.to_string().contains("\"Other\""), "{rows}");
    }
}
