//! A panic in the engine is the end of one query, told as its failure, and of nothing else.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::FutureExt;

use crate::QueryError;

/// Runs a step of a query. What it was made of is not used again after a panic: its callers let go of it.
pub(crate) async fn guarded<T>(
    step: impl Future<Output = Result<T, QueryError>>,
) -> Result<T, QueryError> {
    match AssertUnwindSafe(step).catch_unwind().await {
        Ok(done) => done,
        Err(panic) => Err(told(panic.as_ref())),
    }
}

/// The same for a step that does not wait.
pub(crate) fn guarded_now<T>(
    step: impl FnOnce() -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|panic| Err(told(panic.as_ref())))
}

fn told(panic: &(dyn Any + Send)) -> QueryError {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    let message = text.unwrap_or_else(|| "the engine gave up without a word".into());
    tracing::error!(panic = message, "a query's engine panicked");
    QueryError::Internal { message }
}
