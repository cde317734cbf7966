//! How an attempt's end becomes a job run's state, reason and words.

use crate::{
    diagnose,
    engine::EngineError,
    job::{FailureReason, JobState},
    runner::{Exit, Folder},
};

/// AWS's limit on `stateDetails`, characters.
const MAX_DETAILS: usize = 256;

/// A job run's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) state: JobState,
    pub(crate) details: Option<String>,
    pub(crate) reason: Option<FailureReason>,
    /// What `details` is the head of.
    pub(crate) said: Option<String>,
    /// How long the job's process ran, when it ended by itself.
    pub(crate) ran_ms: Option<i64>,
}

impl Outcome {
    pub(crate) fn failed(reason: FailureReason, details: impl AsRef<str>) -> Self {
        Self {
            state: JobState::Failed,
            details: Some(cut(details.as_ref())),
            reason: Some(reason),
            said: Some(details.as_ref().to_owned()),
            ran_ms: None,
        }
    }

    pub(crate) fn cancelled() -> Self {
        Self {
            state: JobState::Cancelled,
            details: Some("JobRun CANCELLED successfully.".into()),
            reason: None,
            said: None,
            ran_ms: None,
        }
    }

    /// The runner is gone and left no word.
    pub(crate) fn lost() -> Self {
        let details = "The process that looked after the job run ended without a word; it was killed, or the machine was restarted";
        Self::failed(FailureReason::InternalError, details)
    }

    pub(crate) fn of_exit(exit: &Exit, folder: &Folder) -> Self {
        if let Some(error) = &exit.error {
            return Self::failed(FailureReason::InternalError, error);
        }
        if exit.cancelled {
            return Self::cancelled();
        }
        if exit.succeeded() {
            return Self {
                state: JobState::Completed,
                details: None,
                reason: None,
                said: None,
                ran_ms: Some(exit.ended_ms - exit.started_ms),
            };
        }
        let said = diagnose::last_error(&folder.stdout(), &folder.stderr());
        let said = said.unwrap_or_else(|| match (exit.code, exit.signal) {
            (Some(code), _) => format!("the driver exited with status {code}"),
            (None, Some(9)) => {
                "the driver was killed by signal 9, as the system does when memory runs out".into()
            }
            (None, signal) => format!("the driver was ended by signal {}", signal.unwrap_or(0)),
        });
        // AWS's words around the error.
        let details = format!(
            "Jobrun failed. Main Spark container terminated with errors. Last error seen in logs - {said}"
        );
        Self::failed(FailureReason::UserError, details)
    }
}

impl From<EngineError> for Outcome {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Request(said) => Self::failed(FailureReason::UserError, said),
            EngineError::Engine(said) => Self::failed(FailureReason::InternalError, said),
        }
    }
}

/// Keeps the head of a text, to AWS's limit.
fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_DETAILS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MAX_DETAILS - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(exit: Exit) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        Outcome::of_exit(&exit, &Folder(folder.path().to_owned()))
    }

    #[test]
    fn every_end_has_its_state() {
        let code = |code| Exit {
            code: Some(code),
            ended_ms: 5,
            ..Exit::default()
        };
        assert_eq!(
            (outcome(code(0)).state, outcome(code(0)).ran_ms),
            (JobState::Completed, Some(5))
        );
        let failed = outcome(code(3));
        assert_eq!(
            (failed.state, failed.reason),
            (JobState::Failed, Some(FailureReason::UserError))
        );
        assert!(
            failed
                .details
                .unwrap()
                .ends_with("the driver exited with status 3")
        );
        let cancelled = Exit {
            signal: Some(15),
            cancelled: true,
            ..Exit::default()
        };
        assert_eq!(outcome(cancelled).state, JobState::Cancelled);
        let killed = outcome(Exit {
            signal: Some(9),
            ..Exit::default()
        });
        assert!(killed.details.unwrap().contains("signal 9"));
        assert_eq!(Outcome::lost().reason, Some(FailureReason::InternalError));
    }

    #[test]
    fn details_keep_to_awss_limit() {
        let long = Outcome::failed(FailureReason::UserError, "ä".repeat(300));
        assert_eq!(long.details.unwrap().chars().count(), 256);
    }
}
