//! When a schedule is due, in its time zone. Pure.
//!
//! **Source**: EventBridge Scheduler User Guide, "Schedule types": where a clock is put forward, a time that
//! does not exist is skipped; where it is put back, a time that comes twice counts once, the first time.

use chrono::{DateTime, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use crate::schedule::{Cron, Expression};

/// An expression with all that bounds it.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    pub(crate) expression: Expression,
    pub(crate) zone: Tz,
    /// Where a rate's periods are counted from; there is its first occurrence.
    pub(crate) anchor_ms: i64,
    /// Both bound recurring schedules alone.
    pub(crate) start_ms: Option<i64>,
    pub(crate) end_ms: Option<i64>,
}

impl Timing {
    /// Returns the first occurrence after `t_ms`.
    pub(crate) fn next_after(&self, t_ms: i64) -> Option<i64> {
        let from = self.start_ms.map_or(t_ms, |start| t_ms.max(start - 1));
        let next = match &self.expression {
            Expression::At(at) => return self.to_utc(at.0).filter(|due| *due > t_ms),
            Expression::Rate(_) if from < self.anchor_ms => Some(self.anchor_ms),
            Expression::Rate(rate) => rate.next_after(self.anchor_ms, from),
            Expression::Cron(cron) => self.next_local(cron, from),
        };
        next.filter(|due| self.end_ms.is_none_or(|end| *due <= end))
    }

    pub(crate) fn is_one_time(&self) -> bool {
        matches!(self.expression, Expression::At(_))
    }

    fn next_local(&self, cron: &Cron, t_ms: i64) -> Option<i64> {
        let mut local = DateTime::from_timestamp_millis(t_ms)?
            .with_timezone(&self.zone)
            .naive_local();
        loop {
            local = cron.next_after(local)?;
            match self.to_utc(local) {
                Some(due) if due > t_ms => return Some(due),
                _ => {}
            }
        }
    }

    fn to_utc(&self, local: NaiveDateTime) -> Option<i64> {
        let first = self.zone.from_local_datetime(&local).earliest()?;
        Some(first.timestamp_millis())
    }
}
