//! The clock seam: the only place that asks the system for the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns milliseconds since the epoch, UTC.
    fn now_ms(&self) -> i64;

    /// Waits until the clock reads `due_ms` or later.
    fn sleep_until(&self, due_ms: i64) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                let Ok(left) = u64::try_from(due_ms.saturating_sub(self.now_ms())) else {
                    return;
                };
                if left == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(left.min(LONGEST_SLEEP_MS))).await;
            }
        })
    }
}

/// A timer counts running time only; looking at the clock now and then notices that the machine slept or
/// that its time was set.
const LONGEST_SLEEP_MS: u64 = 10_000;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    }
}
