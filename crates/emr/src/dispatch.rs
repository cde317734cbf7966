//! Which job runs are attended to: all that were begun, and the oldest of the others while there is room.

use std::{sync::Arc, time::Duration};

use store::{Scan, StoreError};
use tracing::Instrument;

use crate::{
    cluster::{ClusterState, VirtualCluster},
    job::{JobRun, JobState},
    service::Emr,
    tables::{ACTIVE, CLUSTERS, JOBS, JobRef},
};

/// How long a failed look at the store is left alone.
const AGAIN: Duration = Duration::from_secs(2);

impl Emr {
    /// Starts the background work: picks up what an earlier server left, then attends to job runs as they
    /// come. Call it once, within the runtime.
    pub fn start(self: &Arc<Self>) {
        let emr = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let looked = match emr.finish_terminations().await {
                    Ok(()) => emr.dispatch().await,
                    Err(e) => Err(e),
                };
                match looked {
                    Ok(()) => emr.wake.notified().await,
                    Err(e) => {
                        tracing::error!(error = %e, "the list of job runs cannot be read");
                        tokio::time::sleep(AGAIN).await;
                    }
                }
            }
        });
    }

    /// Ends the virtual clusters whose deletion a crash cut short.
    async fn finish_terminations(self: &Arc<Self>) -> Result<(), StoreError> {
        if self
            .terminations_done
            .swap(true, std::sync::atomic::Ordering::Relaxed)
        {
            return Ok(());
        }
        let clusters = self
            .store
            .scan_json::<VirtualCluster>(CLUSTERS, &Scan::prefix(&[]))
            .await?;
        for (_, cluster) in clusters {
            if cluster.state == ClusterState::Terminating {
                Arc::clone(self).terminate(cluster).await;
            }
        }
        Ok(())
    }

    /// Gives every job run that needs it a task of its own.
    async fn dispatch(self: &Arc<Self>) -> Result<(), StoreError> {
        for (_, reference) in self
            .store
            .scan_json::<JobRef>(ACTIVE, &Scan::prefix(&[]))
            .await?
        {
            if self.attended.lock().contains(&reference.id) {
                continue;
            }
            let Some(job) = self
                .store
                .get_json::<JobRun>(JOBS, &reference.key())
                .await?
            else {
                continue;
            };
            let waits = job.state == JobState::Pending;
            let full = self.attended.lock().len() >= self.config.max_concurrent_jobs;
            if !(waits && full) && self.attended.lock().insert(reference.id.clone()) {
                self.count_running();
                let span = self.job_span(&job);
                tokio::spawn(Arc::clone(self).attend(reference).instrument(span));
            }
        }
        Ok(())
    }
}
