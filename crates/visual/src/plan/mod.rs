//! From a visual to the SQL that answers it, and what the columns of the answer mean.

mod assemble;
mod comparisons;
mod fields;
mod filters;
mod histogram;
mod items;
mod measures;
mod order;
mod periods;
mod planner;
mod rows;
mod totals;
mod values;

use chrono::NaiveDateTime;
use serde::Serialize;
use thiserror::Error;

use crate::{
    column::{ColumnType, DataSets},
    definition::{ColumnRef, Definition, Filter, Kind, Totals, Visual},
    expression::ExpressionError,
    format::Format,
    moment::Granularity,
    parameter::ParameterValues,
};

pub use assemble::plan;
pub use totals::{TotalQuery, TotalRow};
pub use values::distinct_values;

/// What one question about a visual is made of.
#[derive(Debug)]
pub struct Request<'a> {
    pub definition: &'a Definition,
    pub sheet: &'a str,
    pub visual: &'a str,
    /// The columns of each data set, by identifier.
    pub data_sets: &'a DataSets,
    pub parameters: &'a ParameterValues,
    /// Filters besides the definition's: a reader's, or locked ones. They hold for this visual.
    pub filters: &'a [Filter],
    /// What was clicked in other visuals, or drilled through.
    pub selections: &'a [Selection],
    /// The level of the drill-down that is shown, from 0.
    pub level: usize,
    /// The rows behind the visual instead of its figures.
    pub detail: bool,
    /// UTC.
    pub now: NaiveDateTime,
    /// The most rows of the answer, if fewer than what is usual for the visual.
    pub limit: Option<u64>,
}

/// One value of a dimension that was clicked.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    pub data_set: String,
    pub column: String,
    /// The unit that a date stands for.
    #[serde(default)]
    pub granularity: Option<Granularity>,
    /// As the answer has it; none is NULL.
    pub value: Option<String>,
}

impl Selection {
    pub(crate) fn column_ref(&self) -> ColumnRef {
        ColumnRef {
            data_set: self.data_set.clone(),
            column: self.column.clone(),
        }
    }
}

/// What a column of the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Category,
    Color,
    SmallMultiple,
    Value,
    GroupBy,
    Row,
    Column,
    X,
    Y,
    Size,
    Label,
    BarValue,
    LineValue,
    Target,
    Trend,
    /// A histogram's bin: where it begins.
    BinStart,
    /// Where it ends.
    BinEnd,
    /// A row of the data set, in the detail behind a visual.
    Detail,
}

impl Role {
    /// Returns whether rows are grouped by it.
    #[must_use]
    pub fn is_dimension(self) -> bool {
        matches!(
            self,
            Self::Category
                | Self::Color
                | Self::SmallMultiple
                | Self::GroupBy
                | Self::Row
                | Self::Column
                | Self::Label
                | Self::Trend
                | Self::BinStart
                | Self::BinEnd
                | Self::Detail
        )
    }
}

/// A column of the answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputColumn {
    /// The field's id in the definition.
    pub field_id: String,
    /// The column's name in the SQL.
    pub name: String,
    /// What a reader sees.
    pub label: String,
    pub role: Role,
    #[serde(rename = "type")]
    pub kind: ColumnType,
    #[serde(skip)]
    pub format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granularity: Option<Granularity>,
    /// The column of the data set, for a filter on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// The query of a visual.
#[derive(Clone, Debug)]
pub struct VisualQuery {
    pub visual: String,
    pub kind: Kind,
    /// The identifier of the data set that is asked.
    pub data_set: String,
    pub columns: Vec<OutputColumn>,
    /// The column in which `Other` stands for all values that are not shown.
    pub rest: Option<usize>,
    /// The SQL behind `WITH "source" AS (…)`: further parts of the `WITH`, then the `SELECT`.
    parts: Vec<(String, String)>,
    select: String,
    /// `ORDER BY` and `LIMIT`.
    tail: String,
    /// The most rows that the answer has.
    pub limit: u64,
    /// The answer has rows of the data set, not figures.
    pub detail: bool,
    /// The places of the columns that a reader sees, in the order in which they stand.
    pub shown: Vec<usize>,
    /// What is asked for totals besides.
    pub totals: Vec<TotalQuery>,
    /// How totals are called and where they stand.
    pub total_options: Totals,
}

/// The name that a data set has in a query.
pub const SOURCE: &str = "source";

impl VisualQuery {
    /// Returns the whole statement, over a relation that is given as a `SELECT`.
    #[must_use]
    pub fn sql(&self, relation: &str) -> String {
        let mut text = self.beginning(relation);
        text.push_str(&self.select);
        text.push_str(&self.tail);
        text
    }

    /// Returns the statement that counts the answer's rows, its limit aside.
    #[must_use]
    pub fn count_sql(&self, relation: &str) -> String {
        format!(
            "{}SELECT count(*) AS \"rows\" FROM (\n{}\n) AS \"counted\"",
            self.beginning(relation),
            self.select
        )
    }

    /// Returns the title that a reader sees: the author's, else one by the fields; nothing where it is hidden.
    #[must_use]
    pub fn title(&self, visual: &Visual) -> Option<String> {
        if visual.title_hidden {
            return None;
        }
        if visual.title.is_some() {
            return visual.title.clone();
        }
        let names = |dimensions: bool| -> Vec<&str> {
            self.columns
                .iter()
                .filter(|c| c.role.is_dimension() == dimensions && c.role != Role::BinEnd)
                .map(|c| c.label.as_str())
                .collect()
        };
        let (measures, dimensions) = (names(false), names(true));
        Some(match (measures.is_empty(), dimensions.is_empty()) {
            (false, false) => format!("{} by {}", measures.join(", "), dimensions.join(", ")),
            (false, true) => measures.join(", "),
            _ => dimensions.join(", "),
        })
    }

    fn beginning(&self, relation: &str) -> String {
        with_parts(relation, &self.parts)
    }

    /// Returns the statement over a relation that is given by its (quoted) name.
    #[must_use]
    pub fn sql_over(&self, relation: &str) -> String {
        self.sql(&format!("SELECT * FROM {relation}"))
    }
}

/// Returns the `WITH` of a statement.
fn with_parts(relation: &str, parts: &[(String, String)]) -> String {
    let mut text = format!("WITH \"{SOURCE}\" AS (\n{relation}\n)");
    for (name, part) in parts {
        text.push_str(&format!(",\n\"{name}\" AS (\n{part}\n)"));
    }
    text.push('\n');
    text
}

/// Why a visual has no query.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    #[error("there is no sheet {0}")]
    Sheet(String),
    #[error("there is no visual {0} on the sheet")]
    Visual(String),
    #[error("visuals of the type {0} are not supported")]
    Unsupported(String),
    #[error("the visual has no fields")]
    Empty,
    #[error("the data set {0} is not declared or does not exist")]
    DataSet(String),
    #[error("a visual takes its fields from one data set, not from {0} and {1}")]
    DataSets(String, String),
    #[error("the column {column} does not exist in the data set {data_set}")]
    Column { data_set: String, column: String },
    #[error("{field}: {error}")]
    Expression {
        field: String,
        #[source]
        error: ExpressionError,
    },
    #[error("{field} is {found}, which {wanted}")]
    Type {
        field: String,
        found: &'static str,
        wanted: &'static str,
    },
    #[error("the filter {0} has no usable value: {1}")]
    Filter(String, &'static str),
}
