//! How many requests a second each API destination gets. In memory: a restart begins anew.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

const SECOND_MS: i64 = 1_000;

/// How long a delivery that was told to come later may be late.
const KEPT_MS: i64 = 60_000;

#[derive(Default)]
struct Window {
    /// When requests of the last second went out and coming ones will, in order.
    starts: VecDeque<i64>,
    /// Deliveries that were told to come later, and when.
    promised: HashMap<String, i64>,
}

/// The windows by API destination's ARN.
#[derive(Default)]
pub(crate) struct Rates {
    windows: Mutex<HashMap<String, Window>>,
}

impl Rates {
    /// Returns when a delivery may go out: now, or later; a later time is kept for it.
    pub(crate) fn take(&self, arn: &str, limit: u32, delivery: &str, now_ms: i64) -> i64 {
        let mut windows = self.windows.lock();
        windows.retain(|known, window| {
            window.promised.retain(|_, due| *due > now_ms - KEPT_MS);
            known == arn || !window.promised.is_empty() || window.is_used(now_ms)
        });
        let window = windows.entry(arn.to_owned()).or_default();
        if let Some(due) = window.promised.get(delivery).copied() {
            if due <= now_ms {
                window.promised.remove(delivery);
                return now_ms;
            }
            return due;
        }
        while window
            .starts
            .front()
            .is_some_and(|at| *at <= now_ms - SECOND_MS)
        {
            window.starts.pop_front();
        }
        let before = window.starts.len().checked_sub(limit.max(1) as usize);
        let due = before
            .and_then(|at| window.starts.get(at))
            .map_or(now_ms, |at| now_ms.max(at + SECOND_MS));
        window.starts.push_back(due);
        if due > now_ms {
            window.promised.insert(delivery.to_owned(), due);
        }
        due
    }
}

impl Window {
    fn is_used(&self, now_ms: i64) -> bool {
        self.starts
            .back()
            .is_some_and(|at| *at > now_ms - SECOND_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_has_more_than_the_limit() {
        let rates = Rates::default();
        let due: Vec<i64> = (0..7)
            .map(|n| rates.take("a", 2, &n.to_string(), 10))
            .collect();
        assert_eq!(due, [10, 10, 1_010, 1_010, 2_010, 2_010, 3_010]);
        // Another destination has a window of its own, and promises are kept.
        assert_eq!(rates.take("b", 2, "0", 10), 10);
        assert_eq!(rates.take("a", 2, "2", 500), 1_010);
        assert_eq!(rates.take("a", 2, "2", 1_010), 1_010);
        assert_eq!(rates.take("a", 2, "new", 1_010), 3_010);
        assert_eq!(rates.take("a", 2, "later", 9_000), 9_000);
    }
}
