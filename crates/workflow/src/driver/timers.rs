//! The timers of executions: all in the store, the near ones in memory, one task that sleeps until the next.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use asl::{TimerId, Trigger};
use parking_lot::Mutex;
use store::{Key, StoreError};
use tokio::sync::Notify;

use super::{Driver, turn::CONTINUE};
use crate::tables;

/// Timers due within this time are kept in memory; the others stay in the store alone.
const NEAR_MS: i64 = 120_000;
/// How often the store is asked for timers that have come near. Well within [`NEAR_MS`].
const REFRESH_MS: i64 = 60_000;

/// The timers that are due soon.
pub(super) struct Timers {
    near: Mutex<Near>,
    changed: Notify,
}

#[derive(Default)]
struct Near {
    /// (due, stream, timer)
    due: BTreeSet<(i64, i64, u64)>,
    of: HashMap<(i64, u64), i64>,
}

impl Near {
    fn set(&mut self, stream: i64, timer: u64, due_ms: i64) {
        if let Some(before) = self.of.insert((stream, timer), due_ms) {
            self.due.remove(&(before, stream, timer));
        }
        self.due.insert((due_ms, stream, timer));
    }

    fn clear(&mut self, stream: i64, timer: u64) {
        if let Some(due_ms) = self.of.remove(&(stream, timer)) {
            self.due.remove(&(due_ms, stream, timer));
        }
    }
}

impl Timers {
    pub(super) fn new() -> Self {
        Self {
            near: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Notes a timer that was committed. An Express execution's (its stream is negative) is nowhere else.
    pub(super) fn set(&self, stream: i64, timer: u64, due_ms: i64, now_ms: i64) {
        let mut near = self.near.lock();
        if stream >= 0 && due_ms > now_ms + NEAR_MS {
            near.clear(stream, timer);
            return;
        }
        near.set(stream, timer, due_ms);
        let first = near
            .due
            .first()
            .is_some_and(|f| *f == (due_ms, stream, timer));
        drop(near);
        if first {
            self.changed.notify_one();
        }
    }

    pub(super) fn clear(&self, stream: i64, timer: u64) {
        self.near.lock().clear(stream, timer);
    }

    fn next_due(&self) -> Option<i64> {
        self.near.lock().due.first().map(|f| f.0)
    }

    /// Takes the timers that are due out of memory.
    fn take_due(&self, now_ms: i64) -> Vec<(i64, u64)> {
        let mut near = self.near.lock();
        let mut taken = Vec::new();
        while let Some(first) = near.due.first().copied().filter(|f| f.0 <= now_ms) {
            near.due.pop_first();
            near.of.remove(&(first.1, first.2));
            taken.push((first.1, first.2));
        }
        taken
    }
}

/// Returns a timer's key in the store.
pub(super) fn key(stream: i64, timer: u64) -> Key {
    tables::key(&[&tables::stream(stream), &format!("{timer:x}")])
}

fn read_key(key: &Key) -> Option<(i64, u64)> {
    let parts = key.parts();
    let [stream, timer] = parts.as_slice() else {
        return None;
    };
    Some((
        tables::stream_of(stream)?,
        u64::from_str_radix(timer, 16).ok()?,
    ))
}

impl Driver {
    /// Reads the timers that are near out of the store.
    pub(super) async fn refresh_timers(&self) -> Result<(), StoreError> {
        let until = self.clock.now_ms() + NEAR_MS;
        for timer in self.store.timers(tables::TIMERS, until, usize::MAX).await? {
            if let Some((stream, id)) = read_key(&timer.key) {
                self.timers.near.lock().set(stream, id, timer.due_ms);
            }
        }
        Ok(())
    }

    /// Fires the timers that are due now. Each is taken from the store by the commit of what it led to.
    pub(crate) fn fire_due(self: &Arc<Self>) {
        for (stream, timer) in self.timers.take_due(self.clock.now_ms()) {
            let driver = Arc::clone(self);
            tokio::spawn(async move {
                let trigger = if timer == CONTINUE {
                    Trigger::Continue
                } else {
                    Trigger::TimerFired {
                        timer: TimerId(timer),
                    }
                };
                driver.deliver_surely(stream, trigger, Some(timer)).await;
            });
        }
    }

    /// Waits for timers for ever.
    pub(super) async fn run_timers_forever(self: Arc<Self>) {
        let mut refreshed_ms = self.clock.now_ms();
        loop {
            self.fire_due();
            let now_ms = self.clock.now_ms();
            if now_ms - refreshed_ms >= REFRESH_MS {
                if let Err(error) = self.refresh_timers().await {
                    tracing::warn!(%error, "timers could not be read");
                }
                refreshed_ms = now_ms;
                continue;
            }
            let next = self
                .timers
                .next_due()
                .unwrap_or(i64::MAX)
                .min(refreshed_ms + REFRESH_MS);
            tokio::select! {
                () = self.clock.sleep_until(next) => {}
                () = self.timers.changed.notified() => {}
            }
        }
    }
}
