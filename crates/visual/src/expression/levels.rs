//! Level-aware aggregations, `sum({x}, [{a}])`: an aggregation by dimensions of its own, whose outcome each row
//! of the group has, and which counts once for each group where it is aggregated again.

use std::collections::BTreeSet;

use super::{
    Code, Compiler, ErrorKind, ExpressionError, Kind, Level, Made, Node, Stage, Tree,
    tables::Window,
};
use crate::{aggregate::aggregate_sql, definition::Aggregation, sql};

/// What an expression on rows has one value for: rows, or the groups of level-aware aggregations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grain {
    /// What it takes from rows as they are.
    columns: BTreeSet<String>,
    /// What its level-aware aggregations are grouped by; none without one.
    keys: Option<BTreeSet<String>>,
}

impl Grain {
    pub(super) fn add(&mut self, other: &Self) {
        self.columns.extend(other.columns.iter().cloned());
        if let Some(keys) = &other.keys {
            let all = self.keys.get_or_insert_default();
            all.extend(keys.iter().cloned());
        }
    }

    /// The keys, if the value is the same in all rows of a group.
    fn groups(&self) -> Option<&BTreeSet<String>> {
        let keys = self.keys.as_ref()?;
        self.columns.is_subset(keys).then_some(keys)
    }
}

/// How values become one.
#[derive(Clone, Copy)]
pub(super) enum Summary {
    Simple(Aggregation),
    Percentile {
        percent: f64,
        /// One of the values, not one between two.
        discrete: bool,
    },
}

/// The system's parameter for the dimensions of the visual.
const VISUAL: &str = "visualDimensions";

impl Compiler<'_> {
    /// Notes what a field takes from rows.
    pub(super) fn used(&mut self, mut code: Code) -> Code {
        if code.grain.keys.is_none() && matches!(code.stage, Stage::Row(_)) {
            code.grain.columns = BTreeSet::from([code.sql.clone()]);
        }
        self.grain.add(&code.grain);
        code
    }

    /// Compiles an aggregation of a value by the dimensions of a list.
    pub(super) fn at_level(
        &mut self,
        f: &str,
        value: Code,
        list: &Node,
        how: Summary,
    ) -> Result<Code, ExpressionError> {
        let keys = self.level_keys(f, list)?;
        let partition: Vec<String> = keys.iter().map(|k| k.sql.clone()).collect();
        let value = self.once_within(value, &partition);
        let stages = keys.iter().map(|k| k.stage);
        let stage = stages.fold(value.stage, Stage::max);
        let window = Window {
            partition: partition.clone(),
            order: Vec::new(),
        };
        let code = self.summarized(Level::PreAgg, stage, how, &value, &window);
        self.grain = Grain {
            columns: BTreeSet::new(),
            keys: Some(partition.into_iter().collect()),
        };
        Ok(code)
    }

    fn level_keys(&mut self, f: &str, list: &Node) -> Result<Vec<Code>, ExpressionError> {
        let Tree::List(items) = &list.tree else {
            return Err(self.unexpected(list.at, "this argument", "a list in brackets"));
        };
        let (mut added, mut taken) = (Vec::new(), Vec::new());
        let mut visual = false;
        for (item, _) in items {
            match &item.tree {
                Tree::Parameter(name) if name.eq_ignore_ascii_case(VISUAL) => visual = true,
                Tree::Not(inner) => taken.push(self.level_key(inner)?),
                _ => added.push(self.level_key(item)?),
            }
        }
        let problem = match (visual, added.is_empty(), taken.is_empty()) {
            (_, false, false) => "dimensions can be added or taken away, not both",
            (false, _, false) => "dimensions are taken away from ${visualDimensions}",
            _ => "",
        };
        if !problem.is_empty() {
            let (function, problem) = (f.to_owned(), problem.to_owned());
            return Err(self.error(list.at, ErrorKind::Argument { function, problem }));
        }
        if !visual {
            return Ok(added);
        }
        let mut keys = added;
        for dimension in &self.dimensions {
            let gone = taken
                .iter()
                .any(|t| t.sql == dimension.sql || t.sql == sql::name(&dimension.name));
            if !gone && keys.iter().all(|k| k.sql != dimension.sql) {
                keys.push(Code::new(
                    dimension.sql.clone(),
                    dimension.kind,
                    dimension.stage,
                ));
            }
        }
        Ok(keys)
    }

    fn level_key(&mut self, node: &Node) -> Result<Code, ExpressionError> {
        let code = self.node(node)?;
        if matches!(code.stage, Stage::Aggregate | Stage::Table(_)) {
            return Err(self.error(node.at, ErrorKind::NestedAggregate));
        }
        Ok(code)
    }

    /// Makes a value that belongs to groups count once for each group of the visual.
    pub(crate) fn once(&mut self, value: Code) -> Code {
        let Some(keys) = value.grain.groups() else {
            return value;
        };
        let dimensions = self.dimensions.iter().map(|d| d.sql.clone());
        let partition: BTreeSet<String> = keys.iter().cloned().chain(dimensions).collect();
        let text = first_of(partition);
        // Behind the filters that take rows away, of which the first might be one.
        let known = self.layers.once.iter().find(|m| m.sql == text);
        let alias = match known {
            Some(made) => made.alias.clone(),
            None => {
                let alias = self.fresh('o');
                self.layers.once.push(Made {
                    alias: alias.clone(),
                    sql: text,
                });
                alias
            }
        };
        only_first(&value, &sql::name(&alias), value.stage)
    }

    /// Makes a value that belongs to groups count once for each of other groups, among the layers on rows.
    pub(super) fn once_within(&mut self, value: Code, within: &[String]) -> Code {
        let Some(keys) = value.grain.groups() else {
            return value;
        };
        let partition: BTreeSet<String> = keys.iter().chain(within).cloned().collect();
        let text = first_of(partition);
        let first = self.settle(Level::PreAgg, value.stage, text, Kind::Integer);
        only_first(&value, &first.sql, first.stage)
    }

    /// Aggregates over a window; what SQL has no window function for is counted out.
    pub(super) fn summarized(
        &mut self,
        level: Level,
        used: Stage,
        how: Summary,
        value: &Code,
        window: &Window,
    ) -> Code {
        let over = window.over("");
        let v = &value.sql;
        let (percent, discrete) = match how {
            Summary::Simple(Aggregation::DistinctCount) => {
                let mut partition = window.partition.clone();
                partition.push(v.clone());
                let text = first_of(partition);
                let first = self.settle(level, used, text, Kind::Integer);
                let text = format!("count(CASE WHEN {} = 1 THEN {v} END) {over}", first.sql);
                return self.settle(level, first.stage, text, Kind::Integer);
            }
            Summary::Simple(Aggregation::Median) => (50.0, false),
            Summary::Simple(aggregation) => {
                let (text, kind) = aggregate_sql(aggregation, v, value.kind);
                return self.settle(level, used, format!("{text} {over}"), kind);
            }
            Summary::Percentile { percent, discrete } => (percent, discrete),
        };
        let part = (percent / 100.0_f64).clamp(0.0, 1.0);
        let ordered = Window {
            partition: window.partition.clone(),
            order: vec![format!("{v} ASC NULLS LAST")],
        };
        let text = format!("row_number() {}", ordered.over(""));
        let place = self.settle(level, used, text, Kind::Integer);
        let count = self.settle(level, used, format!("count({v}) {over}"), Kind::Integer);
        let stage = place.stage.max(count.stage);
        let at = |wanted: &str| {
            let place = &place.sql;
            format!("max(CASE WHEN {place} = {wanted} THEN CAST({v} AS double) END) {over}")
        };
        let count = &count.sql;
        let text = if discrete {
            at(&format!(
                "greatest(CAST(ceil({count} * {part:?}) AS bigint), 1)"
            ))
        } else {
            let wanted = format!("(({count} - 1) * {part:?})");
            let whole = |round: &str| at(&format!("CAST({round}({wanted}) AS bigint) + 1"));
            let (low, high) = (whole("floor"), whole("ceil"));
            format!("({low} + ({high} - {low}) * ({wanted} - floor({wanted})))")
        };
        self.settle(level, stage, text, Kind::Decimal)
    }
}

fn first_of(partition: impl IntoIterator<Item = String>) -> String {
    let window = Window {
        partition: partition.into_iter().collect(),
        order: Vec::new(),
    };
    format!("row_number() {}", window.over(""))
}

fn only_first(value: &Code, first: &str, stage: Stage) -> Code {
    let text = format!("CASE WHEN {first} = 1 THEN {} END", value.sql);
    Code::new(text, value.kind, stage)
}
