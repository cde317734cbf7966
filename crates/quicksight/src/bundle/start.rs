//! The start of a job.

use std::sync::Arc;

use aws::ApiError;
use store::{Batch, Expect};

use super::{Job, undo};
use crate::{
    QuickSight,
    asset::{Scope, commit_change},
    error::conflict,
    lasting::{Lasting, spawn},
};

/// An account runs at most so many jobs of a direction at once.
const RUNNING_MAX: usize = 5;

/// Starts a job; `body` is the file that it reads, where it was handed in.
///
/// **Errors**: `ConflictException` for the id of a job that runs, `LimitExceededException` for one job too many.
pub(crate) async fn start(
    service: &Arc<QuickSight>,
    scope: &Scope,
    job: Job,
    body: Option<Vec<u8>>,
) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    let mut running = 0;
    for found in Job::all(&service.store, scope, job.direction).await? {
        if !found.has_ended() {
            running += 1;
        }
        if found.id == job.id {
            if !found.has_ended() {
                let message = format!("{} {} is still running", job.direction.noun(), job.id);
                return Err(conflict(message));
            }
            forget(service, &mut batch, scope, &found).await?;
        } else if !found.is_kept(job.created_ms) {
            forget(service, &mut batch, scope, &found).await?;
            found.delete(&mut batch, scope);
        }
    }
    if running >= RUNNING_MAX {
        let message = format!("An account can run {RUNNING_MAX} jobs at once");
        return Err(ApiError::new("LimitExceededException", message).with_status(409));
    }
    if let Some(body) = body {
        let put = service.bundles.put(scope, job.direction, &job.id, body);
        put.await.map_err(ApiError::internal)?;
    }
    job.put(&mut batch, scope, Expect::Absent)
        .map_err(ApiError::internal)?;
    commit_change(&service.store, batch).await?;
    spawn(service, scope, job);
    Ok(())
}

/// Deletes what a job has left: its file and what could have undone it.
async fn forget(
    service: &QuickSight,
    batch: &mut Batch,
    scope: &Scope,
    job: &Job,
) -> Result<(), ApiError> {
    service
        .bundles
        .delete(scope, job)
        .await
        .map_err(ApiError::internal)?;
    undo::forget(service, batch, scope, job)
        .await
        .map_err(ApiError::internal)
}
