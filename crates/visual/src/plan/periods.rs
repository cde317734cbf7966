//! Filters by time: moments, ranges of them, and periods beside one.

use chrono::NaiveDateTime;

use super::filters::Filters;
use crate::{
    definition::{Exclude, MomentSource, RelativeKind},
    expression::{Code, rolling},
    moment::{self, Granularity},
    sql,
};

impl Filters<'_, '_, '_> {
    /// The moment that a relative period lies beside: a parameter's, or now.
    pub(super) fn anchor(&self, parameter: Option<&str>) -> Option<NaiveDateTime> {
        match parameter {
            Some(name) => self.parameter_moment(name),
            None => Some(self.request.now),
        }
    }

    fn parameter_moment(&self, name: &str) -> Option<NaiveDateTime> {
        self.request.parameters.get(name)?.moment()
    }

    pub(super) fn moment(&self, source: &MomentSource) -> Option<NaiveDateTime> {
        match source {
            MomentSource::Static(value) => moment::read(value),
            MomentSource::Rolling(text) => {
                rolling(text, self.request.definition.week_start, self.request.now)
            }
            MomentSource::Parameter(name) => self.parameter_moment(name),
        }
    }

    /// The unit that a moment lies in.
    pub(super) fn within(
        &self,
        column: &Code,
        unit: Option<Granularity>,
        at: NaiveDateTime,
    ) -> Option<String> {
        let unit = unit.unwrap_or(Granularity::Day);
        let from = moment::truncate(unit, self.request.definition.week_start, at);
        let to = moment::add(unit, 1, from)?;
        Some(format!(
            "({0} >= {1} AND {0} < {2})",
            column.sql,
            sql::timestamp(from),
            sql::timestamp(to)
        ))
    }

    pub(super) fn range(
        &self,
        column: &Code,
        unit: Option<Granularity>,
        (from, include_from): (Option<NaiveDateTime>, bool),
        (to, include_to): (Option<NaiveDateTime>, bool),
        exclude: Option<Exclude>,
    ) -> Vec<String> {
        let unit = unit.unwrap_or(Granularity::Day);
        let week = self.request.definition.week_start;
        let mut tests = Vec::new();
        // A bound is the whole unit it lies in.
        let from = from.and_then(|from| {
            let from = moment::truncate(unit, week, from);
            if include_from {
                Some(from)
            } else {
                moment::add(unit, 1, from)
            }
        });
        if let Some(from) = from {
            tests.push(not_before(column, from));
        }
        let to = to.and_then(|to| {
            let to = moment::truncate(unit, week, to);
            if include_to {
                moment::add(unit, 1, to)
            } else {
                Some(to)
            }
        });
        if let Some(to) = to {
            tests.push(before(column, to, exclude));
        }
        tests
    }

    /// Returns the beginning of a relative period and the moment behind its end.
    pub(super) fn relative(
        &self,
        kind: RelativeKind,
        unit: Granularity,
        count: Option<i64>,
        anchor: NaiveDateTime,
    ) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let this = moment::truncate(unit, self.request.definition.week_start, anchor);
        let after = |n: i64| moment::add(unit, n, this);
        let count = count.unwrap_or(1).max(1);
        Some(match kind {
            RelativeKind::This => (this, after(1)?),
            RelativeKind::Previous => (after(-1)?, this),
            RelativeKind::Next => (after(1)?, after(count.checked_add(1)?)?),
            RelativeKind::Last => (after(1 - count)?, after(1)?),
            RelativeKind::Now => (this, moment::add(Granularity::Millisecond, 1, anchor)?),
        })
    }
}

/// In a period, less what is left out of its end.
pub(super) fn within_period(
    column: &Code,
    (from, to): (NaiveDateTime, NaiveDateTime),
    exclude: Option<Exclude>,
) -> Vec<String> {
    vec![not_before(column, from), before(column, to, exclude)]
}

fn not_before(column: &Code, from: NaiveDateTime) -> String {
    format!("{} >= {}", column.sql, sql::timestamp(from))
}

/// Before a moment, and before what is left out of the end of it.
fn before(column: &Code, to: NaiveDateTime, exclude: Option<Exclude>) -> String {
    let to = exclude
        .and_then(|e| moment::add(e.unit, e.amount.checked_neg()?, to))
        .unwrap_or(to);
    format!("{} < {}", column.sql, sql::timestamp(to))
}
