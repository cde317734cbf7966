//! Invocations: what is queued for a due schedule, carried out with retries.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Key, StoreError, Timer};

use super::{
    Scheduler,
    goal::Goal,
    schedule::{SCHEDULES, ScheduleRef, Target, first_version},
};
use crate::{
    delivery::call,
    due, event,
    firing::{Firing, Outcome},
    retry::{self, Patience, Verdict},
};

/// Timer queue; keys are invocation ids.
const INVOCATIONS: &str = "scheduler/invocations";

/// Timer queue of what backfills have brought.
const BACKFILLED: &str = "scheduler/backfilled-invocations";

/// How long a target may take to answer one attempt.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// One occurrence on its way to the target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Invocation {
    #[serde(default = "first_version")]
    pub(super) v: u32,
    /// Derived from the schedule, the occurrence and the backfill.
    pub(super) id: String,
    pub(super) schedule: ScheduleRef,
    pub(super) target: Target,
    pub(super) due_ms: i64,
    pub(super) queued_ms: i64,
    pub(super) attempts: u32,
    pub(super) patience: Patience,
    pub(super) firing: Firing,
}

enum Failure {
    Passing(String),
    Final(String),
}

impl Invocation {
    pub(super) fn put(&self, batch: &mut Batch, due_ms: i64) -> Result<(), StoreError> {
        let payload = serde_json::to_vec(self).map_err(|e| StoreError::Corrupt {
            what: e.to_string(),
        })?;
        let queue = if self.firing.backfill.is_some() {
            BACKFILLED
        } else {
            INVOCATIONS
        };
        batch.set_timer(queue, Key::of(&[&self.id]), due_ms, payload);
        Ok(())
    }

    /// Returns the target's input with its placeholders replaced; without one, the event that AWS sends.
    fn input(&self) -> String {
        let (arn, time) = (self.schedule.arn(), event::time(self.due_ms));
        match &self.target.input {
            Some(input) => input
                .replace("<aws.scheduler.schedule-arn>", &arn)
                .replace("<aws.scheduler.scheduled-time>", &time)
                .replace("<aws.scheduler.execution-id>", &self.id)
                .replace(
                    "<aws.scheduler.attempt-number>",
                    &(self.attempts + 1).to_string(),
                ),
            None => json!({"version": "0", "id": self.id, "detail-type": "Scheduled Event",
                "source": "aws.scheduler", "account": self.schedule.account, "time": time,
                "region": self.schedule.region, "resources": [arn], "detail": "{}"})
            .to_string(),
        }
    }
}

impl Scheduler {
    /// Carries out all invocations that are due and returns when the next one is.
    pub async fn invoke_due(&self) -> Result<Option<i64>, StoreError> {
        self.invoke_of(INVOCATIONS).await
    }

    /// The same for what backfills have brought, which holds no other schedule up.
    pub async fn invoke_backfilled(&self) -> Result<Option<i64>, StoreError> {
        self.invoke_of(BACKFILLED).await
    }

    async fn invoke_of(&self, queue: &'static str) -> Result<Option<i64>, StoreError> {
        let each = |timer| self.invoke(queue, timer);
        due::carry_out(&self.store, &*self.clock, queue, each).await
    }

    /// A crash before the commit: the attempt is made again, under the same name.
    async fn invoke(&self, queue: &'static str, timer: Timer) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        let Ok(mut invocation) = serde_json::from_slice::<Invocation>(&timer.payload) else {
            tracing::error!(key = ?timer.key, "an invocation cannot be read and is dropped");
            batch.clear_timer(queue, timer.key);
            return self.store.commit(batch).await;
        };
        let attempt = tokio::time::timeout(ANSWER_WITHIN, self.attempt(&invocation)).await;
        let attempt = attempt.unwrap_or_else(|_| {
            let seconds = ANSWER_WITHIN.as_secs();
            Err(Failure::Passing(format!("no answer within {seconds} s")))
        });
        invocation.attempts += 1;
        let outcome = self.outcome(&invocation, attempt);
        match &outcome {
            Outcome::Retrying { next_ms, .. } => invocation.put(&mut batch, *next_ms)?,
            _ => {
                batch.clear_timer(queue, timer.key);
            }
        }
        invocation.firing.outcome = outcome;
        // A schedule that is gone has no record any more.
        let kept = self
            .store
            .get(SCHEDULES, &invocation.schedule.key())
            .await?;
        if kept.is_some() {
            self.history
                .put(&mut batch, &invocation.schedule.parts(), &invocation.firing)?;
        }
        self.store.commit(batch).await
    }

    fn outcome(&self, invocation: &Invocation, attempt: Result<String, Failure>) -> Outcome {
        let attempts = invocation.attempts;
        let error = match attempt {
            Ok(result) => return Outcome::Delivered { attempts, result },
            Err(Failure::Final(error)) => error,
            Err(Failure::Passing(error)) => {
                let now = self.clock.now_ms();
                let patience = invocation.patience;
                match patience.judge(&invocation.id, attempts, invocation.queued_ms, now, 0) {
                    Verdict::Again { next_ms } => {
                        return Outcome::Retrying {
                            attempts,
                            error,
                            next_ms,
                        };
                    }
                    Verdict::GiveUp { why } => format!("{why}; the last attempt: {error}"),
                }
            }
        };
        tracing::warn!(
            schedule = invocation.schedule.arn(),
            attempts,
            error,
            "not invoked"
        );
        let queue = invocation
            .target
            .dead_letter_config
            .as_ref()
            .and_then(|config| config.arn.as_ref());
        let error = match queue {
            Some(queue) => {
                format!(
                    "{error}; the dead-letter queue {queue} was not written: there is no SQS here"
                )
            }
            None => error,
        };
        Outcome::Failed { attempts, error }
    }

    async fn attempt(&self, invocation: &Invocation) -> Result<String, Failure> {
        let ScheduleRef {
            account, region, ..
        } = &invocation.schedule;
        let target = &invocation.target;
        let goal = Goal::of(target).map_err(Failure::Final)?;
        let made = goal.call(target, account, region, &invocation.id, &invocation.input());
        let (service, operation, principal, input) = made.map_err(Failure::Final)?;
        match self
            .door
            .call(call(service, &operation, principal, input))
            .await
        {
            Ok(output) => result(&goal, &output),
            // The same name again: an earlier attempt was done and its answer lost.
            Err(error)
                if goal == Goal::StartExecution && error.code == "ExecutionAlreadyExists" =>
            {
                Ok(invocation.id.clone())
            }
            Err(error) if retry::passes(&error) => Err(Failure::Passing(error.to_string())),
            Err(error) => Err(Failure::Final(error.to_string())),
        }
    }
}

/// Names what came of a Call that succeeded.
fn result(goal: &Goal, output: &Value) -> Result<String, Failure> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match goal {
        Goal::StartExecution => Ok(text(&output["executionArn"])),
        Goal::PutEvents if output["FailedEntryCount"].as_u64() == Some(0) => {
            Ok(text(&output["Entries"][0]["EventId"]))
        }
        Goal::PutEvents => {
            let entry = &output["Entries"][0];
            Err(Failure::Final(format!(
                "{}: {}",
                text(&entry["ErrorCode"]),
                text(&entry["ErrorMessage"])
            )))
        }
        Goal::Operation { service, operation } => Ok(format!("{service}:{operation}")),
    }
}
