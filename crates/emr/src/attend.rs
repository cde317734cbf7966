//! One job run's way from PENDING to its end, looked after by one task.
//!
//! What was done is always read from the store and the attempt's folder, never remembered: the same code
//! goes on after a restart, wherever the earlier server was. A runner starts an attempt at most once, so
//! asking for it again is harmless.

use std::{io, process::Stdio, sync::Arc, time::Duration};

use store::{Batch, Expect, StoreError};
use tokio::{
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    engine::{EngineError, Job},
    job::{FailureReason, JobRun, JobState},
    monitor::{self, Output},
    outcome::Outcome,
    runner::{Folder, Observed},
    s3_uri::S3Uri,
    service::Emr,
    tables::{DURATIONS, JOBS, JobRef},
};

/// How often the attempt's folder and the wish to cancel are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// How long a store that fails is left alone.
const AGAIN: Duration = Duration::from_secs(2);

/// Why attending broke off; it is begun again from what is on record.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    #[error("the job run's folder failed: {0}")]
    Folder(#[from] io::Error),
}

impl Emr {
    /// Attends to a job run until it is in a final state.
    pub(crate) async fn attend(self: Arc<Self>, reference: JobRef) {
        loop {
            match self.attend_attempt(&reference).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => {
                    tracing::error!(job = reference.id, error = %e, "attending to a job run failed; trying again");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        let idle = {
            let mut attended = self.attended.lock();
            attended.remove(&reference.id);
            attended.is_empty()
        };
        self.count_running();
        if idle {
            Arc::clone(&self.engine).warm_up();
        }
        self.wake.notify_one();
    }

    /// Returns whether there is another attempt to attend to.
    async fn attend_attempt(self: &Arc<Self>, reference: &JobRef) -> Result<bool, Broken> {
        let Some(job) = self
            .store
            .get_json::<JobRun>(JOBS, &reference.key())
            .await?
        else {
            return Ok(false);
        };
        if job.state.is_final() {
            return Ok(false);
        }
        let folder = self.folder(&job);
        let runner = if folder.observe()? == Observed::NotStarted {
            if job.state == JobState::CancelPending {
                return self.conclude(reference, &Outcome::cancelled()).await;
            }
            self.advance(reference, JobState::Submitted).await?;
            match self.prepare(&job, &folder).await? {
                Ok(runner) => Some(runner),
                Err(outcome) => {
                    self.explain(&job, &folder, &outcome).await;
                    return self.conclude(reference, &outcome).await;
                }
            }
        } else {
            None
        };
        let (ended, watch) = watch::channel(false);
        let shippers = self.ship(&job, &folder, &watch);
        let outcome = self.watch(reference, &folder, runner).await;
        // However it came: what was printed is sent.
        let _ = ended.send(true);
        for shipper in shippers {
            let _ = shipper.await;
        }
        let outcome = outcome?;
        monitor::deliver(self, &job, &folder, &self.engine.event_logs(&folder.0)).await;
        self.advance(reference, JobState::Running).await?;
        self.conclude(reference, &outcome).await
    }

    pub(crate) fn folder(&self, job: &JobRun) -> Folder {
        let job_folder = self.config.data_dir.join(&job.id);
        Folder(job_folder.join(job.attempt.to_string()))
    }

    /// Goes on to SUBMITTED or RUNNING, unless the job run is further, or is to be cancelled.
    async fn advance(&self, reference: &JobRef, to: JobState) -> Result<(), StoreError> {
        let before = match to {
            JobState::Submitted => JobState::Pending,
            _ => JobState::Submitted,
        };
        let step = |job: &mut JobRun| (job.state == before).then(|| job.state = to);
        self.change_job(reference, step).await.map(drop)
    }

    /// Does everything up to starting the runner; the answer is the runner, or why the job cannot run.
    async fn prepare(
        &self,
        job: &JobRun,
        folder: &Folder,
    ) -> Result<Result<Child, Outcome>, Broken> {
        std::fs::create_dir_all(&folder.0)?;
        if let Some(outcome) = self.missing_entry_point(job).await {
            return Ok(Err(outcome));
        }
        let request = Job {
            id: job.id.clone(),
            account: job.account.clone(),
            region: job.region.clone(),
            driver: job.job_driver.clone(),
            configurations: job.configurations(),
            folder: folder.0.clone(),
            last_run_ms: self.store.get_json(DURATIONS, &job.duration_key()).await?,
        };
        let reference = job.reference();
        // Bringing an engine up can take minutes the first time.
        let planned = tokio::select! {
            planned = self.engine.plan(&request) => planned,
            cancelled = self.cancelled(&reference) => {
                cancelled?;
                return Ok(Err(Outcome::cancelled()));
            }
        };
        let spec = match planned {
            Ok(spec) => spec,
            Err(e) => return Ok(Err(e.into())),
        };
        folder.write_spec(&spec)?;
        Ok(self.spawn_runner(folder).map_err(|e| {
            let said =
                format!("The process that looks after the job run could not be started: {e}");
            Outcome::from(EngineError::Engine(said))
        }))
    }

    async fn missing_entry_point(&self, job: &JobRun) -> Option<Outcome> {
        let uri = job.job_driver.entry_point()?;
        let at = S3Uri::parse(uri)?;
        match self.objects.head(&at.bucket, &at.key).await {
            Ok(_) => None,
            Err(e) if e.is_not_found() => {
                let said = format!("The entry point {uri} does not exist");
                Some(Outcome::failed(FailureReason::UserError, said))
            }
            Err(e) => {
                let said = format!("The entry point {uri} cannot be read: {e}");
                Some(Outcome::failed(FailureReason::InternalError, said))
            }
        }
    }

    /// Returns once the job run is to be cancelled.
    async fn cancelled(&self, reference: &JobRef) -> Result<(), StoreError> {
        while !self.is_to_be_cancelled(reference).await? {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn is_to_be_cancelled(&self, reference: &JobRef) -> Result<bool, StoreError> {
        let job = self
            .store
            .get_json::<JobRun>(JOBS, &reference.key())
            .await?;
        Ok(job.is_some_and(|j| j.state == JobState::CancelPending))
    }

    fn spawn_runner(&self, folder: &Folder) -> io::Result<Child> {
        let mut words = self.config.runner.iter();
        let program = words
            .next()
            .ok_or_else(|| io::Error::other("no runner command is configured"))?;
        let log = std::fs::File::create(folder.0.join("runner.log"))?;
        Command::new(program)
            .args(words)
            .arg(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
    }

    fn ship(
        self: &Arc<Self>,
        job: &JobRun,
        folder: &Folder,
        ended: &watch::Receiver<bool>,
    ) -> Vec<JoinHandle<()>> {
        let outputs = [
            (Output::Stdout, folder.stdout()),
            (Output::Stderr, folder.stderr()),
        ];
        outputs
            .into_iter()
            .map(|(output, path)| {
                let shipping =
                    monitor::ship(Arc::clone(self), job.clone(), output, path, ended.clone());
                tokio::spawn(shipping)
            })
            .collect()
    }

    /// Watches the attempt to its end. `runner` is there when this process started it.
    async fn watch(
        &self,
        reference: &JobRef,
        folder: &Folder,
        mut runner: Option<Child>,
    ) -> Result<Outcome, Broken> {
        let mut gone = runner.is_none();
        loop {
            match folder.observe()? {
                Observed::Finished(exit) => return Ok(Outcome::of_exit(&exit, folder)),
                Observed::Lost => {
                    folder.kill_leftovers()?;
                    return Ok(Outcome::lost());
                }
                Observed::Alive { started: true } => {
                    self.advance(reference, JobState::Running).await?
                }
                Observed::NotStarted if gone => {
                    let said =
                        std::fs::read_to_string(folder.0.join("runner.log")).unwrap_or_default();
                    let said = format!(
                        "The process that looks after the job run did not start: {}",
                        said.trim()
                    );
                    return Ok(Outcome::failed(FailureReason::InternalError, said));
                }
                Observed::NotStarted | Observed::Alive { started: false } => {}
            }
            if self.is_to_be_cancelled(reference).await? {
                folder.request_cancel()?;
            }
            match &mut runner {
                Some(child) if !gone => {
                    gone = tokio::time::timeout(LOOK, child.wait()).await.is_ok();
                }
                _ => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// Leaves the reason where users look for the job's output: it never ran, so nobody else wrote there.
    async fn explain(self: &Arc<Self>, job: &JobRun, folder: &Folder, outcome: &Outcome) {
        if let Some(said) = &outcome.said
            && let Err(e) = std::fs::write(folder.stderr(), format!("taxiway: {said}\n"))
        {
            tracing::warn!(job = job.id, error = %e, "the reason of a failure could not be written");
        }
        let (_ended, watch) = watch::channel(true);
        for shipper in self.ship(job, folder, &watch) {
            let _ = shipper.await;
        }
        monitor::deliver(self, job, folder, &self.engine.event_logs(&folder.0)).await;
    }

    /// Ends the job run, or begins its next attempt; returns whether it did the latter.
    async fn conclude(&self, reference: &JobRef, outcome: &Outcome) -> Result<bool, Broken> {
        let now_ms = self.now_ms();
        let changed = self
            .change_job(reference, |job| {
                if job.state.is_final() {
                    return None;
                }
                let failed =
                    outcome.state == JobState::Failed && job.state != JobState::CancelPending;
                if failed && job.may_retry() {
                    job.attempt += 1;
                    job.state = JobState::Pending;
                } else {
                    job.state = outcome.state;
                    job.finished_ms = Some(now_ms);
                    job.failure_reason = outcome.reason;
                }
                job.state_details.clone_from(&outcome.details);
                Some(())
            })
            .await?;
        let Some((job, _)) = changed else {
            return Ok(false);
        };
        if let Some(ran_ms) = outcome.ran_ms {
            let mut batch = Batch::new();
            batch.put_json(DURATIONS, job.duration_key(), &ran_ms, Expect::Any)?;
            self.store.commit(batch).await?;
        }
        Ok(!job.state.is_final())
    }
}
