//! Pivot tables as a layout of texts.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    Answer,
    heads::{Heads, Path},
};
use crate::plan::Role;

/// A row of a pivot table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PivotRow {
    /// One text for each row field.
    pub path: Vec<String>,
    /// One for each column; empty where there is no group.
    pub cells: Vec<String>,
    /// It is a total or a subtotal.
    pub total: bool,
    /// The values of the row fields as the answer has them; a total's are fewer.
    #[serde(skip)]
    pub key: Vec<Option<String>>,
}

/// A pivot table: texts as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PivotLayout {
    /// The labels of the row fields.
    pub row_labels: Vec<String>,
    /// The labels of the column fields.
    pub column_labels: Vec<String>,
    /// The labels of the measures.
    pub value_labels: Vec<String>,
    /// For each column its path through the column fields, then its measure where there are several.
    pub columns: Vec<Vec<String>>,
    /// Which columns are totals or subtotals.
    pub total_columns: Vec<bool>,
    /// For each column the values of the column fields as the answer has them; a total's are fewer.
    #[serde(skip)]
    pub column_keys: Vec<Vec<Option<String>>>,
    pub rows: Vec<PivotRow>,
    pub truncated: bool,
}

/// More columns than this are not laid out.
const COLUMNS: usize = 500;

pub(super) fn layout(answer: &Answer<'_>, limit: u64) -> PivotLayout {
    let rows = Heads::of_rows(answer.query, answer.rows);
    let columns = Heads::of_columns(answer.query, answer.rows, COLUMNS);
    let is_value = |i: &usize| answer.columns[*i].role == Role::Value;
    let values: Vec<usize> = (0..answer.columns.len()).filter(is_value).collect();
    let labels = |fields: &[usize]| -> Vec<String> {
        let labels = fields.iter().map(|i| answer.columns[*i].label.clone());
        labels.collect()
    };
    let figures = figures(answer, &rows, &columns);
    let laid_out = rows.paths.iter().map(|row| PivotRow {
        path: rows.texts(row),
        total: rows.is_total(row),
        key: row.clone(),
        cells: columns
            .paths
            .iter()
            .flat_map(|column| {
                let found = figures.get(&(row.clone(), column.clone()));
                let total = rows.is_total(row) || columns.is_total(column);
                let text = move |value: &usize| match found {
                    // A measure that has no total is empty there, not NULL.
                    Some(cells) if !total || answer.cell(cells, *value).is_some() => {
                        answer.text(cells, *value)
                    }
                    _ => String::new(),
                };
                values.iter().map(text).collect::<Vec<_>>()
            })
            .collect(),
    });
    let laid_out: Vec<PivotRow> = laid_out.collect();
    let measure_names = labels(&values);
    let named = values.len() > 1 || columns.fields.is_empty();
    let names: Vec<Option<&String>> = if named {
        measure_names.iter().map(Some).collect()
    } else {
        vec![None]
    };
    let paths = columns.paths.iter().flat_map(|head| {
        names.iter().map(|name| {
            let mut path = columns.texts(head);
            path.extend(name.cloned());
            (path, columns.is_total(head))
        })
    });
    let (heads, total_columns) = paths.unzip();
    let column_keys = columns
        .paths
        .iter()
        .flat_map(|path| names.iter().map(|_| path.clone()))
        .collect();
    let groups = columns.paths.iter().filter(|p| !columns.is_total(p));
    let many = groups.count() >= COLUMNS;
    PivotLayout {
        row_labels: labels(&rows.fields),
        column_labels: labels(&columns.fields),
        columns: heads,
        total_columns,
        column_keys,
        value_labels: measure_names.clone(),
        rows: laid_out,
        truncated: many || u64::try_from(answer.rows.len()).is_ok_and(|n| n >= limit),
    }
}

/// Returns the figures by where they stand.
fn figures<'a>(
    answer: &Answer<'a>,
    rows: &Heads<'_>,
    columns: &Heads<'_>,
) -> HashMap<(Path, Path), &'a [Option<String>]> {
    let mut found: HashMap<(Path, Path), &[Option<String>]> = HashMap::new();
    for row in answer.rows {
        let key = (
            rows.path(row, rows.fields.len()),
            columns.path(row, columns.fields.len()),
        );
        found.insert(key, row);
    }
    for total in answer.totals {
        let key = (
            rows.path(&total.cells, total.rows),
            columns.path(&total.cells, total.columns),
        );
        found.insert(key, &total.cells);
    }
    found
}
