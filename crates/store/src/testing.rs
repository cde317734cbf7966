//! What other crates' tests use: a clock that stands still until told.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::watch;

use crate::Clock;

/// A clock that moves only when told. Clones share the time.
#[derive(Clone)]
pub struct SimClock(Arc<watch::Sender<i64>>);

impl SimClock {
    /// Returns a clock that reads `now_ms`.
    pub fn at(now_ms: i64) -> Self {
        Self(Arc::new(watch::Sender::new(now_ms)))
    }

    pub fn set(&self, now_ms: i64) {
        self.0.send_replace(now_ms);
    }

    pub fn advance(&self, by_ms: i64) {
        self.0.send_modify(|now| *now += by_ms);
    }
}

impl Default for SimClock {
    /// Reads 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at(1_767_225_600_000)
    }
}

impl Clock for SimClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
    }

    fn sleep_until(&self, due_ms: i64) -> BoxFuture<'_, ()> {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            // The sender lives as long as `self`.
            let _ = now.wait_for(|now| *now >= due_ms).await;
        })
    }
}
