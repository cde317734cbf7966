//! Pivot tables as a layout of texts.

use std::collections::HashMap;

use serde::Serialize;

use super::Answer;
use crate::{
    definition::{SubtotalOptions, TotalOptions},
    plan::Role,
};

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
    pub rows: Vec<PivotRow>,
    pub truncated: bool,
}

/// More columns than this are not laid out.
const COLUMNS: usize = 500;

type Path = Vec<Option<String>>;

/// What stands at the beginning of a row or a column.
#[derive(Clone)]
struct Head {
    /// The values of the fields; a total's are fewer than there are fields.
    path: Path,
    texts: Vec<String>,
}

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
    // Columns stand in the order of their values, however the rows bring them.
    let mut columns = heads(answer, &column_fields, COLUMNS);
    let many = columns.len() >= COLUMNS;
    let numeric: Vec<bool> = column_fields
        .iter()
        .map(|i| answer.columns[*i].kind.is_number())
        .collect();
    columns.sort_by(|a, b| compare(&a.path, &b.path, &numeric));
    let options = &answer.query.total_options;
    let columns = completed(
        columns,
        column_fields.len(),
        &options
            .column_groups
            .kept(&field_ids(answer, &column_fields)),
        &options.column_groups,
        &options.of_rows,
    );
    let rows = completed(
        heads(answer, &row_fields, usize::MAX),
        row_fields.len(),
        &options.row_groups.kept(&field_ids(answer, &row_fields)),
        &options.row_groups,
        &options.of_columns,
    );
    let mut figures: HashMap<(Path, Path), &[Option<String>]> = HashMap::new();
    for row in answer.rows {
        let key = (path(row, &row_fields), path(row, &column_fields));
        figures.insert(key, row);
    }
    for total in answer.totals {
        let key = (
            path(&total.cells, &row_fields[..total.rows]),
            path(&total.cells, &column_fields[..total.columns]),
        );
        figures.insert(key, &total.cells);
    }
    let is_total = |head: &Head, fields: &[usize]| head.path.len() < fields.len();
    let laid_out = rows.iter().map(|row| PivotRow {
        path: row.texts.clone(),
        total: is_total(row, &row_fields),
        cells: columns
            .iter()
            .flat_map(|column| {
                let found = figures.get(&(row.path.clone(), column.path.clone()));
                let total = is_total(row, &row_fields) || is_total(column, &column_fields);
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
    let named = values.len() > 1 || column_fields.is_empty();
    let names: Vec<Option<&String>> = if named {
        measure_names.iter().map(Some).collect()
    } else {
        vec![None]
    };
    let paths = columns.iter().flat_map(|head| {
        names.iter().map(|name| {
            let mut path = head.texts.clone();
            path.extend(name.cloned());
            (path, is_total(head, &column_fields))
        })
    });
    let (columns, total_columns) = paths.unzip();
    PivotLayout {
        row_labels: labels(&row_fields),
        column_labels: labels(&column_fields),
        columns,
        total_columns,
        value_labels: measure_names.clone(),
        rows: laid_out,
        truncated: many || u64::try_from(answer.rows.len()).is_ok_and(|n| n >= limit),
    }
}

fn field_ids<'a>(answer: &Answer<'a>, fields: &[usize]) -> Vec<&'a str> {
    fields
        .iter()
        .map(|i| answer.columns[*i].field_id.as_str())
        .collect()
}

fn path(row: &[Option<String>], fields: &[usize]) -> Path {
    fields
        .iter()
        .map(|i| row.get(*i).cloned().flatten())
        .collect()
}

/// Returns the groups of some fields, in the order of the rows.
fn heads(answer: &Answer<'_>, fields: &[usize], most: usize) -> Vec<Head> {
    let mut found: Vec<Head> = Vec::new();
    let mut known: std::collections::HashSet<Path> = std::collections::HashSet::new();
    for row in answer.rows {
        let path = path(row, fields);
        if found.len() < most && known.insert(path.clone()) {
            let texts = fields.iter().map(|i| answer.text(row, *i)).collect();
            found.push(Head { path, texts });
        }
    }
    found
}

/// Puts subtotals behind their groups, and the total of all at its end.
fn completed(
    heads: Vec<Head>,
    fields: usize,
    kept: &[usize],
    groups: &SubtotalOptions,
    all: &TotalOptions,
) -> Vec<Head> {
    let padded = |mut texts: Vec<String>, label: String| {
        texts.push(label);
        texts.resize(fields, String::new());
        texts
    };
    let mut out = Vec::with_capacity(heads.len());
    for (i, head) in heads.iter().enumerate() {
        out.push(head.clone());
        let next = heads.get(i + 1);
        // Groups that end here, the innermost first.
        for kept in kept.iter().rev() {
            if next.is_some_and(|n| n.path[..*kept] == head.path[..*kept]) {
                continue;
            }
            let label = groups.label_of(kept.checked_sub(1).map_or("", |last| &head.texts[last]));
            out.push(Head {
                path: head.path[..*kept].to_vec(),
                texts: padded(head.texts[..*kept].to_vec(), label),
            });
        }
    }
    if all.visible && fields > 0 {
        let head = Head {
            path: Vec::new(),
            texts: padded(Vec::new(), all.label.clone()),
        };
        let place = if all.at_start { 0 } else { out.len() };
        out.insert(place, head);
    }
    out
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
