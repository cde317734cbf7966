//! The loop that background work runs in.

use std::sync::{Arc, Weak};

use store::{Clock, StoreError};
use tokio::sync::Notify;

/// How long a loop rests after the store failed.
pub(crate) const REST_MS: i64 = 1_000;

/// Does what is due, then waits until the time that `step` answers or until woken; ends when the
/// service is dropped.
pub(crate) async fn forever<S, F>(
    this: Weak<S>,
    wake: Arc<Notify>,
    clock: Arc<dyn Clock>,
    what: &'static str,
    step: F,
) where
    F: AsyncFn(Arc<S>) -> Result<Option<i64>, StoreError>,
{
    loop {
        let Some(service) = this.upgrade() else {
            return;
        };
        let next = match step(service).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "{what}");
                Some(clock.now_ms() + REST_MS)
            }
        };
        match next {
            Some(due) => tokio::select! {
                () = clock.sleep_until(due) => {}
                () = wake.notified() => {}
            },
            None => wake.notified().await,
        }
    }
}
