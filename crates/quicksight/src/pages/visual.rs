//! One visual, its rows, and the values of a column.

use serde_json::{Value, json};
use visual::{ColumnRef, Drawing, OutputColumn, Role, Theme, draw};

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

fn with(mut answer: Value, more: Value) -> Value {
    if let (Value::Object(answer), Value::Object(more)) = (&mut answer, more) {
        answer.extend(more);
    }
    answer
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
    let columns: Vec<Value> = figures.query.columns.iter().map(column).collect();
    let mut answer = json!({
        "title": found.title.clone().unwrap_or_default(),
        "columns": columns, "rows": texts(&figures), "values": &*figures.rows,
        "total": figures.rows.len(), "drawing": drawing,
    });
    if let Some(text) = &found.subtitle {
        answer["subtitle"] = text.clone().into();
    }
    let more = match drawing {
        Drawing::Chart { spec } => json!({"kind": "chart", "spec": spec}),
        Drawing::Table(table) => {
            let columns: Vec<Value> = table
                .columns
                .iter()
                .filter_map(|c| {
                    let all = &figures.query.columns;
                    all.iter().find(|o| o.field_id == c.field_id).map(column)
                })
                .collect();
            let mut rows = table.rows;
            let mut totals = Vec::new();
            if let Some(total) = table.total {
                let place = if table.total_at_start { 0 } else { rows.len() };
                rows.insert(place, total);
                totals.push(place);
            }
            json!({"kind": "table", "columns": columns, "rows": rows, "totalRows": totals})
        }
        Drawing::Pivot(pivot) => {
            let head = pivot
                .row_labels
                .iter()
                .map(|l| json!({"name": l, "type": "varchar"}));
            let all = figures.query.columns.iter();
            let measures = all.filter(|c| c.role == Role::Value).map(sql_type);
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
            json!({
                "kind": "pivot", "columns": columns, "rows": rows,
                "totalRows": places(totals, 0),
                "totalColumns": places(pivot.total_columns, pivot.row_labels.len()),
            })
        }
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
    let columns: Vec<Value> = figures.query.columns.iter().map(column).collect();
    let answer = json!({
        "columns": columns, "rows": &*figures.rows, "total": figures.rows.len(),
    });
    Ok(with(answer, origin(&figures)))
}

/// Answers the values of a column, for a control.
pub(super) async fn values(service: &QuickSight, asked: &Asked) -> Result<Value, ReportError> {
    let question = &asked.question;
    let column = ColumnRef {
        data_set: question.data_set_identifier.clone().unwrap_or_default(),
        column: question.column_name.clone().unwrap_or_default(),
    };
    let found = distinct(
        service,
        &asked.scope,
        &asked.ask("", "", false, None),
        &column,
    )
    .await?;
    let values: Vec<Option<String>> = found.into_iter().filter_map(|mut row| row.pop()).collect();
    Ok(json!({"values": values}))
}
