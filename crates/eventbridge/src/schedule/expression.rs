//! A whole schedule expression.

use super::{At, Cron, ExpressionError, Rate};

/// A schedule expression, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    Cron(Cron),
    Rate(Rate),
    At(At),
}

impl Expression {
    /// Reads what a schedule of EventBridge Scheduler may have: `cron(…)`, `rate(…)` or `at(…)`.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Self::read(text, false)
    }

    /// Reads what a rule may have: `cron(…)` or `rate(…)`.
    pub fn parse_for_rule(text: &str) -> Result<Self, ExpressionError> {
        match Self::read(text, true)? {
            Self::At(_) => Err(ExpressionError::Form),
            other => Ok(other),
        }
    }

    /// Returns where the periods of a rate are counted from so that those from `t_ms` on are among them; for others
    /// the anchor as it is.
    pub fn anchor_before(&self, anchor_ms: i64, t_ms: i64) -> i64 {
        match self {
            Self::Rate(rate) => rate.anchor_before(anchor_ms, t_ms),
            Self::Cron(_) | Self::At(_) => anchor_ms,
        }
    }

    fn read(text: &str, for_rule: bool) -> Result<Self, ExpressionError> {
        let (kind, inner) = text
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
            .ok_or(ExpressionError::Form)?;
        match kind {
            "cron" => Cron::parse(inner).map(Self::Cron),
            "rate" => Rate::parse(inner, for_rule).map(Self::Rate),
            "at" => At::parse(inner).map(Self::At),
            _ => Err(ExpressionError::Form),
        }
    }
}

/// Returns the first occurrence after `t_ms` in UTC. `anchor_ms` is where a rate's periods are counted from.
pub fn next_after_utc(expression: &Expression, anchor_ms: i64, t_ms: i64) -> Option<i64> {
    let local = |t: chrono::NaiveDateTime| t.and_utc().timestamp_millis();
    match expression {
        Expression::Rate(rate) => rate.next_after(anchor_ms, t_ms),
        Expression::Cron(cron) => {
            let t = chrono::DateTime::from_timestamp_millis(t_ms)?.naive_utc();
            cron.next_after(t).map(local)
        }
        Expression::At(at) => Some(local(at.0)).filter(|due| *due > t_ms),
    }
}
