//! A clock that can be put forward to the next time that somebody waits for.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use store::{Clock, SystemClock};
use tokio::sync::Notify;

/// Runs as the machine's, and jumps when it is told to.
#[derive(Default)]
pub(crate) struct SkipClock {
    ahead_ms: AtomicI64,
    /// Until when somebody sleeps.
    sleeps: Mutex<BTreeMap<u64, i64>>,
    numbers: AtomicU64,
    jumped: Notify,
}

impl SkipClock {
    fn sleeps(&self) -> MutexGuard<'_, BTreeMap<u64, i64>> {
        self.sleeps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the clock forward to the earliest time that is slept for; only when nothing else is under way.
    pub(crate) fn jump(&self) {
        let Some(due_ms) = self.sleeps().values().min().copied() else {
            return;
        };
        let left_ms = due_ms.saturating_sub(self.now_ms());
        if left_ms > 0 {
            self.ahead_ms.fetch_add(left_ms, Ordering::SeqCst);
            self.jumped.notify_waiters();
        }
    }
}

/// Notes a sleep as long as it lasts.
struct Sleep<'a>(&'a SkipClock, u64);

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.0.sleeps().remove(&self.1);
    }
}

impl Clock for SkipClock {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.ahead_ms.load(Ordering::SeqCst)
    }

    fn sleep_until(&self, due_ms: i64) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let sleep = Sleep(self, self.numbers.fetch_add(1, Ordering::Relaxed));
            self.sleeps().insert(sleep.1, due_ms);
            loop {
                let jumped = self.jumped.notified();
                let left = u64::try_from(due_ms.saturating_sub(self.now_ms())).unwrap_or(0);
                if left == 0 {
                    return;
                }
                tokio::select! {
                    () = jumped => {}
                    () = tokio::time::sleep(Duration::from_millis(left.min(10_000))) => {}
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_jump_ends_the_earliest_sleep_and_no_other() {
        let clock = Arc::new(SkipClock::default());
        let begin = clock.now_ms();
        let sleep = |ms: i64| {
            let clock = Arc::clone(&clock);
            tokio::spawn(async move { clock.sleep_until(begin + ms).await })
        };
        let (day, hour) = (sleep(86_400_000), sleep(3_600_000));
        while clock.sleeps().len() < 2 {
            tokio::task::yield_now().await;
        }
        clock.jump();
        hour.await.unwrap();
        assert!(!day.is_finished());
        assert!((3_600_000..4_000_000).contains(&(clock.now_ms() - begin)));
        clock.jump();
        day.await.unwrap();
        clock.jump();
        assert!(
            clock.now_ms() - begin < 87_000_000,
            "nobody sleeps: no jump"
        );
    }
}
