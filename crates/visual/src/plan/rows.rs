//! The rows that a visual's figures are of: calculations before filters, filters, calculations behind them.

use std::fmt::Write;

use super::{
    PlanError, SOURCE,
    filters::{Condition, Conditions},
    planner::Planner,
};
use crate::{
    expression::{BEFORE_FILTERS, Made, Stage},
    sql,
};

/// The `FROM` and `WHERE` of the rows that are asked, and the parts before them.
pub(super) struct RowsPart {
    pub(super) parts: Vec<(String, String)>,
    pub(super) from: String,
    pub(super) wheres: Vec<String>,
}

impl RowsPart {
    pub(super) fn text(&self) -> String {
        let mut text = format!("FROM {}", self.from);
        if !self.wheres.is_empty() {
            let _ = write!(text, "\nWHERE {}", self.wheres.join("\n  AND "));
        }
        text
    }

    /// What comes next is asked of what a part answers.
    pub(super) fn then(&mut self, name: &str, text: String) {
        self.parts.push((name.to_owned(), text));
        self.from = sql::name(name);
        self.wheres.clear();
    }
}

impl Planner<'_, '_> {
    /// Puts the layers on rows and the filters on rows together; what is left of the filters comes back.
    pub(super) fn rows(
        &self,
        conditions: Conditions,
    ) -> Result<(RowsPart, Vec<Condition>), PlanError> {
        let mut part = RowsPart {
            parts: Vec::new(),
            from: format!("\"{SOURCE}\""),
            wheres: Vec::new(),
        };
        let layers = &self.compiler.layers.rows;
        let add = |part: &mut RowsPart, n: usize, made: &[Made]| {
            let list: Vec<String> = made.iter().map(made_as).collect();
            let text = format!("SELECT *, {}\n{}", list.join(", "), part.text());
            part.then(&format!("{}rows_{n}", self.prefix), text);
        };
        for (n, made) in layers.range(..=BEFORE_FILTERS) {
            add(&mut part, *n, made);
        }
        let mut later = Vec::new();
        let mut behind = Vec::new();
        for condition in conditions.plain {
            match condition.stage {
                Stage::Constant => part.wheres.push(condition.sql),
                Stage::Row(n) if n <= BEFORE_FILTERS => part.wheres.push(condition.sql),
                Stage::Row(_) => behind.push(condition.sql),
                Stage::Aggregate | Stage::Table(_) => later.push(condition),
            }
        }
        for (n, made) in layers.range(BEFORE_FILTERS + 1..) {
            add(&mut part, *n, made);
        }
        part.wheres.extend(behind);
        if !conditions.tops.is_empty() {
            if !part.wheres.is_empty() {
                let text = format!("SELECT *\n{}", part.text());
                part.then(&format!("{}filtered", self.prefix), text);
            }
            for (i, top) in conditions.tops.iter().enumerate() {
                let name = format!("{}top_{i}", self.prefix);
                let text = format!(
                    "SELECT {0} AS \"~k\"\nFROM {1}\nWHERE {0} IS NOT NULL\nGROUP BY 1\nORDER BY {2} {3}, 1\nLIMIT {4}",
                    top.key.sql,
                    part.from,
                    top.by,
                    top.direction.sql(),
                    top.limit
                );
                part.parts.push((name.clone(), text));
                part.wheres.push(format!(
                    "{} IN (SELECT \"~k\" FROM \"{name}\")",
                    top.key.sql
                ));
            }
        }
        if !self.compiler.layers.once.is_empty() {
            let list: Vec<String> = self.compiler.layers.once.iter().map(made_as).collect();
            let text = format!("SELECT *, {}\n{}", list.join(", "), part.text());
            part.then(&format!("{}once", self.prefix), text);
        }
        Ok((part, later))
    }
}

pub(super) fn made_as(made: &Made) -> String {
    format!("{} AS {}", made.sql, sql::name(&made.alias))
}
