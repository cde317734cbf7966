//! Surveys of what is stored of executions, beside the work of the server.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use metrics::gauge;
use store::StoreError;

use crate::{
    StepFunctions,
    invariants::{self, Broken, Moments, Survey},
};

/// When the first survey begins after a start, and how long the next one waits after it.
const FIRST_AFTER_MS: i64 = 10 * 60 * 1000;
const EVERY_MS: i64 = 24 * 3600 * 1000;
/// A tenth of the time of one core is the most that a survey takes by itself.
const RESTS: u32 = 9;
/// Who asks for one waits for it: half of the time of one core.
const RESTS_WHEN_ASKED: u32 = 1;

/// What the last survey found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// When it began, and when it ended: epoch milliseconds.
    pub began_ms: i64,
    pub at_ms: i64,
    pub executions: u64,
    pub open: u64,
    /// How many invariants do not hold.
    pub broken: u64,
    /// The first of them.
    pub first: Arc<[Broken]>,
}

/// The surveys of one life.
#[derive(Default)]
pub(crate) struct Surveys {
    /// Held by the one that is under way.
    turn: tokio::sync::Mutex<()>,
    /// Somebody asked for one that has not ended.
    asked: AtomicBool,
    last: parking_lot::Mutex<Option<Surveyed>>,
    /// Why the last one did not come to its end.
    failed: parking_lot::Mutex<Option<String>>,
}

impl StepFunctions {
    /// Looks at every execution in the store while others go on, and tells of each invariant that does not hold in the
    /// log. Reads alone, away from the writer; rests after each page for `rests` times as long as the page took. Waits for
    /// another one that is under way.
    pub async fn survey(&self, rests: u32) -> Result<Survey, StoreError> {
        let _turn = self.surveys.turn.lock().await;
        let began_ms = self.clock.now_ms();
        let now = || self.store.moment();
        let moments = Moments { now: &now, rests };
        let survey = match invariants::survey_at(&moments).await {
            Ok(survey) => survey,
            Err(error) => {
                *self.surveys.failed.lock() = Some(error.to_string());
                return Err(error);
            }
        };
        for broken in &survey.broken {
            broken.tell();
        }
        let at_ms = self.clock.now_ms();
        gauge!("taxiway_survey_ended_time_seconds").set(at_ms as f64 / 1e3);
        gauge!("taxiway_survey_executions").set(survey.executions as f64);
        gauge!("taxiway_survey_broken").set(survey.found as f64);
        *self.surveys.failed.lock() = None;
        *self.surveys.last.lock() = Some(Surveyed {
            began_ms,
            at_ms,
            executions: survey.executions,
            open: survey.open,
            broken: survey.found,
            first: survey.broken.clone().into(),
        });
        Ok(survey)
    }

    /// Begins a survey, unless one that was asked for before has not ended.
    pub fn survey_now(self: &Arc<Self>) {
        if self.surveys.asked.swap(true, Ordering::AcqRel) {
            return;
        }
        let this = Arc::clone(self);
        tokio::spawn(async move {
            this.survey_and_log(RESTS_WHEN_ASKED).await;
            this.surveys.asked.store(false, Ordering::Release);
        });
    }

    /// Returns whether a survey is under way, or was asked for and is to come.
    pub fn is_surveying(&self) -> bool {
        self.surveys.asked.load(Ordering::Acquire) || self.surveys.turn.try_lock().is_err()
    }

    /// Returns what the last survey found, if there was one since the start.
    pub fn surveyed(&self) -> Option<Surveyed> {
        self.surveys.last.lock().clone()
    }

    /// Returns why the last survey did not come to its end, where it did not.
    pub fn survey_failed(&self) -> Option<String> {
        self.surveys.failed.lock().clone()
    }

    /// Surveys ten minutes after the start and then a day after the end of each, for as long as the process lives.
    pub fn survey_in_background(self: &Arc<Self>) {
        let this = Arc::clone(self);
        let mut next_ms = this.clock.now_ms() + FIRST_AFTER_MS;
        tokio::spawn(async move {
            loop {
                this.clock.sleep_until(next_ms).await;
                this.survey_and_log(RESTS).await;
                next_ms = this.clock.now_ms() + EVERY_MS;
            }
        });
    }

    async fn survey_and_log(&self, rests: u32) {
        match self.survey(rests).await {
            Ok(survey) => {
                tracing::info!(executions = survey.executions, "executions were surveyed");
            }
            Err(error) => tracing::warn!(%error, "executions could not be surveyed"),
        }
    }
}
