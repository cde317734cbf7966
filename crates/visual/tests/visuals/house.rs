//! An engine over a few taxi rides.

use std::sync::Arc;

use async_trait::async_trait;
use objects::Objects;
use query::{Catalog, Engine, QueryError, Relation, Settings};
use serde_json::{Value, json};
use store::{Store, SystemClock};
use visual::{
    Column, ColumnType, DataSets, Definition, Drawing, Filter, ParameterValues, PlanError, Request,
    Rows, Selection, Theme, TotalRow, VisualQuery, draw, moment, parameter_values, plan,
};

/// Rides: type, borough, distance, fare, passengers, pick-up.
pub(crate) const RIDES: [(&str, Option<&str>, Option<f64>, f64, i64, &str); 10] = [
    (
        "yellow",
        Some("Manhattan"),
        Some(1.5),
        8.0,
        1,
        "2020-01-05 10:00:00",
    ),
    (
        "yellow",
        Some("Manhattan"),
        Some(2.5),
        12.0,
        2,
        "2020-01-15 11:30:00",
    ),
    (
        "yellow",
        Some("Queens"),
        Some(10.0),
        40.0,
        1,
        "2020-02-01 00:00:00",
    ),
    ("yellow", None, Some(3.0), 15.0, 3, "2020-02-29 23:59:59"),
    (
        "green",
        Some("Bronx"),
        Some(4.0),
        18.5,
        1,
        "2020-01-31 08:00:00",
    ),
    ("green", Some("Bronx"), None, 5.0, 4, "2020-03-01 12:00:00"),
    (
        "green",
        Some("Queens"),
        Some(6.0),
        22.0,
        1,
        "2020-03-15 18:45:00",
    ),
    (
        "fhv",
        Some("O'Hare \"x\""),
        Some(20.0),
        60.0,
        6,
        "2021-01-01 00:00:00",
    ),
    (
        "fhv",
        Some("Brooklyn"),
        Some(7.0),
        25.0,
        2,
        "2021-02-14 20:00:00",
    ),
    (
        "fhv",
        Some("Brooklyn"),
        Some(8.0),
        28.0,
        2,
        "2021-02-15 09:15:00",
    ),
];

/// What a data set's relation is in a query.
pub(crate) const RELATION: &str = r#"SELECT "type", "borough", CAST("distance" AS double) AS "distance", CAST("fare" AS double) AS "fare", CAST("passengers" AS bigint) AS "passengers", CAST("pickup" AS timestamp) AS "pickup" FROM "rides""#;

struct Taxi;

#[async_trait]
impl Catalog for Taxi {
    async fn relation(&self, _: &str, name: &str) -> Result<Option<Relation>, QueryError> {
        let columns = [
            "type",
            "borough",
            "distance",
            "fare",
            "passengers",
            "pickup",
        ];
        Ok((name == "rides").then(|| Relation::Rows {
            columns: columns.map(str::to_owned).to_vec(),
            rows: RIDES
                .iter()
                .map(|(t, b, d, f, p, at)| {
                    vec![
                        Some((*t).to_owned()),
                        b.map(str::to_owned),
                        d.map(|d| d.to_string()),
                        Some(f.to_string()),
                        Some(p.to_string()),
                        Some((*at).to_owned()),
                    ]
                })
                .collect(),
        }))
    }

    async fn has_schema(&self, _: &str) -> Result<bool, QueryError> {
        Ok(true)
    }
}

pub(crate) struct House {
    engine: Engine,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

/// A question about the first visual of a definition.
#[derive(Default)]
pub(crate) struct Ask {
    pub(crate) parameters: Value,
    pub(crate) filters: Vec<Value>,
    pub(crate) given: Vec<Filter>,
    pub(crate) selections: Vec<Selection>,
    pub(crate) level: usize,
    pub(crate) detail: bool,
}

pub(crate) struct Answered {
    pub(crate) query: VisualQuery,
    pub(crate) rows: Rows,
    pub(crate) totals: Vec<TotalRow>,
    pub(crate) drawing: Drawing,
}

pub(crate) fn data_sets() -> DataSets {
    let columns = vec![
        Column::new("type", ColumnType::String),
        Column::new("borough", ColumnType::String),
        Column::new("distance", ColumnType::Decimal),
        Column::new("fare", ColumnType::Decimal),
        Column::new("passengers", ColumnType::Integer),
        Column::new("pickup", ColumnType::Datetime),
    ];
    DataSets::from([("taxi".to_owned(), columns)])
}

pub(crate) fn now() -> chrono::NaiveDateTime {
    moment::parse("2021-02-15 12:00:00").unwrap()
}

pub(crate) fn planned(definition: &Value, ask: &Ask) -> Result<VisualQuery, PlanError> {
    let definition = Definition::read(definition);
    let parameters: ParameterValues = parameter_values(&definition, &ask.parameters, now());
    let mut filters: Vec<Filter> = ask.filters.iter().filter_map(Filter::read).collect();
    filters.extend(ask.given.iter().cloned());
    let sets = data_sets();
    let visual = &definition.sheets[0].visuals[0];
    plan(&Request {
        definition: &definition,
        sheet: &definition.sheets[0].id,
        visual: &visual.id,
        data_sets: &sets,
        parameters: &parameters,
        filters: &filters,
        selections: &ask.selections,
        level: ask.level,
        detail: ask.detail,
        now: now(),
        limit: None,
    })
}

impl House {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let objects = runtime
            .block_on(Objects::open(
                Store::in_memory().unwrap(),
                folder.path(),
                Arc::new(SystemClock),
            ))
            .unwrap();
        let settings = Settings {
            parallelism: 1,
            ..Settings::default()
        };
        Self {
            engine: Engine::new(objects, settings),
            runtime,
            _folder: folder,
        }
    }

    /// Runs a statement.
    pub(crate) fn rows(&self, sql: &str) -> Result<Rows, QueryError> {
        self.runtime.block_on(async {
            let mut rows = self
                .engine
                .prepare(sql, "default", &Taxi)
                .await?
                .run()
                .await?;
            let mut found = Vec::new();
            while let Some(batch) = rows.next().await? {
                found.extend(batch);
            }
            Ok(found)
        })
    }

    pub(crate) fn ask(&self, definition: &Value, ask: &Ask) -> Answered {
        let query = planned(definition, ask).unwrap_or_else(|e| panic!("{e}: {definition}"));
        let sql = query.sql(RELATION);
        let rows = self.rows(&sql).unwrap_or_else(|e| panic!("{e:?}\n{sql}"));
        for row in &rows {
            assert_eq!(row.len(), query.columns.len(), "{sql}");
        }
        let definition = Definition::read(definition);
        let answers: Vec<Rows> = query
            .totals
            .iter()
            .map(|t| t.sql(RELATION))
            .map(|sql| self.rows(&sql).unwrap_or_else(|e| panic!("{e:?}\n{sql}")))
            .collect();
        let totals = query.total_rows(&answers);
        let drawing = draw(
            &definition.sheets[0].visuals[0],
            &query,
            &rows,
            &totals,
            &Theme::default(),
        );
        Answered {
            query,
            rows,
            totals,
            drawing,
        }
    }

    /// Asks and returns the rows as texts, NULL as `-`.
    pub(crate) fn texts(&self, definition: &Value, ask: &Ask) -> Vec<Vec<String>> {
        let rows = self.ask(definition, ask).rows;
        rows.into_iter()
            .map(|r| {
                r.into_iter()
                    .map(|c| c.unwrap_or_else(|| "-".into()))
                    .collect()
            })
            .collect()
    }
}

/// A dimension field; dates by month.
pub(crate) fn dim(column: &str) -> Value {
    let inner =
        json!({"FieldId": column, "Column": {"DataSetIdentifier": "taxi", "ColumnName": column}});
    match column {
        "pickup" => {
            let mut inner = inner;
            inner["DateGranularity"] = json!("MONTH");
            json!({"DateDimensionField": inner})
        }
        "distance" | "fare" | "passengers" => json!({"NumericalDimensionField": inner}),
        _ => json!({"CategoricalDimensionField": inner}),
    }
}

/// A measure field; its id is the column with the aggregation.
pub(crate) fn measure(column: &str, aggregation: &str) -> Value {
    json!({"NumericalMeasureField": {
        "FieldId": format!("{column}.{aggregation}"),
        "Column": {"DataSetIdentifier": "taxi", "ColumnName": column},
        "AggregationFunction": {"SimpleNumericalAggregation": aggregation},
    }})
}

/// A definition with one visual.
pub(crate) fn definition(kind: &str, wells: Value, more: Value) -> Value {
    let mut configuration = json!({"FieldWells": wells});
    if let (Value::Object(configuration), Some(more)) = (&mut configuration, more.as_object()) {
        configuration.extend(more.clone());
    }
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "taxi", "DataSetArn": "arn:aws:quicksight:us-east-1:000000000000:dataset/x"}],
        "Sheets": [{"SheetId": "s1", "Name": "Taxi", "Visuals": [
            {kind: {"VisualId": "v1", "ChartConfiguration": configuration}}
        ]}],
    })
}

pub(crate) fn with(mut definition: Value, member: &str, value: Value) -> Value {
    definition[member] = value;
    definition
}
