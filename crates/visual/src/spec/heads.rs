//! What stands at the beginning of a pivot table's rows and columns, totals among them: the order of a screen and of a
//! file.

use std::{cmp::Ordering, collections::HashSet};

use super::Rows;
use crate::{
    definition::{SubtotalOptions, TotalOptions},
    format::shown,
    plan::{Role, VisualQuery},
};

/// The values of the fields, from the outermost; a total's are fewer than there are fields.
pub(super) type Path = Vec<Option<String>>;

/// The heads of one side.
pub(super) struct Heads<'q> {
    query: &'q VisualQuery,
    /// The places of the fields among the query's columns.
    pub(super) fields: Vec<usize>,
    pub(super) paths: Vec<Path>,
    groups: &'q SubtotalOptions,
    all: &'q TotalOptions,
}

impl<'q> Heads<'q> {
    /// Rows stand as they were answered.
    pub(super) fn of_rows(query: &'q VisualQuery, rows: &Rows) -> Self {
        let options = &query.total_options;
        let mut heads = Self::new(query, Role::Row, &options.row_groups, &options.of_columns);
        heads.paths = heads.seen(rows);
        heads.with_totals()
    }

    /// Columns stand in the order of their values, however the rows bring them.
    pub(super) fn of_columns(query: &'q VisualQuery, rows: &Rows, most: usize) -> Self {
        let options = &query.total_options;
        let mut heads = Self::new(
            query,
            Role::Column,
            &options.column_groups,
            &options.of_rows,
        );
        let numeric: Vec<bool> = heads
            .fields
            .iter()
            .map(|i| query.columns[*i].kind.is_number())
            .collect();
        heads.paths = heads.seen(rows);
        heads.paths.truncate(most);
        heads.paths.sort_by(|a, b| compare(a, b, &numeric));
        heads.with_totals()
    }

    fn new(
        query: &'q VisualQuery,
        role: Role,
        groups: &'q SubtotalOptions,
        all: &'q TotalOptions,
    ) -> Self {
        let fields = (0..query.columns.len()).filter(|i| query.columns[*i].role == role);
        Self {
            query,
            fields: fields.collect(),
            paths: Vec::new(),
            groups,
            all,
        }
    }

    /// Returns the groups, in the order of the rows.
    fn seen(&self, rows: &Rows) -> Vec<Path> {
        let mut known: HashSet<Path> = HashSet::new();
        let paths = rows.iter().map(|row| self.path(row, self.fields.len()));
        paths.filter(|path| known.insert(path.clone())).collect()
    }

    /// Returns the values of so many fields of a row.
    pub(super) fn path(&self, row: &[Option<String>], kept: usize) -> Path {
        let kept = self.fields.iter().take(kept);
        kept.map(|i| row.get(*i).cloned().flatten()).collect()
    }

    pub(super) fn is_total(&self, path: &Path) -> bool {
        path.len() < self.fields.len()
    }

    /// Puts subtotals behind their groups, and the total of all at its end.
    fn with_totals(mut self) -> Self {
        let ids: Vec<&str> = self
            .fields
            .iter()
            .map(|i| self.query.columns[*i].field_id.as_str())
            .collect();
        let kept = self.groups.kept(&ids);
        let mut out = Vec::with_capacity(self.paths.len());
        let mut paths = std::mem::take(&mut self.paths).into_iter().peekable();
        while let Some(path) = paths.next() {
            // Groups that end here, the innermost first.
            let ended = kept.iter().rev().filter(|kept| {
                let goes_on = paths
                    .peek()
                    .is_some_and(|next| next[..**kept] == path[..**kept]);
                !goes_on
            });
            let subtotals: Vec<Path> = ended.map(|kept| path[..*kept].to_vec()).collect();
            out.push(path);
            out.extend(subtotals);
        }
        if self.all.visible && !self.fields.is_empty() {
            let place = if self.all.at_start { 0 } else { out.len() };
            out.insert(place, Path::new());
        }
        self.paths = out;
        self
    }

    /// Returns one text for each field, as a reader sees them: a total has its label behind what it keeps.
    pub(super) fn texts(&self, path: &Path) -> Vec<String> {
        let mut texts: Vec<String> = self
            .fields
            .iter()
            .zip(path)
            .map(|(i, value)| {
                let column = &self.query.columns[*i];
                shown(
                    value.as_deref(),
                    column.kind,
                    column.format.as_ref(),
                    column.granularity,
                )
            })
            .collect();
        if self.is_total(path) {
            let label = match texts.last() {
                Some(group) => self.groups.label_of(group),
                None => self.all.label.clone(),
            };
            texts.push(label);
            texts.resize(self.fields.len(), String::new());
        }
        texts
    }
}

fn compare(a: &[Option<String>], b: &[Option<String>], numeric: &[bool]) -> Ordering {
    for ((a, b), numeric) in a.iter().zip(b).zip(numeric) {
        let order = match (a, b) {
            (None, None) => Ordering::Equal,
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
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
    Ordering::Equal
}
