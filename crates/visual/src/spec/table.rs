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
    let order = answer.table_order();
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

impl Answer<'_> {
    /// Returns the columns in the order of the definition, without those it hides.
    fn table_order(&self) -> Vec<usize> {
        let options = self.visual.configuration.get("FieldOptions");
        let hidden: Vec<&str> = options
            .and_then(|o| o.get("SelectedFieldOptions")?.as_array())
            .into_iter()
            .flatten()
            .filter(|o| o.get("Visibility").and_then(|v| v.as_str()) == Some("HIDDEN"))
            .filter_map(|o| o.get("FieldId")?.as_str())
            .collect();
        let said: Vec<&str> = options
            .and_then(|o| o.get("Order")?.as_array())
            .into_iter()
            .flatten()
            .filter_map(|f| f.as_str())
            .collect();
        let mut order: Vec<usize> = (0..self.columns.len())
            .filter(|i| !hidden.contains(&self.columns[*i].field_id.as_str()))
            .collect();
        order.sort_by_key(|i| {
            said.iter()
                .position(|f| *f == self.columns[*i].field_id)
                .unwrap_or(usize::MAX)
        });
        order
    }
}
