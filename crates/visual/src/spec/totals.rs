//! Totals among the figures: how they are called and where they stand.

use super::{Answer, Rows};
use crate::{
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

    /// Returns the rows of a file: the answer with its totals, those of groups before those of all.
    #[must_use]
    pub fn with_totals(&self, rows: &Rows, totals: &[TotalRow]) -> Rows {
        let mut all = rows.clone();
        if rows.is_empty() {
            return all;
        }
        let mut totals: Vec<&TotalRow> = totals.iter().collect();
        totals.sort_by_key(|t| std::cmp::Reverse((t.rows, t.columns)));
        let made = totals.into_iter().map(|t| self.labelled(t));
        if self.total_options.of_columns.at_start && self.kind == crate::definition::Kind::Table {
            all.splice(0..0, made);
        } else {
            all.extend(made);
        }
        all
    }
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
