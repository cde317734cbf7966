//! The first items of a dimension; the rest is left out, or becomes one: "Other".
//!
//! Rows are grouped once, by all items, and the tail's groups are brought together where the figures allow it: sums,
//! counts, least and greatest values, averages. For others, such as distinct counts, the rows are joined to the items
//! that were chosen.

use super::{Role, filters::Condition, order::items_limit, planner::Planner, rows::RowsPart};
use crate::{
    column::ColumnType,
    definition::ItemsLimit,
    expression::{Code, Kind, Stage},
    sql,
};

/// What the items behind the limit are called.
const OTHER: &str = "Other";

/// What items are chosen by, and in which direction.
struct Choice {
    by: Option<Code>,
    direction: String,
}

/// How the rest of a query knows the items: what one is called, and which of the rows are of one that was chosen.
struct Chosen {
    item: String,
    is_in: String,
}

impl Planner<'_, '_> {
    /// Keeps the first items of the first dimension.
    pub(super) fn items(
        &mut self,
        part: &mut RowsPart,
        order: &mut Vec<String>,
        later: &[Condition],
    ) {
        let Some(limit) = items_limit(self.visual) else {
            return;
        };
        let first = self
            .columns
            .iter()
            .position(|c| matches!(c.role, Role::Category | Role::Row));
        let Some(at) = first else { return };
        let kind = self.codes[at].kind;
        let keeps_others = limit.other && kind != Kind::Date;
        let choice = self.choice(order, at);
        let chosen = if later.is_empty() && self.folds() {
            self.fold(part, at, &choice, &limit, keeps_others)
        } else {
            self.join(part, at, &choice, &limit, keeps_others)
        };
        if !keeps_others {
            return;
        }
        let Chosen { item, is_in } = chosen;
        let value = if kind == Kind::Text {
            item
        } else {
            format!("CAST({item} AS varchar)")
        };
        let text = format!(
            "CASE WHEN {is_in} THEN {value} ELSE {} END",
            sql::text(OTHER)
        );
        self.codes[at] = Code::new(text, Kind::Text, self.codes[at].stage);
        self.columns[at].kind = ColumnType::String;
        self.rest = Some(at);
        let name = format!("s{}", self.hidden.len());
        let text = format!("max(CASE WHEN {is_in} THEN 1 ELSE 0 END)");
        let last = Code::new(text, Kind::Integer, Stage::Aggregate);
        order.insert(0, format!("{} DESC", sql::name(&name)));
        self.hidden.push((name, last));
    }

    /// Items are chosen by the first key that is an aggregation, else by themselves.
    fn choice(&self, order: &[String], at: usize) -> Choice {
        let figures = || {
            let shown = self.columns.iter().map(|c| &c.name).zip(&self.codes);
            shown.chain(self.hidden.iter().map(|(name, code)| (name, code)))
        };
        let found = order.iter().find_map(|key| {
            figures()
                .filter(|(_, code)| code.stage == Stage::Aggregate)
                .find_map(|(name, code)| Some((code, key.strip_prefix(&sql::name(name))?)))
        });
        match found {
            Some((code, direction)) => Choice {
                by: Some(code.clone()),
                direction: direction.trim().to_owned(),
            },
            None => Choice {
                by: None,
                direction: self.direction(order, at).to_owned(),
            },
        }
    }

    fn direction(&self, order: &[String], at: usize) -> &'static str {
        let name = sql::name(&self.columns[at].name);
        let descending = order
            .iter()
            .any(|k| k.starts_with(&name) && k.contains(" DESC"));
        if descending {
            "DESC NULLS LAST"
        } else {
            "ASC NULLS LAST"
        }
    }

    /// Tells whether all figures of groups can be brought together.
    fn folds(&self) -> bool {
        let shown = self.columns.iter().zip(&self.codes);
        let mut figures = shown
            .filter(|(column, _)| !column.role.is_dimension())
            .map(|(_, code)| code)
            .chain(self.hidden.iter().map(|(_, code)| code));
        figures.all(|code| code.fold.is_some())
    }

    /// Groups the rows once and ranks the items over their groups.
    fn fold(
        &mut self,
        part: &mut RowsPart,
        at: usize,
        choice: &Choice,
        limit: &ItemsLimit,
        keeps_others: bool,
    ) -> Chosen {
        let mut groups = Groups::default();
        let by = choice.by.as_ref().map(|code| groups.parts_of(code));
        for (i, code) in self.codes.iter_mut().enumerate() {
            if self.columns[i].role.is_dimension() {
                let name = sql::name(&format!("~g{i}"));
                groups.keys.push(format!("{} AS {name}", code.sql));
                *code = Code::new(name, code.kind, code.stage);
            } else {
                groups.fold(code);
            }
        }
        for (_, code) in &mut self.hidden {
            groups.fold(code);
        }
        let item = self.codes[at].sql.clone();
        part.then("groups", groups.text(part));
        let fold = choice.by.as_ref().and_then(|code| code.fold.as_ref());
        let by = match (fold, by) {
            (Some(fold), Some(parts)) if groups.keys.len() == 1 => fold.alone(&parts),
            (Some(fold), Some(parts)) => {
                let over = format!(" OVER (PARTITION BY {item})");
                let text = fold.together(&parts, &over);
                part.then(
                    "weighed",
                    format!("SELECT *, {text} AS \"~by\"\n{}", part.text()),
                );
                "\"~by\"".to_owned()
            }
            _ => item.clone(),
        };
        let order = format!("{by} {}, {item} ASC NULLS LAST", choice.direction);
        let rank = format!("dense_rank() OVER (ORDER BY {order}) AS \"~n\"");
        part.then("ranked", format!("SELECT *, {rank}\n{}", part.text()));
        let is_in = format!("\"~n\" <= {}", limit.items);
        if !keeps_others {
            part.wheres.push(is_in.clone());
        }
        Chosen { item, is_in }
    }

    /// Chooses the items in a query of their own, and joins the rows to them.
    fn join(
        &self,
        part: &mut RowsPart,
        at: usize,
        choice: &Choice,
        limit: &ItemsLimit,
        keeps_others: bool,
    ) -> Chosen {
        let key = &self.codes[at].sql;
        if !part.wheres.is_empty() {
            part.then("chosen", format!("SELECT *\n{}", part.text()));
        }
        let by = choice.by.as_ref().map_or("1", |code| code.sql.as_str());
        let text = format!(
            "SELECT {key} AS \"~k\", 1 AS \"~in\"\nFROM {}\nGROUP BY 1\nORDER BY {by} {}, 1\nLIMIT {}",
            part.from, choice.direction, limit.items
        );
        part.parts.push(("items".to_owned(), text));
        let join = if keeps_others { "LEFT JOIN" } else { "JOIN" };
        part.from = format!(
            "{} {join} \"items\" ON {key} IS NOT DISTINCT FROM \"~k\"",
            part.from
        );
        Chosen {
            item: key.clone(),
            is_in: "\"~in\" = 1".to_owned(),
        }
    }
}

/// The groups of all items: what they are grouped by, and what is known of each.
#[derive(Default)]
struct Groups {
    keys: Vec<String>,
    parts: Vec<String>,
}

impl Groups {
    /// Returns the names of what is known of each group for a figure.
    fn parts_of(&mut self, code: &Code) -> Vec<String> {
        let wanted = code.fold.as_ref().map(|fold| fold.parts());
        let mut names = Vec::new();
        for part in wanted.into_iter().flatten() {
            let at = self.parts.iter().position(|known| *known == part);
            let at = at.unwrap_or_else(|| {
                self.parts.push(part);
                self.parts.len() - 1
            });
            names.push(sql::name(&format!("~p{at}")));
        }
        names
    }

    /// Makes a figure of rows one of groups.
    fn fold(&mut self, code: &mut Code) {
        let names = self.parts_of(code);
        if let Some(fold) = &code.fold {
            *code = Code::new(fold.together(&names, ""), code.kind, code.stage);
        }
    }

    fn text(&self, rows: &RowsPart) -> String {
        let parts = self.parts.iter().enumerate();
        let parts = parts.map(|(i, part)| format!("{part} AS {}", sql::name(&format!("~p{i}"))));
        let list: Vec<String> = self.keys.iter().cloned().chain(parts).collect();
        let keys: Vec<String> = (1..=self.keys.len()).map(|i| i.to_string()).collect();
        format!(
            "SELECT {}\n{}\nGROUP BY {}",
            list.join(", "),
            rows.text(),
            keys.join(", ")
        )
    }
}
