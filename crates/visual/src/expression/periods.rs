//! Calculations over the periods of a date: what has come together since one began, and what it was in another.

use super::{
    Compiler, Kind, Level, Node,
    functions::Compiled,
    tables::{RUNNING, Window},
};
use crate::{
    aggregate::aggregate_sql,
    definition::Aggregation,
    moment::{Granularity, truncated_sql},
    sql,
};

impl Compiler<'_> {
    /// `periodToDate…OverTime(measure, date, period)`: what has come together since the period began.
    pub(super) fn so_far(
        &mut self,
        at: usize,
        f: &str,
        aggregation: Aggregation,
        args: &[Node],
    ) -> Compiled {
        self.count(at, f, args, 2, 3)?;
        let level = Level::PostAggFilter;
        let value = self.measure(&args[0], level)?;
        let mut stage = value.stage;
        let date = self.key(&args[1], level, &mut stage)?;
        let unit = match args.get(2) {
            Some(node) => self.period(f, node)?,
            None => self.unit_of(&date),
        };
        let mut window = self.beside(&date);
        let begins = truncated_sql(unit, self.week, &format!("CAST({date} AS timestamp)"));
        window.partition.push(begins);
        let (text, kind) = aggregate_sql(aggregation, &value.sql, value.kind);
        let text = format!("{text} {}", window.over(RUNNING));
        Ok(self.settle(level, stage, text, kind))
    }

    /// The unit that the visual has a date in.
    fn unit_of(&self, date: &str) -> Granularity {
        let found = self.dimensions.iter().find(|d| sql::name(&d.alias) == date);
        found.and_then(|d| d.unit).unwrap_or(Granularity::Day)
    }

    /// The groups of all dimensions but a date, in its order.
    fn beside(&self, date: &str) -> Window {
        let names = self.dimensions.iter().map(|d| sql::name(&d.alias));
        Window {
            partition: names.filter(|alias| alias != date).collect(),
            order: vec![date.to_owned()],
        }
    }

    /// The measure so many periods before, beside the same values of the other dimensions.
    pub(super) fn period_over(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        self.count(at, f, args, 2, 4)?;
        let level = Level::PostAggFilter;
        let value = self.measure(&args[0], level)?;
        let mut stage = value.stage;
        let date = self.key(&args[1], level, &mut stage)?;
        let unit = match args.get(2) {
            Some(node) => self.period(f, node)?,
            None => self.unit_of(&date),
        };
        let offset = match args.get(3) {
            Some(node) => self.whole(f, node)?,
            None => 1,
        };
        let (count, interval) = match unit {
            Granularity::Quarter => (offset * 3, "MONTH"),
            Granularity::Week => (offset * 7, "DAY"),
            Granularity::Year => (offset, "YEAR"),
            Granularity::Month => (offset, "MONTH"),
            Granularity::Day => (offset, "DAY"),
            Granularity::Hour => (offset, "HOUR"),
            Granularity::Minute => (offset, "MINUTE"),
            Granularity::Second | Granularity::Millisecond => (offset, "SECOND"),
        };
        let window = self.beside(&date);
        let side = if count < 0 { "FOLLOWING" } else { "PRECEDING" };
        let bound = format!("INTERVAL '{}' {interval} {side}", count.unsigned_abs());
        let v = &value.sql;
        let before = format!(
            "max({v}) {}",
            window.over(&format!("RANGE BETWEEN {bound} AND {bound}"))
        );
        let (text, kind) = match f {
            "periodoverperiodlastvalue" => (before, value.kind),
            "periodoverperioddifference" => (format!("({v} - {before})"), value.kind),
            _ => (
                format!("(CAST({v} - {before} AS double) / NULLIF({before}, 0))"),
                Kind::Decimal,
            ),
        };
        Ok(self.settle(level, stage, text, kind))
    }
}
