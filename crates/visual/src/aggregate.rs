//! Aggregations as SQL.

use crate::{definition::Aggregation, expression::Kind};

/// Returns SQL that aggregates `value`, and the type of the outcome.
///
/// Medians and percentiles are exact: SQL's `approx_percentile` is not.
#[must_use]
pub(crate) fn aggregate_sql(aggregation: Aggregation, value: &str, kind: Kind) -> (String, Kind) {
    let call = |name: &str| format!("{name}({value})");
    match aggregation {
        Aggregation::Sum => (call("sum"), kind),
        Aggregation::Average => (call("avg"), Kind::Decimal),
        Aggregation::Min => (call("min"), kind),
        Aggregation::Max => (call("max"), kind),
        Aggregation::Count => (call("count"), Kind::Integer),
        Aggregation::DistinctCount => (format!("count(DISTINCT {value})"), Kind::Integer),
        Aggregation::Var => (call("var_samp"), Kind::Decimal),
        Aggregation::VarP => (call("var_pop"), Kind::Decimal),
        Aggregation::Stdev => (call("stddev_samp"), Kind::Decimal),
        Aggregation::StdevP => (call("stddev_pop"), Kind::Decimal),
        Aggregation::Median => (median(value), Kind::Decimal),
        Aggregation::Percentile(p) => (percentile_cont(value, p), Kind::Decimal),
        Aggregation::Unique => (
            format!("CASE WHEN min({value}) = max({value}) THEN min({value}) END"),
            kind,
        ),
    }
}

/// An aggregation whose values for small groups can be brought together to that of a large one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    whole: Whole,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Sum,
    Count,
    Least,
    Most,
    Average,
}

impl Fold {
    /// Returns nothing where the small groups' values do not tell the large one's: distinct counts, percentiles.
    pub(crate) fn of(aggregation: Aggregation, value: &str) -> Option<Self> {
        let whole = match aggregation {
            Aggregation::Sum => Whole::Sum,
            Aggregation::Count => Whole::Count,
            Aggregation::Min => Whole::Least,
            Aggregation::Max => Whole::Most,
            Aggregation::Average => Whole::Average,
            _ => return None,
        };
        let value = value.to_owned();
        Some(Self { whole, value })
    }

    /// Returns the aggregations that each small group must have.
    pub(crate) fn parts(&self) -> Vec<String> {
        let of = |name: &str| format!("{name}({})", self.value);
        match self.whole {
            Whole::Sum => vec![of("sum")],
            Whole::Count => vec![of("count")],
            Whole::Least => vec![of("min")],
            Whole::Most => vec![of("max")],
            Whole::Average => vec![of("sum"), of("count")],
        }
    }

    /// Returns the large group's value from the names of its small groups' parts; `over` is the window, if it is one.
    pub(crate) fn together(&self, parts: &[String], over: &str) -> String {
        let name = match self.whole {
            Whole::Least => "min",
            Whole::Most => "max",
            _ => "sum",
        };
        let made: Vec<String> = parts
            .iter()
            .map(|part| format!("{name}({part}){over}"))
            .collect();
        self.value_of(&made)
    }

    /// Returns a small group's own value.
    pub(crate) fn alone(&self, parts: &[String]) -> String {
        self.value_of(parts)
    }

    fn value_of(&self, parts: &[String]) -> String {
        match (self.whole, parts) {
            (Whole::Average, [sum, count]) => {
                format!("(CAST({sum} AS double) / NULLIF({count}, 0))")
            }
            (_, parts) => parts.concat(),
        }
    }
}

/// Returns the values that there are, in order.
fn sorted(value: &str) -> String {
    format!("array_sort(array_agg(CAST({value} AS double)) FILTER (WHERE {value} IS NOT NULL))")
}

fn median(value: &str) -> String {
    let (all, count) = (sorted(value), format!("count({value})"));
    format!("((element_at({all}, ({count} + 1) / 2) + element_at({all}, {count} / 2 + 1)) / 2)")
}

/// Between two values the percentile lies on the line between them.
pub(crate) fn percentile_cont(value: &str, percent: f64) -> String {
    let part = (percent / 100.0).clamp(0.0, 1.0);
    let all = sorted(value);
    let place = format!("((count({value}) - 1) * {part:?})");
    let at = |round: &str| format!("element_at({all}, CAST({round}({place}) AS bigint) + 1)");
    let (low, high) = (at("floor"), at("ceil"));
    format!("({low} + ({high} - {low}) * ({place} - floor({place})))")
}

/// Returns one of the values.
pub(crate) fn percentile_disc(value: &str, percent: f64) -> String {
    let part = (percent / 100.0).clamp(0.0, 1.0);
    let all = sorted(value);
    format!("element_at({all}, greatest(CAST(ceil(count({value}) * {part:?}) AS bigint), 1))")
}
