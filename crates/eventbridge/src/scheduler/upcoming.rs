//! When an expression that nobody has saved yet would be due. Pure: the time comes in.

use aws::ApiError;
use chrono_tz::Tz;

use super::{api::errors, timing::Timing};
use crate::schedule::Expression;

/// Returns the first occurrences after `from_ms`, in epoch milliseconds; a rate is counted from there.
///
/// **Errors**: `ValidationException` in the words of CreateSchedule.
pub fn next_runs(
    expression: &str,
    zone: &str,
    from_ms: i64,
    count: usize,
) -> Result<Vec<i64>, ApiError> {
    let parsed = Expression::parse(expression)
        .map_err(|_| errors::invalid(format!("Invalid Schedule Expression {expression}.")))?;
    let zone: Tz = zone
        .parse()
        .map_err(|_| errors::invalid(format!("Invalid Schedule Expression Timezone {zone}.")))?;
    let timing = Timing {
        expression: parsed,
        zone,
        anchor_ms: from_ms,
        start_ms: None,
        end_ms: None,
    };
    let first = timing.next_after(from_ms);
    Ok(std::iter::successors(first, |due| timing.next_after(*due))
        .take(count)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;
    /// 2026-03-28T12:00:00Z, the day before clocks are put forward in Europe.
    const NOON_MS: i64 = 1_774_699_200_000;

    #[test]
    fn occurrences_are_in_the_zone() {
        let utc = next_runs("cron(0 8 * * ? *)", "UTC", NOON_MS, 2).unwrap();
        assert_eq!(
            utc,
            [NOON_MS + 20 * 3_600_000, NOON_MS + 20 * 3_600_000 + DAY_MS]
        );
        let berlin = next_runs("cron(0 8 * * ? *)", "Europe/Berlin", NOON_MS, 1).unwrap();
        assert_eq!(berlin, [NOON_MS + 18 * 3_600_000], "summer time has begun");
        let rate = next_runs("rate(2 days)", "UTC", NOON_MS, 3).unwrap();
        assert_eq!(rate, [2, 4, 6].map(|n| NOON_MS + n * DAY_MS));
        assert!(
            next_runs("at(2026-03-01T00:00:00)", "UTC", NOON_MS, 3)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn what_is_wrong_is_said_as_the_service_says_it() {
        let said = |expression, zone| next_runs(expression, zone, 0, 1).unwrap_err().message;
        assert_eq!(
            said("cron(x)", "UTC"),
            "Invalid Schedule Expression cron(x)."
        );
        assert_eq!(
            said("rate(1 day)", "Mars"),
            "Invalid Schedule Expression Timezone Mars."
        );
    }
}
