//! The one way in which a job run changes after it was accepted.

use store::{Batch, Expect, StoreError};

use crate::{
    events,
    job::JobRun,
    service::Emr,
    tables::{ACTIVE, JOBS, JobRef},
};

impl Emr {
    /// Changes a job run and publishes its new state, both or neither. `change` answers nothing to leave it
    /// as it is. Returns the job run and whether it was changed; nothing when there is none.
    pub(crate) async fn change_job(
        &self,
        reference: &JobRef,
        change: impl Fn(&mut JobRun) -> Option<()> + Send,
    ) -> Result<Option<(JobRun, bool)>, StoreError> {
        loop {
            let Some(record) = self.store.get(JOBS, &reference.key()).await? else {
                return Ok(None);
            };
            let mut job: JobRun = record.json()?;
            let before = job.state;
            if change(&mut job).is_none() {
                return Ok(Some((job, false)));
            }
            let mut batch = Batch::new();
            batch.put_json(JOBS, reference.key(), &job, Expect::Version(record.version))?;
            if job.state.is_final() {
                batch.delete(ACTIVE, reference.active_key());
            }
            if job.state != before {
                batch.publish(events::job_run(&job, self.now_ms()));
            }
            match self.store.commit(batch).await {
                Ok(()) => {
                    if job.state != before && job.state.is_final() {
                        metrics::counter!("taxiway_job_runs_ended_total", "state" => job.state.as_str())
                            .increment(1);
                    }
                    return Ok(Some((job, true)));
                }
                // Somebody else changed it: look again.
                Err(StoreError::Conflict { .. }) => {}
                Err(e) => return Err(e),
            }
        }
    }
}
