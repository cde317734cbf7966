//! A histogram: how many rows lie in each bin of a value.

use super::{OutputColumn, PlanError, Role, VisualQuery, filters::conditions, planner::Planner};
use crate::{column::ColumnType, definition::FieldKind, expression::Stage, sql};

/// Bins where the definition says neither how many nor how wide.
const BINS: u64 = 10;

pub(super) fn plan(mut planner: Planner<'_, '_>) -> Result<VisualQuery, PlanError> {
    let conditions = conditions(planner.request, &planner.data_set, &mut planner.compiler)?;
    let field = planner
        .visual
        .wells
        .values
        .first()
        .ok_or(PlanError::Empty)?
        .clone();
    let code = match &field.kind {
        FieldKind::Calculated(expression) => planner.compiler.text(expression),
        _ => planner.compiler.field(&field.column.column),
    }
    .map_err(|error| PlanError::Expression {
        field: field.id.clone(),
        error,
    })?;
    if !code.kind.is_number() || matches!(code.stage, Stage::Aggregate | Stage::Table(_)) {
        return Err(PlanError::Type {
            field: field.column.column.clone(),
            found: code.kind.column().name(),
            wanted: "a histogram cannot count by; it takes a number of each row",
        });
    }
    let format = planner.columns.first().and_then(|c| c.format.clone());
    let (mut part, _) = planner.rows(conditions)?;
    let value = format!("CAST({} AS double)", code.sql);
    part.wheres.push(format!("{} IS NOT NULL", code.sql));
    let options = planner.visual.configuration.get("BinOptions");
    let start = options
        .and_then(|o| o.get("StartValue"))
        .and_then(serde_json::Value::as_f64)
        .filter(|n| n.is_finite());
    if let Some(start) = start {
        part.wheres
            .push(format!("{} >= {}", code.sql, sql::number(start)));
    }
    let width = options
        .filter(|o| o.get("SelectedBinType").and_then(|t| t.as_str()) == Some("BIN_WIDTH"))
        .and_then(|o| o.pointer("/BinWidth/Value"))
        .and_then(serde_json::Value::as_f64)
        .filter(|w| *w > 0.0 && w.is_finite());
    let count = options
        .and_then(|o| o.pointer("/BinCount/Value"))
        .and_then(serde_json::Value::as_u64)
        .filter(|n| *n > 0)
        .map_or(BINS, |n| n.min(1000));
    let low = match (start, width) {
        (Some(start), _) => format!("CAST({} AS double)", sql::number(start)),
        (None, Some(w)) => format!("floor(min({value}) / {0}) * {0}", double(w)),
        (None, None) => format!("min({value})"),
    };
    let (step, bin) = match width {
        Some(w) => (
            double(w),
            "floor((\"~v\" - \"~lo\") / \"~step\")".to_owned(),
        ),
        None => (
            format!("(max({value}) - {low}) / {count}"),
            // The greatest value belongs to the last bin.
            format!(
                "least(coalesce(floor((\"~v\" - \"~lo\") / NULLIF(\"~step\", 0)), 0), {})",
                count - 1
            ),
        ),
    };
    let mut parts = std::mem::take(&mut part.parts);
    parts.push((
        "values".to_owned(),
        format!("SELECT {value} AS \"~v\"\n{}", part.text()),
    ));
    let over = |text: &str| text.replace(&value, "\"~v\"");
    parts.push((
        "bounds".to_owned(),
        format!(
            "SELECT {} AS \"~lo\", {} AS \"~step\"\nFROM \"values\"",
            over(&low),
            over(&step)
        ),
    ));
    parts.push((
        "bins".to_owned(),
        format!(
            "SELECT {bin} AS \"~bin\", \"~lo\", \"~step\"\nFROM \"values\" CROSS JOIN \"bounds\""
        ),
    ));
    let limit = 1000;
    let select = "SELECT \"~lo\" + \"~bin\" * \"~step\" AS \"d0\", \"~lo\" + (\"~bin\" + 1) * \"~step\" AS \"d1\", count(*) AS \"m0\"\n\
         FROM \"bins\"\nGROUP BY 1, 2"
        .to_owned();
    let tail = format!("\nORDER BY 1\nLIMIT {limit}");
    let column = |name: &str, label: String, role: Role, kind: ColumnType| OutputColumn {
        field_id: field.id.clone(),
        name: name.to_owned(),
        label,
        role,
        kind,
        format: if role == Role::Value {
            None
        } else {
            format.clone()
        },
        granularity: None,
        column: Some(field.column.column.clone()),
    };
    let name = field.column.column.clone();
    planner.columns = vec![
        column("d0", name.clone(), Role::BinStart, ColumnType::Decimal),
        column(
            "d1",
            format!("{name} (to)"),
            Role::BinEnd,
            ColumnType::Decimal,
        ),
        column("m0", "Count".into(), Role::Value, ColumnType::Integer),
    ];
    Ok(planner.done(parts, select, tail, limit))
}

fn double(value: f64) -> String {
    format!("CAST({} AS double)", sql::number(value))
}
