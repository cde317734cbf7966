//! Queries for totals and subtotals: the visual's measures by fewer of its dimensions.
//!
//! A total is computed from the rows of the data set, not from the figures that are shown, so that the total of
//! averages is the average; only where the definition wants it, it is computed from the figures.

use super::{
    OutputColumn, PlanError, Request, Role, VisualQuery,
    fields::{Slot, Slots},
    filters::conditions,
    planner::Planner,
    with_parts,
};
use crate::{
    definition::{Kind, TotalFunction, Visual},
    expression::{Code, ErrorKind, Stage},
    sql,
};

/// A query for the totals that keep so many fields.
#[derive(Clone, Debug)]
pub struct TotalQuery {
    /// The fields of the rows that are kept, from the outermost.
    rows: usize,
    /// The fields of the columns that are kept.
    columns: usize,
    /// Which columns of the visual's answer this answer has, in its order.
    answered: Vec<usize>,
    parts: Vec<(String, String)>,
    select: String,
    limit: u64,
}

impl TotalQuery {
    /// Returns the whole statement, over a relation that is given as a `SELECT`.
    #[must_use]
    pub fn sql(&self, relation: &str) -> String {
        let mut text = with_parts(relation, &self.parts);
        text.push_str(&self.select);
        text.push_str(&format!("\nLIMIT {}", self.limit));
        text
    }
}

/// A total or subtotal: a row as the visual's answer has them, NULL where a dimension is summed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalRow {
    /// The fields of the rows that are kept, from the outermost.
    pub rows: usize,
    /// The fields of the columns that are kept.
    pub columns: usize,
    pub cells: Vec<Option<String>>,
}

impl VisualQuery {
    /// Returns the totals, from what [`Self::totals`] answered, each its rows.
    #[must_use]
    pub fn total_rows<R: AsRef<[Vec<Option<String>>]>>(&self, answers: &[R]) -> Vec<TotalRow> {
        let mut found: Vec<TotalRow> = Vec::new();
        for (query, answer) in self.totals.iter().zip(answers) {
            for row in answer.as_ref() {
                let mut cells = vec![None; self.columns.len()];
                for (place, cell) in query.answered.iter().zip(row) {
                    cells[*place].clone_from(cell);
                }
                let keys = |cells: &[Option<String>]| {
                    let columns = self.columns.iter().zip(cells);
                    let keys = columns.filter(|(c, _)| c.role.is_dimension());
                    keys.map(|(_, cell)| cell.clone()).collect::<Vec<_>>()
                };
                // Totals of rows and totals of figures are asked apart.
                let same = found.iter_mut().find(|t| {
                    (t.rows, t.columns) == (query.rows, query.columns)
                        && keys(&t.cells) == keys(&cells)
                });
                match same {
                    Some(total) => {
                        for (to, from) in total.cells.iter_mut().zip(cells) {
                            *to = to.take().or(from);
                        }
                    }
                    None => found.push(TotalRow {
                        rows: query.rows,
                        columns: query.columns,
                        cells,
                    }),
                }
            }
        }
        found
    }

    /// Returns whether a total that keeps so many fields keeps the column; it is none of the dimensions otherwise.
    pub(crate) fn keeps(columns: &[OutputColumn], at: usize, rows: usize, kept: usize) -> bool {
        let same = |c: &&OutputColumn| {
            matches!(c.role, Role::Row | Role::GroupBy)
                == matches!(columns[at].role, Role::Row | Role::GroupBy)
                && c.role.is_dimension()
        };
        let place = columns[..at].iter().filter(same).count();
        match columns[at].role {
            Role::Row | Role::GroupBy => place < rows,
            Role::Column => place < kept,
            _ => true,
        }
    }
}

/// Plans the queries for a visual's totals.
pub(super) fn plan<'r>(
    request: &'r Request<'_>,
    visual: &'r Visual,
    slots: &Slots<'r>,
    full: &VisualQuery,
) -> Result<Vec<TotalQuery>, PlanError> {
    let mut found = Vec::new();
    if slots.plain || !matches!(visual.kind, Kind::Table | Kind::PivotTable) {
        return Ok(found);
    }
    let totals = visual.totals();
    for (rows, columns) in sets(visual, slots) {
        let of = |slot: &Slot<'_>| totals.function(&slot.field.id, rows, columns);
        let functions: Vec<TotalFunction> = slots.measures.iter().map(of).collect();
        let one = Total {
            full,
            rows,
            columns,
            functions: &functions,
        };
        found.extend(one.of_rows(request, visual, slots)?);
        found.extend(one.of_figures(slots.dimensions.len()));
    }
    Ok(found)
}

/// Returns how many fields of rows and of columns each total keeps.
fn sets(visual: &Visual, slots: &Slots<'_>) -> Vec<(usize, usize)> {
    let totals = visual.totals();
    let ids = |wanted: &[Role]| -> Vec<&str> {
        let all = slots.dimensions.iter();
        let of_role = all.filter(|s| wanted.contains(&s.role));
        of_role.map(|s| s.field.id.as_str()).collect()
    };
    let (rows, columns) = (ids(&[Role::Row, Role::GroupBy]), ids(&[Role::Column]));
    let side = |fields: &[&str], mut groups: Vec<usize>, all: bool| {
        groups.push(fields.len());
        if all && !fields.is_empty() {
            groups.insert(0, 0);
        }
        groups
    };
    let row_sides = side(
        &rows,
        totals.row_groups.kept(&rows),
        totals.of_columns.visible,
    );
    let column_sides = side(
        &columns,
        totals.column_groups.kept(&columns),
        totals.of_rows.visible,
    );
    row_sides
        .iter()
        .flat_map(|r| column_sides.iter().map(|c| (*r, *c)))
        .filter(|set| *set != (rows.len(), columns.len()))
        .collect()
}

struct Total<'t> {
    full: &'t VisualQuery,
    rows: usize,
    columns: usize,
    /// One for each measure.
    functions: &'t [TotalFunction],
}

impl Total<'_> {
    fn keeps(&self, column: usize) -> bool {
        VisualQuery::keeps(&self.full.columns, column, self.rows, self.columns)
    }

    fn query(
        &self,
        answered: Vec<usize>,
        parts: Vec<(String, String)>,
        list: &[String],
        from: &str,
        keys: usize,
    ) -> TotalQuery {
        let mut select = format!("SELECT {}\n{from}", list.join(", "));
        if keys > 0 {
            let keys: Vec<String> = (1..=keys).map(|i| i.to_string()).collect();
            select.push_str(&format!("\nGROUP BY {}", keys.join(", ")));
        }
        TotalQuery {
            rows: self.rows,
            columns: self.columns,
            answered,
            parts,
            select,
            limit: self.full.limit,
        }
    }

    /// The visual's own figures as parts, `shown` the last of them.
    fn shown(&self) -> Vec<(String, String)> {
        let mut parts = self.full.parts.clone();
        parts.push(("shown".to_owned(), self.full.select.clone()));
        parts
    }

    /// The measures that are aggregated over rows. A table calculation has no total of its own: it is one of the
    /// figures' order.
    fn of_rows<'r>(
        &self,
        request: &'r Request<'_>,
        visual: &'r Visual,
        slots: &Slots<'r>,
    ) -> Result<Option<TotalQuery>, PlanError> {
        let mut planner = Planner::new(request, visual, self.full.data_set.clone())?;
        planner.prefix = "total_";
        for (i, slot) in slots.dimensions.iter().enumerate() {
            planner.dimension(i, slot, false)?;
        }
        // Filters hold for the visual as it is shown, whatever is summed up.
        let conditions = conditions(request, &self.full.data_set, &mut planner.compiler)?;
        let dimensions = std::mem::take(&mut planner.compiler.dimensions);
        let kept = dimensions.into_iter().enumerate();
        let kept = kept.filter(|(i, _)| self.keeps(*i)).map(|(_, d)| d);
        planner.compiler.dimensions = kept.collect();
        let mut measures: Vec<(usize, Code)> = Vec::new();
        for (i, slot) in slots.measures.iter().enumerate() {
            if self.functions[i] != TotalFunction::OfRows {
                continue;
            }
            match planner.measure_code(slot) {
                Ok((code, _)) if matches!(code.stage, Stage::Table(_)) => {}
                Ok((code, _)) => measures.push((slots.dimensions.len() + i, code)),
                Err(PlanError::Expression { error, .. })
                    if matches!(error.kind, ErrorKind::MissingAttribute(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if measures.is_empty() {
            return Ok(None);
        }
        let (mut part, later) = planner.rows(conditions)?;
        let mut parts = Vec::new();
        if !later.is_empty() {
            // Groups that a filter on figures takes away are not in the total either.
            parts = self.shown();
            let keys = 0..slots.dimensions.len();
            let list: Vec<String> = keys
                .clone()
                .map(|i| format!("\"d{i}\" AS \"~g{i}\""))
                .collect();
            let same: Vec<String> = keys
                .map(|i| format!("{} IS NOT DISTINCT FROM \"~g{i}\"", planner.codes[i].sql))
                .collect();
            let text = format!("SELECT {}\nFROM \"shown\"", list.join(", "));
            parts.push(("total_groups".to_owned(), text));
            part.from = format!(
                "{} JOIN \"total_groups\" ON {}",
                part.from,
                same.join(" AND ")
            );
        }
        parts.append(&mut part.parts);
        let dimensions = (0..slots.dimensions.len()).filter(|i| self.keeps(*i));
        let (mut answered, mut list) = (Vec::new(), Vec::new());
        for i in dimensions {
            answered.push(i);
            list.push(format!("{} AS \"d{i}\"", planner.codes[i].sql));
        }
        let keys = list.len();
        for (place, code) in &measures {
            answered.push(*place);
            let name = sql::name(&self.full.columns[*place].name);
            list.push(format!("{} AS {name}", code.sql));
        }
        Ok(Some(self.query(answered, parts, &list, &part.text(), keys)))
    }

    /// The measures whose total is one of the figures that are shown.
    fn of_figures(&self, dimensions: usize) -> Option<TotalQuery> {
        let (mut answered, mut list) = (Vec::new(), Vec::new());
        for i in (0..dimensions).filter(|i| self.keeps(*i)) {
            answered.push(i);
            list.push(format!("\"d{i}\""));
        }
        let keys = list.len();
        for (i, function) in self.functions.iter().enumerate() {
            let Some(function) = function.over_figures() else {
                continue;
            };
            answered.push(dimensions + i);
            let name = sql::name(&self.full.columns[dimensions + i].name);
            list.push(format!("{function}({name}) AS {name}"));
        }
        if list.len() == keys {
            return None;
        }
        Some(self.query(answered, self.shown(), &list, "FROM \"shown\"", keys))
    }
}
