//! From an answer to a drawing: a Vega-Lite spec with its data, or a layout of our own for tables, pivot
//! tables and KPIs. The one place where a visual's looks are decided: browser and server draw the same.

mod axis;
mod bar;
mod heads;
mod heat;
mod kpi;
mod line;
mod pie;
mod pivot;
mod points;
mod scatter;
mod table;
mod theme;
mod totals;

pub use kpi::{Comparison, KpiLayout, Trend};
pub use pivot::{PivotLayout, PivotRow};
pub use table::{Align, TableColumn, TableLayout};
pub use theme::Theme;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    definition::{Kind, Visual},
    format::shown,
    plan::{OutputColumn, TotalRow, VisualQuery},
};

/// Rows of an answer: text in SQL's spelling, or nothing for NULL, in the order of the query's columns.
pub type Rows = Vec<Vec<Option<String>>>;

/// What is drawn for a visual.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Drawing {
    /// A chart as a Vega-Lite 6 spec.
    Chart {
        spec: Value,
    },
    Table(TableLayout),
    Pivot(PivotLayout),
    Kpi(KpiLayout),
    /// There is nothing to draw.
    Empty {
        message: String,
    },
}

/// Draws the answer to a visual's query.
#[must_use]
pub fn draw(
    visual: &Visual,
    query: &VisualQuery,
    rows: &Rows,
    totals: &[TotalRow],
    theme: &Theme,
) -> Drawing {
    let answer = Answer {
        visual,
        query,
        columns: &query.columns,
        rows,
        totals,
        theme,
    };
    if query.detail || query.kind == Kind::Table {
        return Drawing::Table(table::layout(&answer, query.limit));
    }
    if rows.is_empty() {
        return Drawing::Empty {
            message: "No data".to_owned(),
        };
    }
    let spec = match &query.kind {
        Kind::Table => return Drawing::Table(table::layout(&answer, query.limit)),
        Kind::PivotTable => return Drawing::Pivot(pivot::layout(&answer, query.limit)),
        Kind::Kpi => return Drawing::Kpi(kpi::layout(&answer)),
        Kind::Bar => bar::spec(&answer),
        Kind::Combo => bar::combo(&answer),
        Kind::Histogram => bar::histogram(&answer),
        Kind::Line => line::spec(&answer),
        Kind::Pie => pie::spec(&answer),
        Kind::HeatMap => heat::spec(&answer),
        Kind::Scatter => scatter::spec(&answer),
        Kind::Other(name) => {
            return Drawing::Empty {
                message: format!("{name} is not supported"),
            };
        }
    };
    Drawing::Chart { spec }
}

/// An answer and what is known of it.
#[derive(Clone, Copy)]
struct Answer<'a> {
    visual: &'a Visual,
    query: &'a VisualQuery,
    columns: &'a [OutputColumn],
    rows: &'a Rows,
    totals: &'a [TotalRow],
    theme: &'a Theme,
}

impl Answer<'_> {
    fn cell<'r>(&self, row: &'r [Option<String>], column: usize) -> Option<&'r str> {
        row.get(column)?.as_deref()
    }

    /// Returns a cell as a reader sees it.
    fn text(&self, row: &[Option<String>], column: usize) -> String {
        let Some(meaning) = self.columns.get(column) else {
            return String::new();
        };
        shown(
            self.cell(row, column),
            meaning.kind,
            meaning.format.as_ref(),
            meaning.granularity,
        )
    }

    fn number(&self, row: &[Option<String>], column: usize) -> Option<f64> {
        self.cell(row, column)?
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
    }

    /// Returns the frame that every spec has; `inner` is put into it.
    fn framed(&self, data: Vec<Value>, inner: Value) -> Value {
        let mut spec = json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "description": self.description(),
            "data": {"values": data},
            "width": "container",
            "height": "container",
            "autosize": {"type": "fit", "contains": "padding"},
            "config": self.theme.config(),
        });
        if let (Some(spec), Value::Object(inner)) = (spec.as_object_mut(), inner) {
            spec.extend(inner);
        }
        spec
    }

    /// What a reader who does not see the chart is told.
    fn description(&self) -> String {
        let fields: Vec<&str> = self.columns.iter().map(|c| c.label.as_str()).collect();
        let title = self.visual.title.as_deref().unwrap_or("Chart");
        format!("{title}: {}", fields.join(", "))
    }

    fn legend(&self, title: &str) -> Value {
        if self.visual.option("/Legend/Visibility") == Some("HIDDEN") {
            return Value::Null;
        }
        let orient = match self.visual.option("/Legend/Position") {
            Some("BOTTOM") => "bottom",
            Some("TOP") => "top",
            _ => "right",
        };
        json!({"title": title, "orient": orient})
    }

    /// Returns the legend of a measure's scale: its numbers as the measure shows them.
    fn number_legend(&self, column: Option<usize>) -> Value {
        let column = column.and_then(|i| self.columns.get(i));
        let mut legend = self.legend(column.map_or("", |c| c.label.as_str()));
        if let Some(legend) = legend.as_object_mut() {
            let text = axis::label_expression(column);
            legend.insert("labelExpr".to_owned(), text.into());
        }
        legend
    }

    fn data_labels(&self) -> bool {
        self.visual.option("/DataLabels/Visibility") == Some("VISIBLE")
    }
}
