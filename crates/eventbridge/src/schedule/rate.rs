//! Rate expressions: `rate(5 minutes)`.

use super::ExpressionError;

/// A fixed distance between occurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub period_ms: i64,
}

impl Rate {
    /// Reads a value and its unit, without the `rate(` and `)` around them. For a rule the unit is singular
    /// for 1 alone; Scheduler does not mind.
    pub fn parse(text: &str, number_matters: bool) -> Result<Self, ExpressionError> {
        let (value, unit) = text.split_once(' ').ok_or(ExpressionError::Rate)?;
        let value = value
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| value.parse::<i64>().ok())
            .flatten();
        let value = value.filter(|v| *v > 0).ok_or(ExpressionError::Rate)?;
        if number_matters && unit.ends_with('s') == (value == 1) {
            return Err(ExpressionError::Rate);
        }
        let unit_ms = match unit {
            "minute" | "minutes" => 60_000,
            "hour" | "hours" => 3_600_000,
            "day" | "days" => 86_400_000,
            _ => return Err(ExpressionError::Rate),
        };
        let period_ms = value.checked_mul(unit_ms).ok_or(ExpressionError::Rate)?;
        Ok(Self { period_ms })
    }

    /// Returns the last time not after `t_ms` that lies whole periods before or after `anchor_ms`; the anchor itself
    /// where that is earlier.
    pub fn anchor_before(&self, anchor_ms: i64, t_ms: i64) -> i64 {
        if anchor_ms <= t_ms {
            return anchor_ms;
        }
        let passed = t_ms.saturating_sub(anchor_ms).div_euclid(self.period_ms);
        anchor_ms.saturating_add(passed.saturating_mul(self.period_ms))
    }

    /// Returns the first occurrence after `t_ms` of those that lie whole periods after `anchor_ms`; none
    /// when it would lie beyond what a number of milliseconds can hold.
    pub fn next_after(&self, anchor_ms: i64, t_ms: i64) -> Option<i64> {
        let passed = t_ms.checked_sub(anchor_ms)?.max(0) / self.period_ms;
        anchor_ms.checked_add(passed.checked_add(1)?.checked_mul(self.period_ms)?)
    }
}
