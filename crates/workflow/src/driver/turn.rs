//! One turn of an execution: a trigger, and all that follows from it at once.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use asl::{
    Effect, Env, JournalEvent, ScheduleTask, Status, Trigger, Value, catalog::Pattern,
    catalog::ResourceKind,
};
use store::{Batch, Expect, StoreError};

use super::{
    Driver,
    cells::Slot,
    row::{Offered, Phase, TaskRow, TokenRow},
};
use crate::{ids, map_run::OpenMapRun, tables};

/// The timer that stands for "there is more to do at once".
pub(super) const CONTINUE: u64 = u64::MAX;

/// What a turn led to.
#[derive(Default)]
pub(super) struct Turn {
    pub at_ms: i64,
    pub events: Vec<JournalEvent>,
    /// Timers that are set (to when) or cleared.
    pub timers: BTreeMap<u64, Option<i64>>,
    /// Tasks whose row changed: what it is now, or that it goes.
    pub tasks: BTreeMap<u64, Option<TaskRow>>,
    pub carry: Vec<Carry>,
    pub ended: Option<Ended>,
    pub redriven: bool,
    pub more: bool,
    /// Tasks of activities that do not exist. AWS tells nothing of them: they are not even scheduled.
    unscheduled: Vec<u64>,
}

/// What is to be done outside once the turn is committed.
pub(super) enum Carry {
    Call(u64),
    Cancel(u64),
    /// An activity has a task to give.
    Offer(Arc<str>),
    StartMapRun(Arc<str>, Arc<OpenMapRun>),
    CancelMapRun(asl::MapRunId),
}

pub(super) struct Ended {
    pub status: Status,
    pub output: Option<Value>,
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
}

impl Driver {
    /// Decides what follows from a trigger, and from what follows from it, without a wait for anything outside.
    ///
    /// `batch` gets the rows that other readers find tasks by: an activity's offers, tokens.
    pub(super) async fn turn(
        &self,
        slot: &mut Slot,
        first: Trigger,
        batch: &mut Batch,
    ) -> Result<Turn, StoreError> {
        let now_ms = self.clock.now_ms();
        let mut turn = Turn {
            at_ms: now_ms,
            ..Turn::default()
        };
        turn.redriven = matches!(first, Trigger::Redrive);
        let mut queue = VecDeque::from([first]);
        while let Some(trigger) = queue.pop_front() {
            let submitted = if let Trigger::TaskSubmitted { task, output } = &trigger {
                Some((task.0, output.clone()))
            } else {
                None
            };
            let env = Env {
                now_ms,
                seed: ids::seed(),
            };
            let step = asl::advance(&slot.definition, &mut slot.state, trigger, &env);
            let changed = !step.events.is_empty();
            if let Some((task, output)) = submitted.filter(|_| changed) {
                self.submitted(slot, &mut turn, task, output);
            }
            let from = turn.events.len();
            if from == 0 {
                turn.events = step.events;
            } else {
                turn.events.extend(step.events);
            }
            for effect in step.effects {
                self.effect(slot, &mut turn, &mut queue, batch, effect)
                    .await?;
            }
            let ended: Vec<u64> = turn.events[from..].iter().filter_map(ended_task).collect();
            for task in ended {
                close(slot, &mut turn, task);
            }
        }
        let unscheduled = std::mem::take(&mut turn.unscheduled);
        if !unscheduled.is_empty() {
            turn.events.retain(|event| match event {
                JournalEvent::TaskScheduled(scheduled) => !unscheduled.contains(&scheduled.task.0),
                JournalEvent::TaskScheduleFailed { task, .. } => !unscheduled.contains(&task.0),
                _ => true,
            });
        }
        Ok(turn)
    }

    async fn effect(
        &self,
        slot: &mut Slot,
        turn: &mut Turn,
        queue: &mut VecDeque<Trigger>,
        batch: &mut Batch,
        effect: Effect,
    ) -> Result<(), StoreError> {
        match effect {
            Effect::ScheduleTask(task) => {
                return self.schedule(slot, turn, queue, batch, task).await;
            }
            Effect::SetTimer { timer, due_ms } => {
                turn.timers.insert(timer.0, Some(due_ms));
            }
            // A timer that is set and cleared in one turn never comes to be.
            Effect::ClearTimer { timer } => match turn.timers.remove(&timer.0) {
                Some(Some(_)) => {}
                _ => {
                    turn.timers.insert(timer.0, None);
                }
            },
            Effect::CancelTask { task } => cancel(slot, turn, task.0),
            Effect::StartMapRun { map_run, spec } => {
                let (arn, open) = self.open_map_run(slot, map_run, *spec, batch)?;
                queue.push_back(Trigger::MapRunStarted {
                    map_run,
                    arn: Arc::clone(&arn),
                });
                turn.carry.push(Carry::StartMapRun(arn, open));
            }
            Effect::RedriveMapRun { map_run } => {
                // Where nothing of it was kept, it fails again: it is not known what its children are.
                match self.reopen_map_run(slot, map_run, batch).await? {
                    Some(run) => {
                        queue.push_back(Trigger::MapRunRedriven {
                            map_run,
                            arn: Arc::clone(&run.arn),
                            redrive_count: run.redrive_count,
                        });
                        turn.carry.push(Carry::StartMapRun(run.arn, run.open));
                    }
                    None => queue.push_back(Trigger::MapRunFailed {
                        map_run,
                        error: "States.Runtime".into(),
                        cause: Some("The Map Run cannot be redriven".into()),
                    }),
                }
            }
            Effect::CancelMapRun { map_run } => {
                let arn = super::Caller::of(slot).execution_arn;
                self.cancel_map_run(slot.record.stream, map_run, &arn, Some(batch));
                turn.carry.push(Carry::CancelMapRun(map_run));
            }
            // Cut by the interpreter, so that no commit grows without bound.
            Effect::Continue => turn.more = true,
            Effect::Finished {
                status,
                output,
                error,
                cause,
            } => {
                turn.ended = Some(Ended {
                    status,
                    output,
                    error,
                    cause,
                });
            }
        }
        Ok(())
    }

    async fn schedule(
        &self,
        slot: &mut Slot,
        turn: &mut Turn,
        queue: &mut VecDeque<Trigger>,
        batch: &mut Batch,
        task: ScheduleTask,
    ) -> Result<(), StoreError> {
        let id = task.task;
        let stream = slot.record.stream;
        if let Some(token) = task.task_token.as_ref().filter(|_| slot.fleeting.is_none()) {
            let row = TokenRow {
                v: 1,
                stream,
                task: id.0,
            };
            batch.put_json(tables::TOKENS, tables::key(&[token]), &row, Expect::Any)?;
        }
        let answered = self.answers.get().is_some_and(|a| a.covers(&task));
        let phase = if task.integration.kind == ResourceKind::Activity && !answered {
            let home = &slot.record.home;
            let found = self
                .activities
                .find(&home.account, &home.region, &task.integration.action)
                .await?;
            let Some(activity) = found else {
                let entered = self
                    .entered(slot, &turn.events, turn.at_ms, &task.state)
                    .await?;
                let cause = format!(
                    "An error occurred while executing the state '{}' (entered at the event id #{entered}). \
                     The activity {} does not exist.",
                    task.state, task.resource
                );
                turn.unscheduled.push(id.0);
                queue.push_back(Trigger::TaskScheduleFailed {
                    task: id,
                    error: "States.Runtime".into(),
                    cause: Some(cause.into()),
                });
                return Ok(());
            };
            let token = task.task_token.clone().unwrap_or_default();
            let row = Offered {
                v: 1,
                stream,
                task: id.0,
                token,
                input: task.arguments.clone(),
            };
            let key = activity.offer_key(turn.at_ms, stream, id.0);
            batch.put_json(tables::ACTIVITY_TASKS, key, &row, Expect::Any)?;
            turn.carry.push(Carry::Offer(Arc::clone(&task.resource)));
            Phase::Token
        } else {
            queue.push_back(Trigger::TaskStarted {
                task: id,
                worker_name: None,
            });
            turn.carry.push(Carry::Call(id.0));
            Phase::Call
        };
        let mut caller = super::Caller::of(slot);
        let credentials = task.credentials.as_ref();
        if let Some(role) = credentials.and_then(|c| c.get("RoleArn")?.as_str()) {
            caller.role_arn = role.into();
        }
        let row = TaskRow {
            v: 1,
            caller,
            task,
            phase,
        };
        slot.tasks.insert(id.0, row.clone());
        turn.tasks.insert(id.0, Some(row));
        Ok(())
    }

    /// The service took the request: what is to be waited for now.
    fn submitted(&self, slot: &mut Slot, turn: &mut Turn, task: u64, output: Value) {
        let Some(row) = slot.tasks.get_mut(&task) else {
            return;
        };
        row.phase = match row.task.integration.pattern {
            Pattern::Sync | Pattern::Sync2 => Phase::Watch { output },
            Pattern::RequestResponse | Pattern::WaitForTaskToken => Phase::Token,
        };
        turn.tasks.insert(task, Some(row.clone()));
    }
}

/// The outcome of a task is not wanted any more.
fn cancel(slot: &mut Slot, turn: &mut Turn, task: u64) {
    turn.carry
        .retain(|c| !matches!(c, Carry::Call(t) if *t == task));
    let Some(row) = slot.tasks.get_mut(&task) else {
        return;
    };
    let sync = matches!(row.task.integration.pattern, Pattern::Sync | Pattern::Sync2);
    let never_committed = matches!(row.phase, Phase::Call) && turn.tasks.contains_key(&task);
    row.phase = match &row.phase {
        Phase::Call if sync && !never_committed => Phase::Unwanted,
        Phase::Watch { output } => Phase::Cancel {
            output: output.clone(),
        },
        _ => {
            slot.tasks.remove(&task);
            turn.tasks.insert(task, None);
            return;
        }
    };
    if matches!(row.phase, Phase::Cancel { .. }) {
        turn.carry.push(Carry::Cancel(task));
    }
    turn.tasks.insert(task, Some(row.clone()));
    slot.tasks.remove(&task);
}

/// A task came to its end by itself.
fn close(slot: &mut Slot, turn: &mut Turn, task: u64) {
    if slot.tasks.remove(&task).is_some() {
        turn.tasks.insert(task, None);
    }
}

/// Returns the task that an event ends.
fn ended_task(event: &JournalEvent) -> Option<u64> {
    match event {
        JournalEvent::TaskSucceeded { task, .. }
        | JournalEvent::TaskFailed { task, .. }
        | JournalEvent::TaskTimedOut { task, .. }
        | JournalEvent::TaskStartFailed { task, .. }
        | JournalEvent::TaskSubmitFailed { task, .. }
        | JournalEvent::TaskScheduleFailed { task, .. } => Some(task.0),
        _ => None,
    }
}
