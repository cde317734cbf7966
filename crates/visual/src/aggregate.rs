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
