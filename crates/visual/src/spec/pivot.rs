//! Pivot tables as a layout of texts.

use std::collections::HashMap;

use serde::Serialize;

use super::Answer;
use crate::plan::Role;

/// A row of a pivot table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PivotRow {
    /// One text for each row field.
    pub path: Vec<String>,
    /// One for each column; empty where there is no group.
    pub cells: Vec<String>,
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
    pub rows: Vec<PivotRow>,
    pub truncated: bool,
}

/// More columns than this are not laid out.
const COLUMNS: usize = 500;

pub(super) fn layout(answer: &Answer<'_>, limit: u64) -> PivotLayout {
    let of = |role: Role| -> Vec<usize> {
        (0..answer.columns.len())
            .filter(|i| answer.columns[*i].role == role)
            .collect()
    };
    let (row_fields, column_fields, values) = (of(Role::Row), of(Role::Column), of(Role::Value));
    let labels = |fields: &[usize]| -> Vec<String> {
        fields
            .iter()
            .map(|i| answer.columns[*i].label.clone())
            .collect()
    };
    let path = |row: &[Option<String>], fields: &[usize]| -> Vec<Option<String>> {
        fields
            .iter()
            .map(|i| answer.cell(row, *i).map(str::to_owned))
            .collect()
    };
    let texts = |row: &[Option<String>], fields: &[usize]| -> Vec<String> {
        fields.iter().map(|i| answer.text(row, *i)).collect()
    };
    // Columns stand in the order of their values, however the rows bring them.
    let mut heads: Vec<(Vec<Option<String>>, Vec<String>)> = Vec::new();
    let mut known: HashMap<Vec<Option<String>>, usize> = HashMap::new();
    for row in answer.rows {
        let key = path(row, &column_fields);
        if !known.contains_key(&key) && heads.len() < COLUMNS {
            known.insert(key.clone(), heads.len());
            heads.push((key, texts(row, &column_fields)));
        }
    }
    let numeric: Vec<bool> = column_fields
        .iter()
        .map(|i| answer.columns[*i].kind.is_number())
        .collect();
    heads.sort_by(|a, b| compare(&a.0, &b.0, &numeric));
    let place: HashMap<&[Option<String>], usize> = heads
        .iter()
        .enumerate()
        .map(|(i, (key, _))| (key.as_slice(), i))
        .collect();
    let width = values.len().max(1);
    let mut rows: Vec<PivotRow> = Vec::new();
    let mut at: HashMap<Vec<Option<String>>, usize> = HashMap::new();
    for row in answer.rows {
        let Some(column) = place.get(path(row, &column_fields).as_slice()) else {
            continue;
        };
        let key = path(row, &row_fields);
        let index = *at.entry(key).or_insert_with(|| {
            rows.push(PivotRow {
                path: texts(row, &row_fields),
                cells: vec![String::new(); heads.len() * width],
            });
            rows.len() - 1
        });
        for (n, value) in values.iter().enumerate() {
            rows[index].cells[column * width + n] = answer.text(row, *value);
        }
    }
    let measure_names = labels(&values);
    let columns = heads
        .iter()
        .flat_map(|(_, texts)| {
            let names: Vec<Option<String>> = if values.len() > 1 || column_fields.is_empty() {
                measure_names.iter().cloned().map(Some).collect()
            } else {
                vec![None]
            };
            names.into_iter().map(|name| {
                let mut path = texts.clone();
                path.extend(name);
                path
            })
        })
        .collect();
    PivotLayout {
        row_labels: labels(&row_fields),
        column_labels: labels(&column_fields),
        value_labels: measure_names,
        columns,
        rows,
        truncated: u64::try_from(answer.rows.len()).is_ok_and(|n| n >= limit)
            || known.len() >= COLUMNS,
    }
}

fn compare(a: &[Option<String>], b: &[Option<String>], numeric: &[bool]) -> std::cmp::Ordering {
    for ((a, b), numeric) in a.iter().zip(b).zip(numeric) {
        let order = match (a, b) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, _) => std::cmp::Ordering::Greater,
            (_, None) => std::cmp::Ordering::Less,
            (Some(a), Some(b)) if *numeric => {
                let number = |t: &str| t.parse::<f64>().unwrap_or(f64::MAX);
                number(a).total_cmp(&number(b))
            }
            (Some(a), Some(b)) => a.cmp(b),
        };
        if order.is_ne() {
            return order;
        }
    }
    std::cmp::Ordering::Equal
}
