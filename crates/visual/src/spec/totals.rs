//! Totals among the figures: how they are called and where they stand.

use std::collections::HashMap;

use super::{
    Answer, Rows,
    heads::{Heads, Path},
};
use crate::{
    definition::Kind,
    format::shown,
    plan::{Role, TotalRow, VisualQuery},
};

impl VisualQuery {
    /// Returns a total's cells, its label in the place of the dimensions that are summed up.
    #[must_use]
    pub fn labelled(&self, total: &TotalRow) -> Vec<Option<String>> {
        let mut cells = total.cells.clone();
        let options = &self.total_options;
        for is_row in [true, false] {
            let side: Vec<usize> = (0..self.columns.len())
                .filter(|i| match self.columns[*i].role {
                    Role::Row | Role::GroupBy => is_row,
                    Role::Column => !is_row,
                    _ => false,
                })
                .collect();
            let kept = if is_row { total.rows } else { total.columns };
            let Some(first) = side.get(kept) else {
                continue;
            };
            let (all, groups) = if is_row {
                (&options.of_columns, &options.row_groups)
            } else {
                (&options.of_rows, &options.column_groups)
            };
            cells[*first] = Some(match kept.checked_sub(1).map(|last| side[last]) {
                None => all.label.clone(),
                Some(last) => {
                    let column = &self.columns[last];
                    let group = shown(
                        total.cells[last].as_deref(),
                        column.kind,
                        column.format.as_ref(),
                        column.granularity,
                    );
                    groups.label_of(&group)
                }
            });
        }
        cells
    }

    /// Returns the rows of a file: the answer with its totals, in the order of the screen, row by row and in each from
    /// column to column.
    #[must_use]
    pub fn with_totals(&self, rows: &Rows, totals: &[TotalRow]) -> Rows {
        if rows.is_empty() || totals.is_empty() {
            return rows.clone();
        }
        if self.kind == Kind::PivotTable {
            return self.as_laid_out(rows, totals);
        }
        let made = totals.iter().map(|total| self.labelled(total));
        if self.total_options.of_columns.at_start {
            made.chain(rows.iter().cloned()).collect()
        } else {
            rows.iter().cloned().chain(made).collect()
        }
    }

    fn as_laid_out(&self, rows: &Rows, totals: &[TotalRow]) -> Rows {
        let down = Heads::of_rows(self, rows);
        let across = Heads::of_columns(self, rows, usize::MAX);
        let (row_places, column_places) = (places(&down), places(&across));
        let mut placed = Vec::new();
        let mut put = |at: (Path, Path), cells: Vec<Option<String>>| {
            // Groups that are not shown have no total that is.
            if let (Some(row), Some(column)) = (row_places.get(&at.0), column_places.get(&at.1)) {
                placed.push(((*row, *column), cells));
            }
        };
        for row in rows {
            let at = (
                down.path(row, down.fields.len()),
                across.path(row, across.fields.len()),
            );
            put(at, row.clone());
        }
        for total in totals {
            let at = (
                down.path(&total.cells, total.rows),
                across.path(&total.cells, total.columns),
            );
            put(at, self.labelled(total));
        }
        placed.sort_by_key(|(at, _)| *at);
        placed.into_iter().map(|(_, cells)| cells).collect()
    }
}

fn places<'h>(heads: &'h Heads<'_>) -> HashMap<&'h Path, usize> {
    heads
        .paths
        .iter()
        .enumerate()
        .map(|(i, p)| (p, i))
        .collect()
}

impl Answer<'_> {
    /// Returns a total's cells as a reader sees them; what has no total is empty.
    pub(super) fn total_texts(&self, total: &TotalRow) -> Vec<String> {
        let cells = self.query.labelled(total);
        (0..cells.len())
            .map(|i| {
                let kept = self.columns[i].role.is_dimension()
                    && VisualQuery::keeps(self.columns, i, total.rows, total.columns);
                if cells[i].is_none() && !kept {
                    return String::new();
                }
                self.text(&cells, i)
            })
            .collect()
    }
}
