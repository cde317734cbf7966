//! One visual's figures.

use std::sync::Arc;

use aws::ApiError;
use chrono::{DateTime, NaiveDateTime};
use futures::future::try_join_all;
use serde_json::Value;
use visual::{
    ColumnRef, DataSets, Definition, Filter, OutputColumn, PlanError, Request, Selection, TotalRow,
    VisualQuery, distinct_values, parameter_values, plan,
};

use super::{
    access::Viewer,
    answers::Question,
    backing::{self, Backing, Place},
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset,
    source::SourceError,
};

/// A question about one visual.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) sheet: &'a str,
    pub(crate) visual: &'a str,
    /// As the API has `Parameters`, or an object from name to values.
    pub(crate) parameters: &'a Value,
    pub(crate) filters: &'a [Filter],
    pub(crate) selections: &'a [Selection],
    pub(crate) level: usize,
    pub(crate) detail: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) viewer: &'a Viewer,
}

/// The answer.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) query: VisualQuery,
    pub(crate) rows: Arc<Vec<Vec<Option<String>>>>,
    pub(crate) totals: Vec<TotalRow>,
    pub(crate) sql: String,
    pub(crate) as_of_ms: i64,
    pub(crate) is_spice: bool,
    pub(crate) data_set_arn: String,
}

impl Figures {
    /// Returns the columns and the rows of a file, as the screen has them, totals among them.
    pub(super) fn file(&self) -> (Vec<&OutputColumn>, Vec<Vec<Option<String>>>) {
        let shown = &self.query.shown;
        let columns = shown.iter().map(|i| &self.query.columns[*i]).collect();
        let rows = self.query.with_totals(&self.rows, &self.totals).into_iter();
        let rows = rows.map(|mut row| shown.iter().map(|i| row[*i].take()).collect());
        (columns, rows.collect())
    }
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    /// The definition does not say what to ask.
    #[error("{0}")]
    Plan(#[from] PlanError),
    /// The data set cannot be asked.
    #[error("{}", .0.message)]
    DataSet(ApiError),
    /// The query failed.
    #[error("{0}")]
    Query(#[from] SourceError),
    /// It cannot be drawn, or put into the wanted form.
    #[error("{0}")]
    Draw(String),
}

impl From<ApiError> for ReportError {
    fn from(error: ApiError) -> Self {
        Self::DataSet(error)
    }
}

/// Returns what the service's clock reads, as definitions mean it.
pub(crate) fn now(service: &QuickSight) -> NaiveDateTime {
    DateTime::from_timestamp_millis(service.clock.now_ms())
        .unwrap_or_default()
        .naive_utc()
}

/// Asks for a visual's figures.
pub(crate) async fn run(
    service: &QuickSight,
    scope: &Scope,
    ask: &Ask<'_>,
) -> Result<Figures, ReportError> {
    let now = now(service);
    let parameters = parameter_values(ask.definition, ask.parameters, now);
    let mut data_sets = DataSets::new();
    let mut found: Vec<(String, String, String, Backing)> = Vec::new();
    for (identifier, arn) in wanted(ask) {
        let asset = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await?;
        let backing = backing::backing(service, scope, &asset, ask.viewer).await?;
        let columns = backing.columns.iter().map(dataset::seen).collect();
        data_sets.insert(identifier.clone(), columns);
        found.push((identifier.clone(), arn.clone(), asset.id, backing));
    }
    let query = plan(&Request {
        definition: ask.definition,
        sheet: ask.sheet,
        visual: ask.visual,
        data_sets: &data_sets,
        parameters: &parameters,
        filters: ask.filters,
        selections: ask.selections,
        level: ask.level,
        detail: ask.detail,
        now,
        limit: ask.limit,
    })?;
    let asked = found
        .into_iter()
        .find(|(identifier, ..)| *identifier == query.data_set);
    let Some((_, data_set_arn, id, backing)) = asked else {
        return Err(PlanError::DataSet(query.data_set).into());
    };
    let sql = query.sql(&backing.relation);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let totals: Vec<String> = query
        .totals
        .iter()
        .map(|t| t.sql(&backing.relation))
        .collect();
    let place = &backing.place;
    let (rows, totals) = tokio::try_join!(
        answer(service, scope, &id, place, &sql, limit),
        try_join_all(
            totals
                .iter()
                .map(|sql| answer(service, scope, &id, place, sql, limit))
        ),
    )?;
    let totals = query.total_rows(&totals.iter().map(|t| t.as_slice()).collect::<Vec<_>>());
    let (as_of_ms, is_spice) = match place {
        Place::Spice { taken_ms, .. } => (*taken_ms, true),
        Place::Athena { .. } => (service.clock.now_ms(), false),
    };
    Ok(Figures {
        query,
        rows,
        totals,
        sql,
        as_of_ms,
        is_spice,
        data_set_arn,
    })
}

/// Asks one statement; what a snapshot answered is kept, and asked once by all who ask at once.
async fn answer(
    service: &QuickSight,
    scope: &Scope,
    id: &str,
    place: &Place,
    sql: &str,
    limit: usize,
) -> Result<Arc<Vec<Vec<Option<String>>>>, SourceError> {
    let asking = backing::ask(service, scope, place, sql, limit);
    match place {
        Place::Spice { edition, .. } => {
            let question = Question {
                scope: scope.clone(),
                data_set: id.to_owned(),
                edition: edition.clone(),
                sql: sql.to_owned(),
            };
            service.answers.get_or(question, asking).await
        }
        Place::Athena { .. } => asking.await.map(Arc::new),
    }
}

/// Returns the data sets that the visual may take its fields from: those that it names.
fn wanted<'a>(ask: &Ask<'a>) -> Vec<&'a (String, String)> {
    let mut named: Vec<&str> = Vec::new();
    if let Some((_, visual)) = ask.definition.visual(ask.sheet, ask.visual) {
        named.extend(visual.wells.all().map(|f| f.column.data_set.as_str()));
    }
    ask.definition
        .data_sets
        .iter()
        .filter(|(identifier, _)| named.is_empty() || named.contains(&identifier.as_str()))
        .collect()
}

/// Returns the values of a column, or of a calculated field, for a control to choose from.
pub(crate) async fn distinct(
    service: &QuickSight,
    scope: &Scope,
    ask: &Ask<'_>,
    column: &ColumnRef,
) -> Result<Vec<Vec<Option<String>>>, ReportError> {
    let declared = ask.definition.data_sets.iter();
    let arn = declared
        .into_iter()
        .find(|(identifier, _)| *identifier == column.data_set)
        .map(|(_, arn)| arn);
    let arn = arn.ok_or_else(|| PlanError::DataSet(column.data_set.clone()))?;
    let asset = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await?;
    let backing = backing::backing(service, scope, &asset, ask.viewer).await?;
    let columns = backing.columns.iter().map(dataset::seen).collect();
    let data_sets = DataSets::from([(column.data_set.clone(), columns)]);
    let now = now(service);
    let parameters = parameter_values(ask.definition, ask.parameters, now);
    let query = distinct_values(
        ask.definition,
        &data_sets,
        column,
        ask.filters,
        &parameters,
        now,
    )?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let sql = query.sql(&backing.relation);
    Ok(backing::ask(service, scope, &backing.place, &sql, limit).await?)
}
