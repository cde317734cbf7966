//! Past occurrences of a schedule, to be run again or for the first time. Pure, but for `token`, which remembers requests.
//!
//! They are those of the expression within the schedule's start and end, whether it was there and enabled then or not:
//! that data is older than the schedule is what backfill is for.

pub(crate) mod token;

use aws::ApiError;

use crate::api::errors;

/// How many invocations one backfill may bring, and how many times are found at once.
pub const MOST: usize = 1_000;

/// When a schedule was due within a window of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Epoch milliseconds, the earliest first, at most [`MOST`].
    pub times_ms: Vec<i64>,
    /// There are more in the window.
    pub truncated: bool,
}

/// What was queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// What its firings are marked with.
    pub id: String,
    /// Invocations.
    pub queued: usize,
}

impl Due {
    /// Finds the occurrences from `from_ms` to `to_ms`, both included.
    pub(crate) fn find(next: impl Fn(i64) -> Option<i64>, from_ms: i64, to_ms: i64) -> Self {
        let first = next(from_ms.saturating_sub(1));
        let mut times_ms: Vec<i64> = std::iter::successors(first, |due| next(*due))
            .take_while(|due| *due <= to_ms)
            .take(MOST + 1)
            .collect();
        let truncated = times_ms.len() > MOST;
        times_ms.truncate(MOST);
        Self {
            times_ms,
            truncated,
        }
    }
}

/// Returns the times in order, each once. `occurrences` makes what finds the next one, from just before a time on.
///
/// **Errors**: `ValidationException` where there are none, too many for so many targets, or one that was not due by now.
pub(crate) fn checked<N: Fn(i64) -> Option<i64>>(
    times_ms: &[i64],
    targets: usize,
    now_ms: i64,
    occurrences: impl Fn(i64) -> Result<N, ApiError>,
) -> Result<Vec<i64>, ApiError> {
    let mut times = times_ms.to_vec();
    times.sort_unstable();
    times.dedup();
    let Some(first) = times.first() else {
        return Err(errors::invalid("No time to run was given."));
    };
    if times.len() * targets > MOST {
        let message = format!(
            "{} times for {targets} target(s) are more than the {MOST} invocations that one backfill may bring.",
            times.len()
        );
        return Err(errors::invalid(message));
    }
    let next = occurrences(*first)?;
    let was_due = |time: &&i64| **time <= now_ms && next(time.saturating_sub(1)) == Some(**time);
    match times.iter().find(|time| !was_due(time)) {
        None => Ok(times),
        Some(time) => {
            let time = crate::event::time(*time);
            Err(errors::invalid(format!("It was not due at {time}.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Due at every whole ten.
    #[expect(clippy::unnecessary_wraps, reason = "the shape of a schedule's")]
    fn tens(t: i64) -> Option<i64> {
        Some((t.div_euclid(10) + 1) * 10)
    }

    #[test]
    fn both_ends_of_a_window_belong_to_it() {
        let found = Due::find(tens, -10, 20);
        assert_eq!(found.times_ms, [-10, 0, 10, 20]);
        assert!(!found.truncated);
        assert!(Due::find(tens, 21, 29).times_ms.is_empty());
        assert!(Due::find(|_| None, 0, 9).times_ms.is_empty());
    }

    #[test]
    fn a_window_with_too_much_in_it_says_so() {
        let all = Due::find(tens, 0, 9_990);
        assert_eq!((all.times_ms.len(), all.truncated), (MOST, false));
        let more = Due::find(tens, 0, 10_000);
        assert_eq!((more.times_ms.len(), more.truncated), (MOST, true));
    }

    #[test]
    fn only_what_was_due_is_run_and_each_once() {
        let checked = |times: &[i64], targets| {
            let found = checked(times, targets, 100, |_| Ok(tens));
            found.map_err(|error| error.message)
        };
        assert_eq!(checked(&[30, 10, 30], 2), Ok(vec![10, 30]));
        for times in [&[][..], &[11], &[10, 110]] {
            assert!(checked(times, 1).is_err(), "{times:?}");
        }
        let many: Vec<i64> = (-600..0).map(|n| n * 10).collect();
        assert!(checked(&many, 1).is_ok());
        assert!(checked(&many, 2).is_err_and(|m| m.contains("600 times for 2 target(s)")));
    }
}
