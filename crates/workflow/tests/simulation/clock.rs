//! A clock that moves with the runtime's paused time, and jumps.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use store::Clock;
use tokio::time::Instant;

#[derive(Clone)]
pub(crate) struct Virtual {
    began: Instant,
    base_ms: Arc<AtomicI64>,
}

impl Virtual {
    /// Returns a clock that reads `now_ms`. Within a runtime.
    pub(crate) fn at(now_ms: i64) -> Self {
        Self {
            began: Instant::now(),
            base_ms: Arc::new(AtomicI64::new(now_ms)),
        }
    }

    pub(crate) fn jump(&self, by_ms: i64) {
        self.base_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}

impl Clock for Virtual {
    fn now_ms(&self) -> i64 {
        self.base_ms.load(Ordering::Relaxed)
            + i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }
}
