//! What a client asks for is done whole, whether it waits for the answer or hangs up.

use tracing::Instrument;

use crate::trace;

/// Does `work` to its end, whoever waits for it, as part of the present trace.
///
/// A request is dropped with its connection. Between a commit and what is to follow it, that would leave timers unset and
/// calls unmade until the next start.
pub async fn whole<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let work = trace::within(trace::current(), work);
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and with it whoever waits.
            Err(_) => std::future::pending().await,
        },
    }
}
