//! Jobs that go on over a restart: kept with each change, and among the pending ones until they have ended.

use std::sync::Arc;

use store::{Batch, Expect, Scan, Store, StoreError};

use crate::{QuickSight, asset::Scope};

/// A job whose record tells how far it is.
pub(crate) trait Lasting: Sized + Send + 'static {
    /// The rows of those that have not ended: what a restart looks through.
    const PENDING: &'static str;
    /// What it is, in the log.
    const WHAT: &'static str;

    fn changed(&mut self, now_ms: i64);

    /// Adds the record to a batch, and the row among the pending ones as it then must be.
    fn put(&self, batch: &mut Batch, scope: &Scope, expect: Expect) -> Result<(), StoreError>;

    /// Returns the job that a row of the pending ones names by what follows account and region.
    fn pending(
        store: &Store,
        scope: &Scope,
        name: &[String],
    ) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;

    /// Does what is left to do. Where the process ends before the job does, this is done again.
    fn work(
        &mut self,
        service: &Arc<QuickSight>,
        scope: &Scope,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Keeps a job as it is now.
pub(crate) async fn keep<J: Lasting>(
    service: &QuickSight,
    scope: &Scope,
    job: &mut J,
) -> Result<(), StoreError> {
    job.changed(service.clock.now_ms());
    let mut batch = Batch::new();
    job.put(&mut batch, scope, Expect::Any)?;
    service.store.commit(batch).await
}

/// Lets a job work in the background.
pub(crate) fn spawn<J: Lasting>(service: &Arc<QuickSight>, scope: &Scope, mut job: J) {
    let (service, scope) = (Arc::clone(service), scope.clone());
    tokio::spawn(async move {
        if let Err(error) = job.work(&service, &scope).await {
            tracing::error!(%error, "the state of {} could not be kept", J::WHAT);
        }
    });
}

/// Goes on with the jobs that had not ended when the process did.
pub(crate) async fn resume<J: Lasting>(service: &Arc<QuickSight>) -> Result<(), StoreError> {
    for (key, _) in service.store.scan(J::PENDING, &Scan::prefix(&[])).await? {
        let Some((scope, name)) = Scope::split(&key) else {
            continue;
        };
        if let Some(job) = J::pending(&service.store, &scope, &name).await? {
            spawn(service, &scope, job);
        }
    }
    Ok(())
}
