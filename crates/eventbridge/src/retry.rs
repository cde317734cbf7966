//! When a failed attempt is made again. Pure.

use aws::ApiError;
use serde::{Deserialize, Serialize};

/// AWS's defaults, also its maxima.
const MAX_RETRIES: u32 = 185;
const MAX_AGE_S: i64 = 86_400;

/// The longest pause between attempts: with it, 185 retries fill AWS's 24 hours.
const LONGEST_PAUSE_MS: i64 = 480_000;

/// How often, and for how long, an event is tried.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Patience {
    pub(crate) max_retries: u32,
    pub(crate) max_age_ms: i64,
}

/// What comes after a failure.
pub(crate) enum Verdict {
    Again { next_ms: i64 },
    GiveUp { why: &'static str },
}

impl Patience {
    pub(crate) fn new(max_retries: Option<u32>, max_age_s: Option<i64>) -> Self {
        Self {
            max_retries: max_retries.unwrap_or(MAX_RETRIES),
            max_age_ms: 1_000 * max_age_s.unwrap_or(MAX_AGE_S),
        }
    }

    /// Tells whether an event of `since_ms` may still be tried at `at_ms`.
    pub(crate) fn covers(&self, since_ms: i64, at_ms: i64) -> bool {
        at_ms <= since_ms + self.max_age_ms
    }

    /// Judges after `attempts` attempts, the last of which failed now. `id` spreads the pauses; the next
    /// attempt is at the earliest in `after_ms`.
    pub(crate) fn judge(
        &self,
        id: &str,
        attempts: u32,
        since_ms: i64,
        now_ms: i64,
        after_ms: i64,
    ) -> Verdict {
        let next_ms = now_ms + pause_ms(id, attempts).max(after_ms);
        if attempts > self.max_retries {
            Verdict::GiveUp {
                why: "retries are used up",
            }
        } else if !self.covers(since_ms, next_ms) {
            Verdict::GiveUp {
                why: "the event grew too old",
            }
        } else {
            Verdict::Again { next_ms }
        }
    }
}

/// Tells whether the same Call may do better later: throttling and failures of the service, not what the
/// target says no to.
pub(crate) fn passes(error: &ApiError) -> bool {
    let throttled = ["Throttl", "TooManyRequests", "LimitExceeded", "Unavailable"];
    (error.status >= 500 && error.status != 501)
        || throttled.iter().any(|part| error.code.contains(part))
}

/// Doubles from a second, with up to a quarter more that depends on the delivery.
fn pause_ms(id: &str, attempts: u32) -> i64 {
    let doubled = 1_000_i64.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    let pause = doubled.min(LONGEST_PAUSE_MS * 4 / 5);
    let spread = id.bytes().fold(0i64, |sum, byte| sum + i64::from(byte)) % 100;
    pause + pause * spread / 400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_185_of_them_fill_a_day() {
        let pauses: Vec<i64> = (1..=185)
            .map(|attempts| pause_ms("delivery", attempts))
            .collect();
        assert!(pauses.is_sorted());
        assert!((1_000..1_250).contains(&pauses[0]));
        let hours = pauses.iter().sum::<i64>() / 3_600_000;
        assert!((18..=24).contains(&hours), "{hours}");
    }
}
