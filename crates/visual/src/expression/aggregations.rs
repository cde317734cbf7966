//! The functions that aggregate: `sum`, `sumIf`, `percentile`, `periodToDateSum`, …

use super::{
    Code, Compiler, ErrorKind, ExpressionError, Kind, Node, Stage, Tree,
    functions::{Compiled, DATE, is_number},
    levels::Summary,
};
use crate::{
    aggregate::{percentile_cont, percentile_disc},
    definition::Aggregation,
    moment::truncated_sql,
    sql,
};

impl Compiler<'_> {
    pub(super) fn aggregation(
        &mut self,
        at: usize,
        f: &str,
        args: &[Node],
    ) -> Result<Option<Code>, ExpressionError> {
        let (base, conditional) = match f.strip_suffix("if") {
            Some(base) if !base.is_empty() => (base, true),
            _ => (f, false),
        };
        let (base, to_date) = match base.strip_prefix("periodtodate") {
            Some(base) if !conditional && !base.is_empty() && !f.ends_with("overtime") => {
                (base, true)
            }
            _ => (base, false),
        };
        let percentile = match base {
            "percentile" | "percentiledisc" => Some(true),
            "percentilecont" => Some(false),
            _ => None,
        };
        let Some(aggregation) = named(base).or(percentile.map(|_| Aggregation::Median)) else {
            return Ok(None);
        };
        let before = 1 + usize::from(percentile.is_some());
        let (least, most) = match (conditional, to_date) {
            (true, _) => (before + 1, before + 1),
            (_, true) => (before + 2, before + 3),
            _ => (before, before + 1),
        };
        self.count(at, f, args, least, most)?;
        let mut value = self.node(&args[0])?;
        if matches!(
            aggregation,
            Aggregation::Count | Aggregation::DistinctCount | Aggregation::Min | Aggregation::Max
        ) {
        } else {
            self.expect(args[0].at, f, "a number", &value, is_number)?;
        }
        if conditional {
            let condition = self.condition(&args[before], f)?;
            value = self.only_where(at, value, condition)?;
        } else if to_date {
            let condition = self.until_date(at, f, &args[before..])?;
            value = self.only_where(at, value, condition)?;
        }
        if value.stage > Stage::Row(usize::MAX) {
            return Err(self.error(at, ErrorKind::NestedAggregate));
        }
        let how = match percentile {
            None => Summary::Simple(aggregation),
            Some(discrete) => Summary::Percentile {
                percent: self.percent(f, &args[1])?,
                discrete,
            },
        };
        if let Some(list) = args.get(before).filter(|_| !conditional && !to_date) {
            return self.at_level(f, value, list, how).map(Some);
        }
        let value = self.once(value);
        Ok(Some(match how {
            Summary::Simple(aggregation) => Code::aggregated(aggregation, &value),
            Summary::Percentile { percent, discrete } => {
                let text = if discrete {
                    percentile_disc(&value.sql, percent)
                } else {
                    percentile_cont(&value.sql, percent)
                };
                Code::new(text, Kind::Decimal, Stage::Aggregate)
            }
        }))
    }

    pub(super) fn percent(&self, f: &str, node: &Node) -> Result<f64, ExpressionError> {
        let found = match &node.tree {
            Tree::Number(text) => text.parse::<f64>().ok(),
            Tree::Parameter(name) => self.parameters.get(name).and_then(|p| p.number()),
            _ => None,
        };
        found.filter(|p| (0.0..=100.0).contains(p)).ok_or_else(|| {
            self.error(
                node.at,
                ErrorKind::Argument {
                    function: f.to_owned(),
                    problem: "the percentile must be a number from 0 to 100".into(),
                },
            )
        })
    }

    fn only_where(&mut self, at: usize, value: Code, condition: Code) -> Compiled {
        let mut codes = [value, condition];
        let stage = self.join(at, &mut codes)?;
        let [value, condition] = codes;
        let mut code = Code::new(
            format!("CASE WHEN {} THEN {} END", condition.sql, value.sql),
            value.kind,
            stage,
        );
        code.grain = self.grain.clone();
        Ok(code)
    }

    /// The condition of `periodToDate…(measure, date, period, end)`.
    fn until_date(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        let unit = self.period(f, &args[1])?;
        let (dates, _, stage) = self.typed(at, f, &args[..1], &[DATE])?;
        let end = match args.get(2) {
            Some(end) => self
                .typed(at, f, std::slice::from_ref(end), &[DATE])?
                .0
                .remove(0),
            None => sql::timestamp(self.now),
        };
        let begin = truncated_sql(unit, self.week, &end);
        Ok(Code::new(
            format!("({0} >= {begin} AND {0} <= {end})", dates[0]),
            Kind::Bool,
            stage,
        ))
    }
}

pub(super) fn named(f: &str) -> Option<Aggregation> {
    Some(match f {
        "sum" => Aggregation::Sum,
        "avg" => Aggregation::Average,
        "min" => Aggregation::Min,
        "max" => Aggregation::Max,
        "count" => Aggregation::Count,
        "distinct_count" | "distinctcount" => Aggregation::DistinctCount,
        "var" => Aggregation::Var,
        "varp" => Aggregation::VarP,
        "stdev" => Aggregation::Stdev,
        "stdevp" => Aggregation::StdevP,
        "median" => Aggregation::Median,
        _ => return None,
    })
}
