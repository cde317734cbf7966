//! Tables as a layout of texts.

use serde::Serialize;

use super::Answer;
use crate::plan::OutputColumn;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    Left,
    Right,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableColumn {
    pub field_id: String,
    pub label: String,
    pub align: Align,
}

/// A table: texts as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableLayout {
    pub columns: Vec<TableColumn>,
    pub rows: Vec<Vec<String>>,
    /// The total, where there is one, and whether it stands before the rows.
    pub total: Option<Vec<String>>,
    pub total_at_start: bool,
    /// There are, or may be, more rows than these.
    pub truncated: bool,
}

pub(super) fn column(column: &OutputColumn) -> TableColumn {
    TableColumn {
        field_id: column.field_id.clone(),
        label: column.label.clone(),
        align: if column.kind.is_number() {
            Align::Right
        } else {
            Align::Left
        },
    }
}

pub(super) fn layout(answer: &Answer<'_>, limit: u64) -> TableLayout {
    let order = &answer.query.shown;
    let total = answer.totals.first().filter(|_| !answer.rows.is_empty());
    TableLayout {
        total: total.map(|total| {
            let texts = answer.total_texts(total);
            order.iter().map(|i| texts[*i].clone()).collect()
        }),
        total_at_start: answer.query.total_options.of_columns.at_start,
        columns: order.iter().map(|i| column(&answer.columns[*i])).collect(),
        rows: answer
            .rows
            .iter()
            .map(|row| order.iter().map(|i| answer.text(row, *i)).collect())
            .collect(),
        truncated: u64::try_from(answer.rows.len()).is_ok_and(|n| n >= limit),
    }
}
