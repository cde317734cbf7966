//! A queue of what is due: carried out, so much of it at once, until nothing more is.

use futures::StreamExt;
use store::{Clock, Store, StoreError, Timer};

/// How much is carried out at once.
const AT_ONCE: usize = 16;

/// Carries out what is due in a queue and returns when the next is. What is carried out takes itself out of the queue, or
/// puts itself off.
pub(crate) async fn carry_out<F>(
    store: &Store,
    clock: &dyn Clock,
    queue: &'static str,
    each: impl Fn(Timer) -> F + Sync,
) -> Result<Option<i64>, StoreError>
where
    F: Future<Output = Result<(), StoreError>> + Send,
{
    loop {
        let due = store.timers(queue, clock.now_ms(), 4 * AT_ONCE).await?;
        if due.is_empty() {
            let next = store.timers(queue, i64::MAX, 1).await?;
            return Ok(next.first().map(|timer| timer.due_ms));
        }
        let each = due.into_iter().map(&each);
        let mut running = futures::stream::iter(each).buffer_unordered(AT_ONCE);
        while let Some(done) = running.next().await {
            done?;
        }
    }
}
