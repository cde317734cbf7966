//! The timers in memory: all that are due up to a horizon, and no more than fit.

use std::collections::{BTreeSet, HashMap};

/// How many timers are in memory at most, unless more than these are due in one and the same millisecond.
pub(super) const MOST: usize = 32_768;
/// With fewer than this many the horizon is moved on.
const FEW: usize = MOST / 4;

/// A timer of an execution: its stream and its number.
pub(super) type TimerOf = (i64, u64);

/// Timers in the order in which they are due.
#[derive(Default)]
struct Order {
    due: BTreeSet<(i64, i64, u64)>,
    of: HashMap<TimerOf, i64>,
}

impl Order {
    fn set(&mut self, timer: TimerOf, due_ms: i64) {
        self.clear(timer);
        self.of.insert(timer, due_ms);
        self.due.insert((due_ms, timer.0, timer.1));
    }

    fn clear(&mut self, timer: TimerOf) {
        if let Some(due_ms) = self.of.remove(&timer) {
            self.due.remove(&(due_ms, timer.0, timer.1));
        }
    }

    fn first(&self) -> Option<i64> {
        self.due.first().map(|f| f.0)
    }

    fn take(&mut self, now_ms: i64) -> Option<TimerOf> {
        let first = self.due.first().copied().filter(|f| f.0 <= now_ms)?;
        self.due.remove(&first);
        self.of.remove(&(first.1, first.2));
        Some((first.1, first.2))
    }
}

/// What is due soon.
///
/// Invariant: of the timers in the store, those due at or before `horizon_ms` are here, but for those that were
/// taken. Express executions' timers are nowhere else and are all here.
pub(super) struct Near {
    stored: Order,
    fleeting: Order,
    horizon_ms: i64,
}

impl Near {
    pub(super) fn new() -> Self {
        Self {
            stored: Order::default(),
            fleeting: Order::default(),
            horizon_ms: i64::MIN,
        }
    }

    /// Notes a timer that was committed; returns whether it is the first of all now.
    pub(super) fn set(&mut self, timer: TimerOf, due_ms: i64) -> bool {
        if timer.0 < 0 {
            self.fleeting.set(timer, due_ms);
        } else if due_ms > self.horizon_ms {
            self.stored.clear(timer);
            return false;
        } else {
            self.stored.set(timer, due_ms);
            self.shrink();
        }
        self.first() == Some(due_ms)
    }

    pub(super) fn clear(&mut self, timer: TimerOf) {
        self.stored.clear(timer);
        self.fleeting.clear(timer);
    }

    /// Returns when the first is due.
    pub(super) fn first(&self) -> Option<i64> {
        let (stored, fleeting) = (self.stored.first(), self.fleeting.first());
        stored.into_iter().chain(fleeting).min()
    }

    /// Takes the first out, if it is due.
    pub(super) fn take(&mut self, now_ms: i64) -> Option<TimerOf> {
        if self.fleeting.first() < self.stored.first() || self.stored.first().is_none() {
            self.fleeting
                .take(now_ms)
                .or_else(|| self.stored.take(now_ms))
        } else {
            self.stored.take(now_ms)
        }
    }

    /// Moves the horizon to `until_ms` if there is need and room; returns after which time the store's timers are
    /// to be given to [`Self::filled`] then. From here on timers up to `until_ms` that are set are kept.
    pub(super) fn fill(&mut self, soon_ms: i64, until_ms: i64) -> Option<i64> {
        if self.horizon_ms >= soon_ms || self.stored.due.len() >= FEW {
            return None;
        }
        Some(std::mem::replace(&mut self.horizon_ms, until_ms))
    }

    /// Takes in what the store told, the earliest first; `is_all`: nothing was left out.
    pub(super) fn filled(
        &mut self,
        timers: impl IntoIterator<Item = (TimerOf, i64)>,
        is_all: bool,
    ) {
        let mut last = None;
        for (timer, due_ms) in timers {
            self.stored.set(timer, due_ms);
            last = Some(due_ms);
        }
        if let Some(last) = last.filter(|_| !is_all) {
            // Others may be due in the same millisecond.
            self.keep_up_to(last - 1);
        }
        self.shrink();
    }

    /// Takes back what [`Self::fill`] promised, when the store could not be read.
    pub(super) fn not_filled(&mut self, before_ms: i64) {
        self.keep_up_to(before_ms.min(self.horizon_ms));
    }

    /// Leaves the timers that are due last to the store alone while there are too many.
    fn shrink(&mut self) {
        while self.stored.due.len() > MOST {
            let (Some(first), Some(last)) = (self.stored.due.first(), self.stored.due.last())
            else {
                return;
            };
            if first.0 == last.0 {
                return;
            }
            self.keep_up_to(last.0 - 1);
        }
    }

    fn keep_up_to(&mut self, horizon_ms: i64) {
        self.horizon_ms = horizon_ms;
        while let Some(last) = self.stored.due.last().copied().filter(|l| l.0 > horizon_ms) {
            self.stored.due.remove(&last);
            self.stored.of.remove(&(last.1, last.2));
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.stored.due.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_beyond_the_horizon_stay_in_the_store() {
        let mut near = Near::new();
        assert_eq!(near.fill(50, 100), Some(i64::MIN));
        near.filled([((1, 0), 30), ((2, 0), 90)], true);
        assert!(!near.set((3, 0), 101));
        assert!(near.set((4, 0), 10));
        // Moved out of sight.
        near.set((1, 0), 500);
        assert_eq!(near.first(), Some(10));
        assert_eq!((near.take(9), near.take(95)), (None, Some((4, 0))));
        assert_eq!((near.take(95), near.take(95)), (Some((2, 0)), None));
        assert_eq!(near.fill(99, 200), None);
        assert_eq!(near.fill(101, 200), Some(100));
    }

    #[test]
    fn there_are_never_too_many_and_the_earliest_stay() {
        let mut near = Near::new();
        near.fill(0, i64::MAX - 1);
        let count = i64::try_from(MOST).unwrap() + 1000;
        for n in 0..count {
            near.set((n, 0), count - n);
        }
        assert!(near.len() <= MOST);
        let mut taken = 0;
        while let Some((stream, _)) = near.take(i64::MAX) {
            taken += 1;
            assert_eq!(stream, count - taken);
        }
        // What left comes back from the store after the horizon.
        assert_eq!(near.fill(i64::MAX - 1, i64::MAX - 1), Some(taken));
    }

    #[test]
    fn a_page_that_is_cut_within_a_millisecond_is_read_again_from_it() {
        let mut near = Near::new();
        near.fill(0, 1000);
        near.filled([((1, 0), 10), ((2, 0), 20)], false);
        assert_eq!((near.take(999), near.take(999)), (Some((1, 0)), None));
        assert_eq!(near.fill(1000, 1000), Some(19));
    }

    #[test]
    fn timers_that_are_nowhere_else_are_kept_whatever_the_horizon() {
        let mut near = Near::new();
        assert!(near.set((-1, 0), 5));
        near.fill(0, 100);
        near.filled([((1, 0), 7), ((2, 0), 3)], true);
        assert_eq!(
            (near.take(9), near.take(9), near.take(9)),
            (Some((2, 0)), Some((-1, 0)), Some((1, 0)))
        );
    }
}
