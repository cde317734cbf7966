//! The timers of executions: all in the store, the near ones in memory, one task that sleeps until the next.

use std::sync::Arc;

use asl::{TimerId, Trigger};
use parking_lot::Mutex;
use store::{Key, StoreError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::{
    Driver,
    near::{MOST, Near},
    observe,
    turn::CONTINUE,
};
use crate::tables;

/// Timers due within this time are kept in memory, as far as there is room.
const NEAR_MS: i64 = 120_000;
/// When fewer than this is left of it, more are read from the store.
const SOON_MS: i64 = 60_000;
/// How many timers are read from the store at once.
const PAGE: usize = MOST / 2;
/// How many timers fire at the same time: enough to fill a group of commits, and as many executions in memory.
const AT_ONCE: usize = 512;
/// How long to wait before timers that could not be read are asked for again.
const RETRY_AFTER_MS: i64 = 1000;

/// The timers that are due soon.
pub(super) struct Timers {
    near: Mutex<Near>,
    changed: Notify,
    firing: Arc<Semaphore>,
}

impl Timers {
    pub(super) fn new() -> Self {
        Self {
            near: Mutex::new(Near::new()),
            changed: Notify::new(),
            firing: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Notes a timer that was committed. An Express execution's (its stream is negative) is nowhere else.
    pub(super) fn set(&self, stream: i64, timer: u64, due_ms: i64) {
        let is_first = self.near.lock().set((stream, timer), due_ms);
        if is_first {
            self.changed.notify_one();
        }
    }

    pub(super) fn clear(&self, stream: i64, timer: u64) {
        self.near.lock().clear((stream, timer));
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
    /// Reads the timers that are near out of the store, if there is need and room.
    pub(super) async fn refresh_timers(&self) -> Result<(), StoreError> {
        let now_ms = self.clock.now_ms();
        let until_ms = now_ms + NEAR_MS;
        let asked = self.timers.near.lock().fill(now_ms + SOON_MS, until_ms);
        let Some(after_ms) = asked else {
            return Ok(());
        };
        let mut limit = PAGE;
        let read = loop {
            let page = self
                .store
                .timers_after(tables::TIMERS, after_ms, until_ms, limit)
                .await;
            match &page {
                // A page of one millisecond alone has no place to be cut at.
                Ok(timers)
                    if timers.len() == limit
                        && timers.first().map(|t| t.due_ms) == timers.last().map(|t| t.due_ms) =>
                {
                    limit *= 4;
                }
                _ => break page,
            }
        };
        let mut near = self.timers.near.lock();
        match read {
            Ok(timers) => {
                let is_all = timers.len() < limit;
                let timers = timers
                    .iter()
                    .filter_map(|t| Some((read_key(&t.key)?, t.due_ms)));
                near.filled(timers, is_all);
                Ok(())
            }
            Err(error) => {
                near.not_filled(after_ms);
                Err(error)
            }
        }
    }

    /// Fires a timer. It is taken from the store by the commit of what it led to.
    fn fire(self: &Arc<Self>, stream: i64, timer: u64, firing: OwnedSemaphorePermit) {
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
            drop(firing);
        });
    }

    /// Waits for timers for ever.
    pub(super) async fn run_timers_forever(self: Arc<Self>) {
        loop {
            let mut next_look_ms = self.clock.now_ms() + SOON_MS / 2;
            if let Err(error) = self.refresh_timers().await {
                tracing::warn!(%error, "timers could not be read");
                next_look_ms = self.clock.now_ms() + RETRY_AFTER_MS;
            }
            let first = self.timers.near.lock().first();
            if first.is_some_and(|due_ms| due_ms <= self.clock.now_ms()) {
                let Ok(firing) = Arc::clone(&self.timers.firing).acquire_owned().await else {
                    return;
                };
                let due = self.timers.near.lock().take(self.clock.now_ms());
                if let Some((stream, timer)) = due {
                    let late_ms = first.map_or(0, |due_ms| self.clock.now_ms() - due_ms);
                    observe::timer_fired(late_ms);
                    self.fire(stream, timer, firing);
                }
                continue;
            }
            let wake_ms = first.unwrap_or(i64::MAX).min(next_look_ms);
            tokio::select! {
                biased;
                () = self.clock.sleep_until(wake_ms) => {}
                () = self.timers.changed.notified() => {}
            }
        }
    }
}
