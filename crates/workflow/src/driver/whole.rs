//! What clients ask of executions is done whole, whether they wait for the answer or hang up.

use tracing::Instrument;

/// Does `work` to its end, whoever waits for it.
///
/// A request is dropped with its connection. Between a commit and what it asks for, that would leave timers unset and calls
/// unmade until the next start.
pub(crate) async fn whole<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and with it whoever waits.
            Err(_) => std::future::pending().await,
        },
    }
}
