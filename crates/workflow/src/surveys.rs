//! Surveys of what is stored of executions, beside the work of the server.

use std::sync::Arc;

use store::StoreError;

use crate::{
    StepFunctions,
    invariants::{self, Moments, Survey},
};

/// When the first survey begins after a start, and how long the next one waits after it.
const FIRST_AFTER_MS: i64 = 10 * 60 * 1000;
const EVERY_MS: i64 = 24 * 3600 * 1000;
/// A tenth of the time of one core is the most that a survey takes.
const RESTS: u32 = 9;

/// What the last survey found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// When it ended, epoch milliseconds.
    pub at_ms: i64,
    pub executions: u64,
    /// How many invariants do not hold.
    pub broken: u64,
}

impl StepFunctions {
    /// Looks at every execution in the store while others go on, and tells of each invariant that does not hold in the
    /// log. Reads alone, away from the writer; rests after each page for `rests` times as long as the page took.
    pub async fn survey(&self, rests: u32) -> Result<Survey, StoreError> {
        let now = || self.store.moment();
        let moments = Moments { now: &now, rests };
        let survey = invariants::survey_at(&moments).await?;
        for broken in &survey.broken {
            broken.tell();
        }
        *self.surveyed.lock() = Some(Surveyed {
            at_ms: self.clock.now_ms(),
            executions: survey.executions,
            broken: survey.found,
        });
        Ok(survey)
    }

    /// Returns what the last survey found, if there was one since the start.
    pub fn surveyed(&self) -> Option<Surveyed> {
        *self.surveyed.lock()
    }

    /// Surveys now and then, for as long as the process lives.
    pub fn survey_in_background(self: &Arc<Self>) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let mut next_ms = this.clock.now_ms() + FIRST_AFTER_MS;
            loop {
                this.clock.sleep_until(next_ms).await;
                match this.survey(RESTS).await {
                    Ok(survey) => {
                        tracing::info!(executions = survey.executions, "executions were surveyed");
                    }
                    Err(error) => tracing::warn!(%error, "executions could not be surveyed"),
                }
                next_ms = this.clock.now_ms() + EVERY_MS;
            }
        });
    }
}
