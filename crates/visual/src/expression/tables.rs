//! Calculations over many rows or groups: `sumOver`, `rank`, `runningSum`, `difference`, `lag`, …
//!
//! With `PRE_FILTER` or `PRE_AGG` they work on rows, else on the table of groups.

use super::{
    BEFORE_FILTERS, Code, Compiler, ErrorKind, ExpressionError, Kind, Level, Made, Node, Stage,
    Tree, aggregations::named, functions::Compiled, levels::Summary,
};
use crate::{aggregate::aggregate_sql, definition::Aggregation, sql};

/// The parts of `OVER (…)`.
#[derive(Default)]
pub(super) struct Window {
    pub(super) partition: Vec<String>,
    pub(super) order: Vec<String>,
}

impl Window {
    pub(super) fn over(&self, frame: &str) -> String {
        let mut parts = Vec::new();
        if !self.partition.is_empty() {
            parts.push(format!("PARTITION BY {}", self.partition.join(", ")));
        }
        if !self.order.is_empty() {
            parts.push(format!("ORDER BY {}", self.order.join(", ")));
        }
        if !frame.is_empty() {
            parts.push(frame.to_owned());
        }
        format!("OVER ({})", parts.join(" "))
    }
}

pub(super) const RUNNING: &str = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
const WHOLE: &str = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";

impl Compiler<'_> {
    pub(super) fn table(
        &mut self,
        at: usize,
        f: &str,
        args: &[Node],
    ) -> Result<Option<Code>, ExpressionError> {
        if let Some(base) = f.strip_suffix("over") {
            if let Some(aggregation) = named(base) {
                let how = Summary::Simple(aggregation);
                return self.over(at, f, how, args).map(Some);
            }
            if let "percentile" | "percentiledisc" | "percentilecont" = base {
                self.count(at, f, args, 2, 4)?;
                let how = Summary::Percentile {
                    percent: self.percent(f, &args[1])?,
                    discrete: base != "percentilecont",
                };
                let rest: Vec<Node> = args
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i != 1)
                    .map(|(_, a)| a.clone())
                    .collect();
                return self.over(at, f, how, &rest).map(Some);
            }
        }
        if let Some(base) = f.strip_prefix("running")
            && let Some(aggregation) = in_order(base)
        {
            return self.running(at, f, aggregation, args).map(Some);
        }
        if let Some(base) = f.strip_prefix("window")
            && let Some(aggregation) = in_order(base)
        {
            return self.window(at, f, aggregation, args).map(Some);
        }
        if let Some(base) = f
            .strip_prefix("periodtodate")
            .and_then(|f| f.strip_suffix("overtime"))
            && let Some(aggregation) = in_order(base)
        {
            return self.so_far(at, f, aggregation, args).map(Some);
        }
        match f {
            "rank" | "denserank" | "percentilerank" => self.rank(at, f, args).map(Some),
            "percentoftotal" => self.share(at, f, args).map(Some),
            "difference" | "percentdifference" | "lag" | "lead" => {
                self.other_row(at, f, args).map(Some)
            }
            "firstvalue" | "lastvalue" => self.end_value(at, f, args).map(Some),
            "periodoverperioddifference"
            | "periodoverperiodlastvalue"
            | "periodoverperiodpercentdifference" => self.period_over(at, f, args).map(Some),
            _ => Ok(None),
        }
    }

    /// Takes the calculation level that may stand last.
    fn level<'n>(&self, args: &'n [Node]) -> (Level, &'n [Node]) {
        match args.split_last() {
            Some((last, rest)) => match last.tree {
                Tree::Level(level) => (level, rest),
                _ => (Level::PostAggFilter, args),
            },
            None => (Level::PostAggFilter, args),
        }
    }

    /// Compiles a measure: aggregated for the table of groups, a row's value otherwise.
    pub(super) fn measure(&mut self, node: &Node, level: Level) -> Compiled {
        let mut code = self.node(node)?;
        match level {
            Level::PostAggFilter => {
                if matches!(code.stage, Stage::Row(_)) {
                    return Err(self.error(node.at, ErrorKind::Mismatched));
                }
                self.lift(&mut code);
            }
            Level::PreFilter | Level::PreAgg => {
                self.on_rows(node, level, &code)?;
                code = self.once_within(code, &[]);
            }
        }
        Ok(code)
    }

    /// Refuses what a calculation on rows cannot use.
    fn on_rows(&self, node: &Node, level: Level, code: &Code) -> Result<(), ExpressionError> {
        let behind = matches!(code.stage, Stage::Row(n) if n > BEFORE_FILTERS);
        if matches!(code.stage, Stage::Aggregate | Stage::Table(_))
            || (level == Level::PreFilter && behind)
        {
            return Err(self.error(node.at, ErrorKind::NestedAggregate));
        }
        Ok(())
    }

    /// Compiles what is partitioned or sorted by.
    pub(super) fn key(
        &mut self,
        node: &Node,
        level: Level,
        stage: &mut Stage,
    ) -> Result<String, ExpressionError> {
        let mut code = self.node(node)?;
        if level == Level::PostAggFilter {
            self.lift(&mut code);
            if matches!(code.stage, Stage::Row(_)) && !self.named_dimension(node, &mut code) {
                let name = match &node.tree {
                    Tree::Field(name) => name.clone(),
                    _ => code.sql.clone(),
                };
                return Err(self.error(node.at, ErrorKind::MissingAttribute(name)));
            }
        } else {
            self.on_rows(node, level, &code)?;
        }
        *stage = (*stage).max(code.stage);
        Ok(code.sql)
    }

    /// A dimension by its SQL, or by the field's name: a date's groups are what its name means there.
    fn named_dimension(&self, node: &Node, code: &mut Code) -> bool {
        if self.as_dimension(code) {
            return true;
        }
        let Tree::Field(name) = &node.tree else {
            return false;
        };
        let Some(found) = self.dimensions.iter().find(|d| d.name == *name) else {
            return false;
        };
        *code = Code::new(sql::name(&found.alias), found.kind, Stage::Table(0));
        true
    }

    fn partition(
        &mut self,
        node: Option<&Node>,
        level: Level,
        window: &mut Window,
        stage: &mut Stage,
    ) -> Result<(), ExpressionError> {
        let Some(node) = node else { return Ok(()) };
        let Tree::List(items) = &node.tree else {
            return Err(self.unexpected(node.at, "this argument", "a list in brackets"));
        };
        for (item, _) in items {
            let key = self.key(item, level, stage)?;
            window.partition.push(key);
        }
        Ok(())
    }

    fn order(
        &mut self,
        node: &Node,
        level: Level,
        window: &mut Window,
        stage: &mut Stage,
    ) -> Result<(), ExpressionError> {
        let Tree::List(items) = &node.tree else {
            return Err(self.unexpected(node.at, "this argument", "a list in brackets"));
        };
        if items.is_empty() {
            return Err(self.unexpected(node.at, "an empty list", "what is sorted by"));
        }
        for (item, descending) in items {
            let key = self.key(item, level, stage)?;
            let direction = if *descending == Some(true) {
                "DESC"
            } else {
                "ASC"
            };
            window.order.push(format!("{key} {direction} NULLS LAST"));
        }
        Ok(())
    }

    /// Puts a calculation into the layer behind all that it uses.
    pub(super) fn settle(&mut self, level: Level, used: Stage, text: String, kind: Kind) -> Code {
        let letter = if level == Level::PostAggFilter {
            't'
        } else {
            'w'
        };
        let alias = self.fresh(letter);
        let made = Made {
            alias: alias.clone(),
            sql: text,
        };
        let below = match used {
            Stage::Row(n) | Stage::Table(n) => n,
            Stage::Constant | Stage::Aggregate => 0,
        };
        let stage = match level {
            Level::PostAggFilter => {
                if self.layers.tables.len() <= below {
                    self.layers.tables.resize(below + 1, Vec::new());
                }
                self.layers.tables[below].push(made);
                Stage::Table(below + 1)
            }
            Level::PreFilter => {
                let at = (below + 1).min(BEFORE_FILTERS);
                self.layers.rows.entry(at).or_default().push(made);
                Stage::Row(at)
            }
            Level::PreAgg => {
                let at = below.max(BEFORE_FILTERS) + 1;
                self.layers.rows.entry(at).or_default().push(made);
                Stage::Row(at)
            }
        };
        Code::new(sql::name(&alias), kind, stage)
    }

    fn over(&mut self, at: usize, f: &str, how: Summary, args: &[Node]) -> Compiled {
        let (level, args) = self.level(args);
        self.count(at, f, args, 1, 2)?;
        let value = self.measure(&args[0], level)?;
        let mut stage = value.stage;
        let mut window = Window::default();
        self.partition(args.get(1), level, &mut window, &mut stage)?;
        Ok(self.summarized(level, stage, how, &value, &window))
    }

    fn running(&mut self, at: usize, f: &str, aggregation: Aggregation, args: &[Node]) -> Compiled {
        self.count(at, f, args, 2, 3)?;
        let level = Level::PostAggFilter;
        let value = self.measure(&args[0], level)?;
        let (mut stage, mut window) = (value.stage, Window::default());
        self.order(&args[1], level, &mut window, &mut stage)?;
        self.partition(args.get(2), level, &mut window, &mut stage)?;
        let (text, kind) = aggregate_sql(aggregation, &value.sql, value.kind);
        let text = format!("{text} {}", window.over(RUNNING));
        Ok(self.settle(level, stage, text, kind))
    }

    fn window(&mut self, at: usize, f: &str, aggregation: Aggregation, args: &[Node]) -> Compiled {
        self.count(at, f, args, 4, 5)?;
        let level = Level::PostAggFilter;
        let value = self.measure(&args[0], level)?;
        let (mut stage, mut window) = (value.stage, Window::default());
        self.order(&args[1], level, &mut window, &mut stage)?;
        let before = self.whole(f, &args[2])?;
        let after = self.whole(f, &args[3])?;
        self.partition(args.get(4), level, &mut window, &mut stage)?;
        let bound = |n: i64, ahead: bool| match (n < 0, ahead) {
            (false, false) | (true, true) => format!("{} PRECEDING", n.unsigned_abs()),
            _ => format!("{} FOLLOWING", n.unsigned_abs()),
        };
        let frame = format!(
            "ROWS BETWEEN {} AND {}",
            bound(before, false),
            bound(after, true)
        );
        let (text, kind) = aggregate_sql(aggregation, &value.sql, value.kind);
        let text = format!("{text} {}", window.over(&frame));
        Ok(self.settle(level, stage, text, kind))
    }

    /// Reads a whole number, which must stand there.
    pub(super) fn whole(&self, f: &str, node: &Node) -> Result<i64, ExpressionError> {
        let (negative, inner) = match &node.tree {
            Tree::Negative(inner) => (true, inner.as_ref()),
            _ => (false, node),
        };
        let value = match &inner.tree {
            Tree::Number(text) => text.parse::<u32>().ok().map(i64::from),
            _ => None,
        };
        value.map(|n| if negative { -n } else { n }).ok_or_else(|| {
            self.error(
                node.at,
                ErrorKind::Argument {
                    function: f.to_owned(),
                    problem: "this argument must be a whole number".into(),
                },
            )
        })
    }

    fn rank(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        let (level, args) = self.level(args);
        self.count(at, f, args, 1, 2)?;
        let (mut stage, mut window) = (Stage::Constant, Window::default());
        self.order(&args[0], level, &mut window, &mut stage)?;
        self.partition(args.get(1), level, &mut window, &mut stage)?;
        let over = window.over("");
        let (text, kind) = match f {
            "rank" => (format!("rank() {over}"), Kind::Integer),
            "denserank" => (format!("dense_rank() {over}"), Kind::Integer),
            // How many percent of the values stand before it: 100 is never reached.
            _ => {
                let all = Window {
                    partition: window.partition,
                    order: Vec::new(),
                };
                let count = all.over("");
                let text = format!("(CAST(rank() {over} - 1 AS double) * 100 / count(*) {count})");
                (text, Kind::Decimal)
            }
        };
        Ok(self.settle(level, stage, text, kind))
    }

    fn share(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        let (level, args) = self.level(args);
        self.count(at, f, args, 1, 2)?;
        let value = self.measure(&args[0], level)?;
        let (mut stage, mut window) = (value.stage, Window::default());
        self.partition(args.get(1), level, &mut window, &mut stage)?;
        let text = format!(
            "(CAST({0} AS double) / NULLIF(sum({0}) {1}, 0))",
            value.sql,
            window.over("")
        );
        Ok(self.settle(level, stage, text, Kind::Decimal))
    }

    /// `lag`, `lead`, `difference`: the value so many rows before or behind.
    fn other_row(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        self.count(at, f, args, 3, 4)?;
        let level = Level::PostAggFilter;
        let value = self.measure(&args[0], level)?;
        let (mut stage, mut window) = (value.stage, Window::default());
        self.order(&args[1], level, &mut window, &mut stage)?;
        let index = self.whole(f, &args[2])?;
        self.partition(args.get(3), level, &mut window, &mut stage)?;
        // `difference` counts rows behind the current one as positive, as `lead` does.
        let ahead = match f {
            "lag" => -index,
            _ => index,
        };
        let (name, count) = if ahead < 0 {
            ("lag", ahead.unsigned_abs())
        } else {
            ("lead", ahead.unsigned_abs())
        };
        let v = &value.sql;
        let other = format!("{name}({v}, {count}) {}", window.over(""));
        let (text, kind) = match f {
            "difference" => (format!("({v} - {other})"), value.kind),
            "percentdifference" => (
                format!("(CAST({v} - {other} AS double) / NULLIF({other}, 0))"),
                Kind::Decimal,
            ),
            _ => (other, value.kind),
        };
        Ok(self.settle(level, stage, text, kind))
    }

    fn end_value(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        self.count(at, f, args, 2, 3)?;
        let level = Level::PostAggFilter;
        let mut value = self.node(&args[0])?;
        self.lift(&mut value);
        if matches!(value.stage, Stage::Row(_)) && !self.named_dimension(&args[0], &mut value) {
            return Err(self.error(args[0].at, ErrorKind::Mismatched));
        }
        let (mut stage, mut window) = (value.stage, Window::default());
        self.order(&args[1], level, &mut window, &mut stage)?;
        self.partition(args.get(2), level, &mut window, &mut stage)?;
        let name = if f == "firstvalue" {
            "first_value"
        } else {
            "last_value"
        };
        let text = format!("{name}({}) {}", value.sql, window.over(WHOLE));
        Ok(self.settle(level, stage, text, value.kind))
    }
}

/// The aggregations that go from row to row.
fn in_order(name: &str) -> Option<Aggregation> {
    match name {
        "sum" | "avg" | "count" | "min" | "max" => named(name),
        _ => None,
    }
}
