//! Answers that come in the place of a service's: what a state machine is tested with.

use asl::{ScheduleTask, Value};

use crate::StepFunctions;

/// How a Task state ends when no service is called.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The task's result, as its state sees it: for `.sync` and `.waitForTaskToken`, the one at the end.
    Return(Value),
    Throw {
        error: String,
        cause: Option<String>,
    },
}

/// Answers tasks that never reach their service.
pub trait Answers: Send + Sync {
    /// Returns whether the task is answered here. Asked before its activity is looked for.
    fn covers(&self, task: &ScheduleTask) -> bool;

    /// Returns how the task ends; none lets it go to its service. Asked once for each attempt.
    fn answer(&self, task: &ScheduleTask) -> Option<Answer>;
}

impl StepFunctions {
    /// Answers tasks with `answers` from now on, in all executions of this service; only the first call counts.
    ///
    /// Nothing of it is kept: after a restart, tasks reach their services again.
    pub fn answer_with(&self, answers: std::sync::Arc<dyn Answers>) {
        let _ = self.driver.answers.set(answers);
    }
}
