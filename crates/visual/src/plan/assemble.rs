//! Puts the parts of a visual's query together.
//!
//! The order is QuickSight's order of evaluation: calculations before filters, filters, calculations before
//! aggregation, top and bottom filters, aggregation, filters on aggregates, table calculations, filters on
//! those, sorting, limits.

use std::fmt::Write;

use super::{
    OutputColumn, PlanError, Request, Role, VisualQuery,
    fields::{Slots, slots},
    filters::{Condition, conditions},
    histogram,
    planner::Planner,
    rows::{RowsPart, made_as},
    totals,
};
use crate::{
    definition::Kind as VisualKind,
    expression::{Code, Stage},
    sql,
};

/// Plans the query of a visual.
///
/// **Errors**: [`PlanError`] says what of the definition does not fit the data set.
pub fn plan(request: &Request<'_>) -> Result<VisualQuery, PlanError> {
    let (_, visual) = request
        .definition
        .visual(request.sheet, request.visual)
        .ok_or_else(|| {
            let known = request
                .definition
                .sheets
                .iter()
                .any(|s| s.id == request.sheet);
            if known {
                PlanError::Visual(request.visual.to_owned())
            } else {
                PlanError::Sheet(request.sheet.to_owned())
            }
        })?;
    let slots = slots(visual, request.level)?;
    let data_set = data_set(request, &slots)?;
    let mut planner = Planner::new(request, visual, data_set)?;
    if request.detail {
        return planner.detail();
    }
    planner.fields(&slots)?;
    if visual.kind == VisualKind::Histogram {
        return histogram::plan(planner);
    }
    let mut query = planner.query(&slots)?;
    query.totals = totals::plan(request, visual, &slots, &query)?;
    Ok(query)
}

/// All fields of a visual come from one data set.
fn data_set(request: &Request<'_>, slots: &Slots<'_>) -> Result<String, PlanError> {
    let mut found: Option<&str> = None;
    for slot in slots.dimensions.iter().chain(&slots.measures) {
        let name = slot.field.column.data_set.as_str();
        match found {
            _ if name.is_empty() => {}
            None => found = Some(name),
            Some(first) if first == name => {}
            Some(first) => return Err(PlanError::DataSets(first.into(), name.into())),
        }
    }
    found
        .or_else(|| {
            let declared = request.definition.data_sets.first();
            declared.map(|(identifier, _)| identifier.as_str())
        })
        .map(str::to_owned)
        .ok_or(PlanError::Empty)
}

impl<'r> Planner<'r, '_> {
    /// The rows of the data set behind a visual.
    fn detail(mut self) -> Result<VisualQuery, PlanError> {
        let conditions = conditions(self.request, &self.data_set, &mut self.compiler)?;
        let (part, _) = self.rows(conditions)?;
        let columns = &self.request.data_sets[&self.data_set];
        let mut list = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            let name = format!("d{i}");
            list.push(format!("{} AS \"{name}\"", sql::name(&column.name)));
            self.columns.push(OutputColumn {
                field_id: column.name.clone(),
                name,
                label: column.name.clone(),
                role: Role::Detail,
                kind: column.kind,
                format: None,
                granularity: None,
                column: Some(column.name.clone()),
            });
        }
        if list.is_empty() {
            return Err(PlanError::Empty);
        }
        let limit = self.limit();
        let select = format!("SELECT {}\n{}", list.join(", "), part.text());
        let tail = tail(&[], limit);
        Ok(self.done(part.parts, select, tail, limit))
    }

    fn query(mut self, slots: &Slots<'r>) -> Result<VisualQuery, PlanError> {
        let conditions = conditions(self.request, &self.data_set, &mut self.compiler)?;
        let mut order = self.order(slots)?;
        let limit = self.limit();
        let (mut part, later) = self.rows(conditions)?;
        if slots.plain {
            return self.plain(part, order, limit);
        }
        self.items(&mut part, &mut order, &later);
        let table = |code: &Code| matches!(code.stage, Stage::Table(_));
        let tables = self.codes.iter().any(table)
            || self.hidden.iter().any(|(_, c)| table(c))
            || later.iter().any(|c| matches!(c.stage, Stage::Table(_)));
        let grouped = self.grouped(&part, &later, tables);
        let mut wheres = Vec::new();
        let mut parts = std::mem::take(&mut part.parts);
        let select = if tables || !self.hidden.is_empty() {
            parts.push(("grouped".to_owned(), grouped));
            let mut from = "\"grouped\"".to_owned();
            for (n, made) in self.compiler.layers.tables.iter().enumerate() {
                let list: Vec<String> = made.iter().map(made_as).collect();
                let name = format!("tables_{n}");
                parts.push((
                    name.clone(),
                    format!("SELECT *, {}\nFROM {from}", list.join(", ")),
                ));
                from = format!("\"{name}\"");
            }
            for condition in later {
                if matches!(condition.stage, Stage::Table(_)) {
                    wheres.push(condition.sql);
                }
            }
            let shown = |name: &str, code: &Code| match code.stage {
                Stage::Table(_) => format!("{} AS {}", code.sql, sql::name(name)),
                _ => sql::name(name),
            };
            let list: Vec<String> = self
                .columns
                .iter()
                .zip(&self.codes)
                .map(|(c, code)| shown(&c.name, code))
                .collect();
            // A hidden key is named by its SQL where it is a table calculation.
            for (name, code) in &self.hidden {
                if table(code) {
                    for key in &mut order {
                        *key = key.replace(&sql::name(name), &code.sql);
                    }
                }
            }
            let mut text = format!("SELECT {}\nFROM {from}", list.join(", "));
            if !wheres.is_empty() {
                let _ = write!(text, "\nWHERE {}", wheres.join("\n  AND "));
            }
            text
        } else {
            grouped
        };
        Ok(self.done(parts, select, tail(&order, limit), limit))
    }

    /// `SELECT … GROUP BY … HAVING …`.
    fn grouped(&self, part: &RowsPart, later: &[Condition], tables: bool) -> String {
        let mut list = Vec::new();
        let mut keys = Vec::new();
        let shown = self
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.role.is_dimension()))
            .zip(&self.codes);
        let hidden = self.hidden.iter().map(|(n, c)| ((n.as_str(), false), c));
        for ((name, is_dimension), code) in shown.chain(hidden) {
            if matches!(code.stage, Stage::Table(_)) {
                continue;
            }
            list.push(format!("{} AS {}", code.sql, sql::name(name)));
            if is_dimension {
                keys.push(list.len().to_string());
            }
        }
        if tables {
            for made in &self.compiler.layers.aggregates {
                list.push(format!("{} AS {}", made.sql, sql::name(&made.alias)));
            }
        }
        if list.is_empty() {
            // Calculations over constants alone: there is one group of all rows.
            list.push("count(*) AS \"~all\"".to_owned());
        }
        let mut text = format!("SELECT {}\n{}", list.join(", "), part.text());
        if !keys.is_empty() {
            let _ = write!(text, "\nGROUP BY {}", keys.join(", "));
        }
        let having: Vec<&str> = later
            .iter()
            .filter(|c| c.stage == Stage::Aggregate)
            .map(|c| c.sql.as_str())
            .collect();
        if !having.is_empty() {
            let _ = write!(text, "\nHAVING {}", having.join("\n  AND "));
        }
        text
    }

    fn plain(
        self,
        part: RowsPart,
        order: Vec<String>,
        limit: u64,
    ) -> Result<VisualQuery, PlanError> {
        let list: Vec<String> = self
            .columns
            .iter()
            .zip(&self.codes)
            .map(|(c, code)| format!("{} AS {}", code.sql, sql::name(&c.name)))
            .collect();
        let select = format!("SELECT {}\n{}", list.join(", "), part.text());
        Ok(self.done(part.parts, select, tail(&order, limit), limit))
    }
}

fn tail(order: &[String], limit: u64) -> String {
    let mut text = String::new();
    if !order.is_empty() {
        let _ = write!(text, "\nORDER BY {}", order.join(", "));
    }
    let _ = write!(text, "\nLIMIT {limit}");
    text
}
