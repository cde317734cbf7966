//! What each trigger sets in motion.

use std::sync::Arc;

use super::{Run, Trouble};
use crate::{
    Context, Effect, Failure, JournalEvent, MachineKind, MapRunId, ScopeId, Status, TaskId,
    TimerId, Trigger, Value,
    execution::{Phase, Place, TimerUse},
    model::StateKind,
    states,
};

impl Run<'_> {
    pub(crate) fn handle(&mut self, trigger: Trigger) {
        match trigger {
            Trigger::Start {
                context,
                input_text,
            } => return self.start(context, input_text),
            Trigger::Redrive => return self.redrive(),
            _ if !self.state.is_running() => return,
            _ => {}
        }
        match trigger {
            Trigger::Start { .. } | Trigger::Redrive => {}
            Trigger::Continue => self.carry_on(),
            Trigger::TimerFired { timer } => self.timer_fired(timer),
            Trigger::TaskStarted { task, worker_name } => {
                states::task::started(self, task, worker_name)
            }
            Trigger::Heartbeat { task } => states::task::heartbeat(self, task),
            Trigger::TaskSubmitted { task, output } => {
                self.with_task(task, |_, scope| {
                    Some(JournalEvent::TaskSubmitted {
                        scope,
                        task,
                        output,
                    })
                });
            }
            Trigger::TaskSucceeded { task, output } => states::task::succeeded(self, task, output),
            Trigger::TaskStartFailed { task, error, cause } => {
                let failure = Failure {
                    error: Some(error),
                    cause: Some(cause),
                };
                self.task_failed(task, failure, |scope, failure| {
                    JournalEvent::TaskStartFailed {
                        scope,
                        task,
                        failure,
                    }
                });
            }
            Trigger::TaskSubmitFailed { task, error, cause } => {
                let failure = Failure {
                    error: Some(error),
                    cause,
                };
                self.task_failed(task, failure, |scope, failure| {
                    JournalEvent::TaskSubmitFailed {
                        scope,
                        task,
                        failure,
                    }
                });
            }
            Trigger::TaskFailed { task, error, cause } => {
                let failure = Failure { error, cause };
                self.task_failed(task, failure, |scope, failure| JournalEvent::TaskFailed {
                    scope,
                    task,
                    failure,
                });
            }
            Trigger::TaskTimedOut { task, error, cause } => self.task_timed_out(
                task,
                Failure {
                    error: Some(error),
                    cause,
                },
            ),
            Trigger::TaskScheduleFailed { task, error, cause } => {
                let failure = Failure {
                    error: Some(error),
                    cause,
                };
                self.task_failed(task, failure, |scope, failure| {
                    JournalEvent::TaskScheduleFailed {
                        scope,
                        task,
                        failure,
                    }
                });
            }
            Trigger::MapRunStarted { map_run, arn } => {
                if let Some(scope) = self.state.map_runs.get(&map_run).copied() {
                    self.emit(JournalEvent::MapRunStarted {
                        scope,
                        map_run,
                        arn,
                    });
                }
            }
            Trigger::MapRunRedriven {
                map_run,
                arn,
                redrive_count,
            } => {
                if let Some(scope) = self.state.map_runs.get(&map_run).copied() {
                    self.emit(JournalEvent::MapRunRedriven {
                        scope,
                        map_run,
                        arn,
                        redrive_count,
                    });
                }
            }
            Trigger::MapRunSucceeded { map_run, output } => self.map_run_succeeded(map_run, output),
            Trigger::MapRunFailed {
                map_run,
                error,
                cause,
            } => {
                self.map_run_failed(
                    map_run,
                    Failure {
                        error: Some(error),
                        cause,
                    },
                );
            }
            Trigger::Stop { error, cause } => self.end(Status::Aborted, &Failure { error, cause }),
        }
    }

    fn start(&mut self, context: Context, input_text: Arc<str>) {
        if self.state.status.is_some() {
            return;
        }
        let timeout = self.deadline();
        self.emit(JournalEvent::ExecutionStarted {
            context: Arc::new(context),
            input_text,
            start: self.definition.start,
            timeout,
            at_ms: self.env.now_ms,
        });
        if let Some(timer) = timeout {
            self.set_timer(timer);
        }
        self.ready.push_back(ScopeId(0));
    }

    /// Returns the timer of the machine's own TimeoutSeconds; the children of a Map run have none. Express ends
    /// after five minutes anyway.
    fn deadline(&self) -> Option<crate::TimerSet> {
        const EXPRESS_SECONDS: i64 = 300;
        let own = self
            .definition
            .machine
            .timeout_s
            .filter(|_| self.definition.is_whole());
        let seconds = match self.definition.kind {
            MachineKind::Standard => own?,
            MachineKind::Express => own.unwrap_or(EXPRESS_SECONDS).min(EXPRESS_SECONDS),
        };
        Some(self.timer_at(self.env.now_ms.saturating_add(seconds.saturating_mul(1000))))
    }

    fn redrive(&mut self) {
        if !matches!(
            self.state.status,
            Some(Status::Failed | Status::Aborted | Status::TimedOut)
        ) {
            return;
        }
        let timeout = self.deadline();
        let redrive_count = self.state.context().map_or(0, |c| c.redrive_count) + 1;
        self.emit(JournalEvent::ExecutionRedriven {
            redrive_count,
            timeout,
            at_ms: self.env.now_ms,
        });
        if let Some(timer) = timeout {
            self.set_timer(timer);
        }
        let map_runs: Vec<MapRunId> = self.state.map_runs.keys().copied().collect();
        for map_run in map_runs {
            self.effect(Effect::RedriveMapRun { map_run });
        }
        self.carry_on();
        self.carry_on_forks();
    }

    fn carry_on(&mut self) {
        let due = self
            .state
            .scopes
            .iter()
            .filter(|(_, scope)| match &scope.place {
                Place::Due(_) => true,
                Place::In(position) => matches!(position.phase, Phase::RetryDue),
                Place::Done => false,
            });
        let due: Vec<ScopeId> = due.map(|(id, _)| id).collect();
        let due = due.into_iter().filter(|id| !self.state.is_given_up(*id));
        self.ready = due.collect();
    }

    /// After a redrive: Maps begin the iterations that have room, and what had succeeded as a whole goes on.
    fn carry_on_forks(&mut self) {
        let forks = self.state.scopes.iter().filter(|(_, scope)| {
            matches!(&scope.place, Place::In(position) if matches!(position.phase, Phase::Fork(_)))
        });
        let forks: Vec<ScopeId> = forks.map(|(id, _)| id).collect();
        for scope in forks {
            let Some((definition, id)) = self.state_of(scope) else {
                continue;
            };
            let more = match definition.machine.state(id).map(|s| (s, &s.kind)) {
                Some((state, StateKind::Map(map))) => states::map::more(self, scope, state, map),
                _ => Ok(()),
            };
            let done = more.and_then(|()| self.join_all(scope));
            self.settle(scope, done);
        }
    }

    fn timer_fired(&mut self, timer: TimerId) {
        match self.state.timers.get(&timer).copied() {
            None => {}
            Some(TimerUse::Deadline) => self.end(Status::TimedOut, &Failure::default()),
            Some(TimerUse::Wait(scope)) => {
                let done = states::wait::over(self, scope);
                self.settle(scope, done);
            }
            Some(TimerUse::Retry(scope)) => {
                self.effect(Effect::ClearTimer { timer });
                self.emit(JournalEvent::RetryStarted { scope });
                self.ready.push_back(scope);
            }
            Some(TimerUse::TaskTimeout(task)) => {
                self.task_timed_out(task, timeout("States.Timeout"))
            }
            Some(TimerUse::Heartbeat(task)) => {
                self.task_timed_out(task, timeout("States.HeartbeatTimeout"))
            }
        }
    }

    /// Calls `make` with the scope of a task that is awaited and records the event it gives.
    pub(crate) fn with_task(
        &mut self,
        task: TaskId,
        make: impl FnOnce(&mut Self, ScopeId) -> Option<JournalEvent>,
    ) {
        if let Some(scope) = self.state.tasks.get(&task).map(|t| t.scope)
            && let Some(event) = make(self, scope)
        {
            self.emit(event);
        }
    }

    fn task_failed(
        &mut self,
        task: TaskId,
        failure: Failure,
        event: impl FnOnce(ScopeId, Failure) -> JournalEvent,
    ) {
        let Some(scope) = self.state.tasks.get(&task).map(|t| t.scope) else {
            return;
        };
        self.release_task(task);
        self.emit(event(scope, failure.clone()));
        self.fail(scope, Trouble::from(failure));
    }

    fn task_timed_out(&mut self, task: TaskId, failure: Failure) {
        let Some(scope) = self.state.tasks.get(&task).map(|t| t.scope) else {
            return;
        };
        self.release_task(task);
        self.effect(Effect::CancelTask { task });
        self.emit(JournalEvent::TaskTimedOut {
            scope,
            task,
            failure: failure.clone(),
        });
        self.fail(scope, Trouble::from(failure));
    }

    fn map_run_succeeded(&mut self, map_run: MapRunId, output: Value) {
        let Some(scope) = self.state.map_runs.get(&map_run).copied() else {
            return;
        };
        self.emit(JournalEvent::MapRunSucceeded {
            scope,
            map_run,
            output: output.clone(),
        });
        self.emit(JournalEvent::ForkSucceeded { scope });
        let done = self.complete(scope, output);
        self.settle(scope, done);
    }

    fn map_run_failed(&mut self, map_run: MapRunId, failure: Failure) {
        let Some(scope) = self.state.map_runs.get(&map_run).copied() else {
            return;
        };
        self.emit(JournalEvent::MapRunFailed {
            scope,
            map_run,
            failure: failure.clone(),
        });
        self.fail(scope, Trouble::from(failure));
    }
}

fn timeout(error: &str) -> Failure {
    Failure {
        error: Some(error.into()),
        cause: None,
    }
}
