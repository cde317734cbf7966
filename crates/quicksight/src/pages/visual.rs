//! One visual, its rows, and the values of a column.

use serde_json::{Value, json};
use visual::{ColumnRef, Drawing, OutputColumn, PivotLayout, Role, TableLayout, Theme, draw};

use super::question::Asked;
use crate::{
    QuickSight,
    error::invalid,
    report::{Figures, ReportError, distinct},
};

/// Rows behind a visual at most.
const ROWS_MAX: u64 = 10_000;

fn column(column: &OutputColumn) -> Value {
    let mut shown = json!({
        "name": column.label, "type": sql_type(column), "fieldId": column.field_id,
        "role": if column.role.is_dimension() { "dimension" } else { "measure" },
    });
    if let Some(name) = &column.column {
        shown["columnName"] = name.clone().into();
    }
    if let Some(unit) = column.granularity {
        shown["granularity"] = json!(unit);
    }
    shown
}

/// Returns the column's type in SQL's words, for grids.
fn sql_type(column: &OutputColumn) -> &'static str {
    match column.kind {
        visual::ColumnType::Integer => "bigint",
        visual::ColumnType::Decimal => "double",
        visual::ColumnType::Datetime => "timestamp",
        visual::ColumnType::Boolean => "boolean",
        visual::ColumnType::String => "varchar",
    }
}

pub(super) fn theme(name: Option<&str>) -> Theme {
    match name {
        Some("dark") => Theme::dark(),
        _ => Theme::default(),
    }
}

/// What every answer says of where its figures are from.
fn origin(figures: &Figures) -> Value {
    json!({
        "sql": figures.sql,
        "asOf": aws::time::from_millis(figures.as_of_ms),
        "source": if figures.is_spice { "SPICE" } else { "DIRECT_QUERY" },
        "dataSetId": figures.data_set_arn.rsplit('/').next(),
        "dataSetArn": figures.data_set_arn,
    })
}

/// Returns the rows as a reader sees them.
fn texts(figures: &Figures) -> Vec<Vec<Option<String>>> {
    let columns = &figures.query.columns;
    let row = |row: &Vec<Option<String>>| {
        let cells = row.iter().zip(columns);
        cells
            .map(|(cell, c)| {
                let text = cell.as_deref()?;
                Some(visual::shown(
                    Some(text),
                    c.kind,
                    c.format.as_ref(),
                    c.granularity,
                ))
            })
            .collect()
    };
    figures.rows.iter().map(row).collect()
}

/// Returns a path through the columns of a pivot table; a total has nothing below it.
fn joined(path: &[String]) -> String {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join(" · ")
}

/// Returns the values that a mark stands for, by field: of the dimensions in one row of an answer.
fn mark(columns: &[OutputColumn], row: &[Option<String>]) -> Value {
    let dimensions = columns
        .iter()
        .zip(row)
        .filter(|(c, _)| c.role.is_dimension());
    dimensions
        .map(|(c, value)| (c.field_id.clone(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Returns the values that the head of a pivot table's row or column stands for, by field.
fn head_mark(columns: &[OutputColumn], role: Role, key: &[Option<String>]) -> Value {
    let fields = columns.iter().filter(|c| c.role == role);
    let named = fields
        .zip(key)
        .map(|(c, value)| (c.field_id.clone(), json!(value)));
    named.collect::<serde_json::Map<_, _>>().into()
}

fn with(mut answer: Value, more: Value) -> Value {
    if let (Value::Object(answer), Value::Object(more)) = (&mut answer, more) {
        answer.extend(more);
    }
    answer
}

fn of_table(table: TableLayout, figures: &Figures) -> Value {
    let all = &figures.query.columns;
    let shown = table.columns.iter();
    let columns: Vec<Value> = shown
        .filter_map(|c| all.iter().find(|o| o.field_id == c.field_id).map(column))
        .collect();
    let mut rows = table.rows;
    let mut totals = Vec::new();
    let mut marks: Vec<Value> = figures.rows.iter().map(|row| mark(all, row)).collect();
    if let Some(total) = table.total {
        let place = if table.total_at_start { 0 } else { rows.len() };
        rows.insert(place, total);
        marks.insert(place, json!({}));
        totals.push(place);
    }
    json!({
        "kind": "table", "columns": columns, "rows": rows, "totalRows": totals, "rowMarks": marks,
    })
}

fn of_pivot(pivot: PivotLayout, all: &[OutputColumn]) -> Value {
    let head = pivot
        .row_labels
        .iter()
        .map(|l| json!({"name": l, "type": "varchar"}));
    let measures = all.iter().filter(|c| c.role == Role::Value).map(sql_type);
    let measures: Vec<&str> = measures.collect();
    // The measures follow one another below each head.
    let body = pivot
        .columns
        .iter()
        .zip(measures.iter().cycle())
        .map(|(path, kind)| json!({"name": joined(path), "type": kind}));
    let columns: Vec<Value> = head.chain(body).collect();
    let rows: Vec<Vec<&String>> = pivot
        .rows
        .iter()
        .map(|row| row.path.iter().chain(&row.cells).collect())
        .collect();
    let places = |flags: Vec<bool>, from: usize| -> Vec<usize> {
        let all = flags.into_iter().enumerate();
        all.filter(|(_, is)| *is).map(|(i, _)| from + i).collect()
    };
    let totals = pivot.rows.iter().map(|row| row.total).collect();
    let of_rows = pivot.rows.iter();
    let of_rows: Vec<Value> = of_rows
        .map(|row| head_mark(all, Role::Row, &row.key))
        .collect();
    let labels = pivot.row_labels.iter().map(|_| json!({}));
    let keys = pivot.column_keys.iter();
    let of_columns: Vec<Value> = labels
        .chain(keys.map(|key| head_mark(all, Role::Column, key)))
        .collect();
    json!({
        "kind": "pivot", "columns": columns, "rows": rows,
        "rowMarks": of_rows, "columnMarks": of_columns,
        "totalRows": places(totals, 0),
        "totalColumns": places(pivot.total_columns, pivot.row_labels.len()),
    })
}

/// Answers one visual: what to draw, and the figures behind it.
pub(super) async fn visual(service: &QuickSight, asked: &Asked) -> Result<Value, ReportError> {
    let (sheet, id) = asked.visual()?;
    let figures = asked
        .figures(service, sheet, id, false, asked.question.limit)
        .await?;
    let found = asked.definition.visual(sheet, id).map(|(_, v)| v);
    let Some(found) = found else {
        return Err(invalid(format!("Visual {id} is not found")).into());
    };
    let drawing = draw(
        found,
        &figures.query,
        &figures.rows,
        &figures.totals,
        &theme(asked.question.theme.as_deref()),
    );
    let mut columns: Vec<Value> = figures.query.columns.iter().map(column).collect();
    if let Some(rest) = figures.query.rest.and_then(|at| columns.get_mut(at)) {
        rest["rest"] = true.into();
    }
    let mut answer = json!({
        "title": found.title.clone().unwrap_or_default(),
        "columns": columns, "rows": texts(&figures), "values": &*figures.rows,
        "total": figures.rows.len(), "drawing": drawing, "fields": columns,
    });
    if let Some(text) = &found.subtitle {
        answer["subtitle"] = text.clone().into();
    }
    let more = match drawing {
        Drawing::Chart { spec } => json!({"kind": "chart", "spec": spec}),
        Drawing::Table(table) => of_table(table, &figures),
        Drawing::Pivot(pivot) => of_pivot(pivot, &figures.query.columns),
        Drawing::Kpi(kpi) => {
            let comparison = kpi.comparison.as_ref();
            json!({"kind": "kpi", "kpi": {
                "value": kpi.value,
                "comparison": comparison.map(|c| format!("{}: {} ({})", c.label, c.value, c.difference)),
                "progress": comparison.and_then(|c| c.progress),
            }})
        }
        Drawing::Empty { message } => json!({"kind": "table", "rows": [], "message": message}),
    };
    Ok(with(with(answer, more), origin(&figures)))
}

/// Answers the rows behind a visual.
pub(super) async fn rows(service: &QuickSight, asked: &Asked) -> Result<Value, ReportError> {
    let (sheet, id) = asked.visual()?;
    let limit = asked.question.limit.unwrap_or(1000).min(ROWS_MAX);
    let figures = asked.figures(service, sheet, id, true, Some(limit)).await?;
    let is_shown = |column: &OutputColumn| {
        let name = column.column.clone().unwrap_or_default();
        let named = (figures.query.data_set.clone(), name);
        asked
            .visible
            .as_ref()
            .is_none_or(|all| all.contains(&named))
    };
    let all = figures.query.columns.iter().enumerate();
    let shown: Vec<usize> = all.filter(|(_, c)| is_shown(c)).map(|(i, _)| i).collect();
    let columns: Vec<Value> = shown
        .iter()
        .map(|i| column(&figures.query.columns[*i]))
        .collect();
    let rows: Vec<Vec<Option<&str>>> = figures
        .rows
        .iter()
        .map(|row| shown.iter().map(|i| row[*i].as_deref()).collect())
        .collect();
    let answer = json!({"columns": columns, "rows": rows, "total": rows.len()});
    Ok(with(answer, origin(&figures)))
}

/// Answers the values of a column, for a control.
pub(super) async fn values(service: &QuickSight, asked: &Asked) -> Result<Value, ReportError> {
    let question = &asked.question;
    let column = ColumnRef {
        data_set: question.data_set_identifier.clone().unwrap_or_default(),
        column: question.column_name.clone().unwrap_or_default(),
    };
    let held = asked.held();
    let mut ask = asked.ask("", "", false, None);
    ask.filters = &held;
    let found = distinct(service, &asked.scope, &ask, &column).await?;
    let values: Vec<Option<String>> = found.into_iter().filter_map(|mut row| row.pop()).collect();
    Ok(json!({"values": values}))
}
