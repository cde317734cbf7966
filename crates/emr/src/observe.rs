//! What is told of job runs: how many there are, and a span each.

use tracing::Span;

use crate::{job::JobRun, service::Emr};

/// The target of spans that are exported as traces.
const TARGET: &str = "taxiway::trace";

impl Emr {
    /// Keeps the span of the request that asked for a job run, until the job run is attended to. One that a restart
    /// comes between begins a trace of its own.
    pub(crate) fn remember_asker(&self, job: &str) {
        let span = Span::current();
        if !span.is_disabled() {
            self.askers.lock().insert(job.to_owned(), span);
        }
    }

    /// Returns the span of a job run.
    pub(crate) fn job_span(&self, job: &JobRun) -> Span {
        let asker = self.askers.lock().remove(&job.id);
        let parent = asker.as_ref().and_then(Span::id);
        tracing::info_span!(
            target: TARGET,
            parent: parent,
            "job",
            otel.name = format_args!("job {}", job.id),
            job = job.id,
            virtual_cluster = job.virtual_cluster_id,
        )
    }

    pub(crate) fn count_running(&self) {
        metrics::gauge!("taxiway_job_runs_running").set(self.attended.lock().len() as f64);
    }
}
