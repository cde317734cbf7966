//! Carries out what executions ask for outside: calls and cancellations.

use std::{sync::Arc, time::Duration};

use asl::{
    TaskId, Trigger, Value,
    catalog::{Pattern, ResourceKind},
};
use serde::{Deserialize, Serialize};
use store::Batch;
use tracing::Instrument;

use super::{
    Driver,
    cells::Slot,
    observe,
    row::{Phase, TaskRow},
    trigger::Delivered,
};
use crate::{Answer, integrations, tables};

/// How long to wait before a request is made again that nobody took.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// On whose behalf a task calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Caller {
    pub account: Arc<str>,
    pub region: Arc<str>,
    pub role_arn: Arc<str>,
    pub execution_arn: Arc<str>,
    pub machine_arn: Arc<str>,
}

impl Caller {
    pub(super) fn of(slot: &Slot) -> Self {
        let home = &slot.record.home;
        let context = slot.state.context();
        let of = |pick: fn(&asl::Context) -> &Arc<str>| {
            context.map_or_else(|| "".into(), |c| Arc::clone(pick(c)))
        };
        Self {
            account: Arc::clone(&home.account),
            region: Arc::clone(&home.region),
            role_arn: of(|c| &c.role_arn),
            execution_arn: of(|c| &c.execution_arn),
            machine_arn: of(|c| &c.machine_arn),
        }
    }
}

impl Driver {
    /// Makes a task's call in the background and brings its outcome to the execution.
    pub(super) fn spawn_call(&self, slot: &Slot, row: TaskRow) {
        let Some(this) = self.this() else { return };
        let (stream, span) = (slot.record.stream, observe::task_span(&row));
        // What the task starts is of the same trace.
        let trace = slot.record.trace_header.clone();
        let call = async move { this.call(stream, row, false).await };
        tokio::spawn(aws::trace::within(trace, call).instrument(span));
    }

    /// `again`: an earlier life may have made the call already.
    pub(super) async fn call(self: Arc<Self>, stream: i64, mut row: TaskRow, again: bool) {
        let answer = self.answers.get().and_then(|a| a.answer(&row.task));
        if let Some(answer) = answer {
            return self.answered(stream, &row, answer).await;
        }
        let pattern = row.task.integration.pattern;
        let outcome = loop {
            let when = integrations::When {
                now_ms: self.clock.now_ms(),
                again,
            };
            match integrations::request(self.outside(), &row.caller, &row.task, when).await {
                // Its row stays: a server that stops leaves the call to the next one.
                Err(fault) if fault.unavailable => tokio::time::sleep(RETRY_AFTER).await,
                outcome => break outcome,
            }
        };
        let task = row.task.task;
        let trigger = match (pattern, &outcome) {
            (Pattern::RequestResponse, Ok(output)) => Trigger::TaskSucceeded {
                task,
                output: output.clone(),
            },
            (Pattern::RequestResponse, Err(fault)) => Trigger::TaskFailed {
                task,
                error: Some(fault.error.clone()),
                cause: fault.cause.clone(),
            },
            (_, Ok(output)) => Trigger::TaskSubmitted {
                task,
                output: output.clone(),
            },
            (_, Err(fault)) => Trigger::TaskSubmitFailed {
                task,
                error: fault.error.clone(),
                cause: fault.cause.clone(),
            },
        };
        let delivered = self.deliver_surely(stream, trigger, None).await;
        let (Ok(output), Pattern::Sync | Pattern::Sync2) = (outcome, pattern) else {
            if delivered != Delivered::Changed {
                self.forget_task(stream, task).await;
            }
            return;
        };
        if delivered == Delivered::Changed {
            row.phase = Phase::Watch { output };
            self.watch(stream, &row).await;
        } else {
            // It was given up while the call was on its way.
            integrations::cancel(&*self.door, &row.caller, &row.task, &output).await;
            self.forget_task(stream, task).await;
        }
    }

    /// Ends a task as an answer says; one that is waited for has been submitted before.
    async fn answered(&self, stream: i64, row: &TaskRow, answer: Answer) {
        let task = row.task.task;
        let submitted = row.task.integration.kind != ResourceKind::Activity
            && row.task.integration.pattern != Pattern::RequestResponse;
        if submitted {
            let output = match &answer {
                Answer::Return(output) => output.clone(),
                Answer::Throw { .. } => Value::empty_object(),
            };
            self.deliver_surely(stream, Trigger::TaskSubmitted { task, output }, None)
                .await;
        }
        let trigger = match answer {
            Answer::Return(output) => Trigger::TaskSucceeded { task, output },
            Answer::Throw { error, cause } => Trigger::TaskFailed {
                task,
                error: Some(error.into()),
                cause: cause.map(Into::into),
            },
        };
        if self.deliver_surely(stream, trigger, None).await != Delivered::Changed {
            self.forget_task(stream, task).await;
        }
    }

    /// Stops in the background what a task runs.
    pub(super) fn spawn_cancel(&self, stream: i64, row: TaskRow) {
        let Some(this) = self.this() else { return };
        this.watches.remove(stream, row.task.task.0);
        tokio::spawn(async move {
            if let Phase::Cancel { output } = &row.phase {
                integrations::cancel(&*this.door, &row.caller, &row.task, output).await;
            }
            this.forget_task(stream, row.task.task).await;
        });
    }

    /// Removes the row of a task that nobody waits for. A crash before it: what was done is done again.
    async fn forget_task(&self, stream: i64, task: TaskId) {
        if stream < 0 {
            return;
        }
        let mut batch = Batch::new();
        batch.delete(
            tables::TASKS,
            tables::key(&[&tables::stream(stream), &format!("{:x}", task.0)]),
        );
        if let Err(error) = self.store.commit(batch).await {
            tracing::warn!(%error, "the row of a task that is over stays until the next start");
        }
    }
}
