//! Failures: Retry, Catch, and the way up.

use std::sync::Arc;

use super::{
    Extras, Run, Trouble,
    errors::{DATA_LIMIT_EXCEEDED, RUNTIME},
    io::combine,
};
use crate::{
    Effect, Failure, JournalEvent, ScopeId, Status, Value,
    execution::Phase,
    model::{Catcher, QueryLanguage, Retrier, State, StateKind},
    test_state::TaskOutcome,
};

/// Tells whether a name in `ErrorEquals` speaks of this error.
pub(crate) fn matches(names: &[Arc<str>], error: &str) -> bool {
    let terminal = error == RUNTIME || error == DATA_LIMIT_EXCEEDED;
    let timed_out = error == "States.Timeout" || error == "States.HeartbeatTimeout";
    names.iter().any(|name| match &**name {
        "States.ALL" => !terminal,
        "States.TaskFailed" => !terminal && !timed_out,
        "States.Timeout" => timed_out,
        name => name == error,
    })
}

/// Returns how long to wait before the attempt after `retries` retries. **Units**: milliseconds.
pub(crate) fn backoff_ms(retrier: &Retrier, retries: u32) -> i64 {
    let delay = retrier.interval_s
        * retrier
            .backoff
            .powi(i32::try_from(retries).unwrap_or(i32::MAX));
    (delay.min(retrier.max_delay_s.unwrap_or(f64::MAX)) * 1000.0).min(3.2e13) as i64
}

/// A catcher's output and what it assigns.
type Caught = (Value, Vec<(Arc<str>, Value)>);

impl Run<'_> {
    /// A scope's state failed.
    pub(crate) fn fail(&mut self, scope: ScopeId, mut trouble: Trouble) {
        let Some((definition, id)) = self.state_of(scope) else {
            return;
        };
        let Some(state) = definition.machine.state(id) else {
            return;
        };
        self.prefix(scope, state, &mut trouble);
        let failure = trouble.failure();
        if let Some(bench) = &self.bench {
            bench.failed(&failure);
        }
        if let Some(location) = &trouble.location {
            let location = location.as_str().into();
            self.emit(JournalEvent::EvaluationFailed {
                scope,
                failure: failure.clone(),
                location,
            });
        }
        let error = failure.error.as_deref().unwrap_or_default();
        if self.retry(scope, state, error) {
            return;
        }
        let catcher = state.catch.iter().position(|c| matches(&c.errors, error));
        if trouble.fatal && catcher.is_none() {
            return self.end_failed(&failure);
        }
        self.stop_children(scope);
        if matches!(state.kind, StateKind::Map(_) | StateKind::Parallel(_)) {
            self.emit(JournalEvent::ForkFailed {
                scope,
                failure: failure.clone(),
            });
        }
        match catcher.and_then(|i| state.catch.get(i).map(|c| (i, c))) {
            Some((i, catcher)) => {
                if let Err(worse) = self.catch(scope, state, catcher, i, &failure) {
                    self.fail_uncaught(scope, state, worse);
                }
            }
            None => self.give_up(scope, &failure),
        }
    }

    /// A catcher's own Output or Assign failed.
    fn fail_uncaught(&mut self, scope: ScopeId, state: &State, mut trouble: Trouble) {
        self.prefix(scope, state, &mut trouble);
        let failure = trouble.failure();
        if let Some(bench) = &self.bench {
            bench.failed(&failure);
        }
        if let Some(location) = &trouble.location {
            let location = location.as_str().into();
            self.emit(JournalEvent::EvaluationFailed {
                scope,
                failure: failure.clone(),
                location,
            });
        }
        if trouble.fatal {
            self.end_failed(&failure)
        } else {
            self.give_up(scope, &failure)
        }
    }

    fn prefix(&self, scope: ScopeId, state: &State, trouble: &mut Trouble) {
        // TestState tells causes as they are.
        if self.bench.is_some() {
            return;
        }
        if let (true, Some(cause), Some(position)) =
            (trouble.prefixed, &trouble.cause, self.position(scope))
        {
            trouble.cause = Some(format!(
                "An error occurred while executing the state '{}' (entered at the event id #{}). {cause}",
                state.name, position.entered_id
            ));
            trouble.prefixed = false;
        }
    }

    fn retry(&mut self, scope: ScopeId, state: &State, error: &str) -> bool {
        let Some((index, retrier)) = state
            .retry
            .iter()
            .enumerate()
            .find(|(_, r)| matches(&r.errors, error))
        else {
            return false;
        };
        let used = match self.bench.as_ref().and_then(|b| b.retries) {
            Some(retries) => retries,
            None => self
                .position(scope)
                .and_then(|p| p.retries.get(index))
                .copied()
                .unwrap_or_default(),
        };
        if used >= retrier.max_attempts {
            return false;
        }
        let mut delay = backoff_ms(retrier, used);
        if retrier.full_jitter {
            delay = (delay as f64 * self.random.fraction()) as i64;
        }
        self.stop_children(scope);
        self.release(scope);
        let timer = self.timer_at(self.env.now_ms.saturating_add(delay));
        self.emit(JournalEvent::RetryScheduled {
            scope,
            retrier: index as u32,
            timer,
        });
        self.set_timer(timer);
        true
    }

    fn catch(
        &mut self,
        scope: ScopeId,
        state: &State,
        catcher: &Catcher,
        index: usize,
        failure: &Failure,
    ) -> Result<(), Trouble> {
        let output = error_output(failure);
        let raw = self.raw_input(scope);
        let (value, assigned) = self.caught(scope, state, catcher, index, &output, &raw)?;
        self.exit(scope, state, &raw, value, assigned, Some(catcher.next))
    }

    /// Returns a catcher's output and what it assigns.
    pub(crate) fn caught(
        &self,
        scope: ScopeId,
        state: &State,
        catcher: &Catcher,
        index: usize,
        output: &Value,
        raw: &Value,
    ) -> Result<Caught, Trouble> {
        let assign_field = format!("Catch[{index}]/Assign");
        if state.language == QueryLanguage::JsonPath {
            let value = combine(&catcher.result_path, raw, output)?;
            let assign = catcher.assign.as_ref();
            let assigned = self.assignments(
                assign,
                scope,
                state,
                output,
                Extras::default(),
                &assign_field,
            )?;
            return Ok((value, assigned));
        }
        let extras = Extras {
            error_output: Some(output),
            ..Extras::default()
        };
        let assigned = self.assignments(
            catcher.assign.as_ref(),
            scope,
            state,
            raw,
            extras,
            &assign_field,
        )?;
        let value = match &catcher.output {
            None => output.clone(),
            Some(template) => self.evaluate(
                template,
                scope,
                state,
                raw,
                extras,
                &format!("Catch[{index}]/Output"),
            )?,
        };
        Ok((value, assigned))
    }

    /// Nothing catches it here: the fork around the scope fails, or the execution.
    fn give_up(&mut self, scope: ScopeId, failure: &Failure) {
        let Some(parent) = self.state.scopes.get(&scope).and_then(|s| s.parent) else {
            return self.end_failed(failure);
        };
        self.release(scope);
        let failure = failure.clone();
        let is_map = self.is_map(parent);
        self.emit(if is_map {
            JournalEvent::IterationFailed {
                scope: parent,
                child: scope,
                failure: failure.clone(),
            }
        } else {
            JournalEvent::BranchFailed {
                scope: parent,
                child: scope,
                failure: failure.clone(),
            }
        });
        self.fail(parent, Trouble::from(failure));
    }

    fn is_map(&self, scope: ScopeId) -> bool {
        let state = self
            .position(scope)
            .and_then(|p| self.definition.machine.state(p.state));
        state.is_some_and(|s| matches!(s.kind, StateKind::Map(_)))
    }

    /// Gives up all branches or iterations of a scope's state that still run.
    fn stop_children(&mut self, scope: ScopeId) {
        let Some(Phase::Fork(fork)) = self.position(scope).map(|p| &p.phase) else {
            return;
        };
        let children: Vec<_> = fork.running.iter().copied().collect();
        let is_map = self.is_map(scope);
        for child in children {
            self.stop(child);
            self.emit(if is_map {
                JournalEvent::IterationAborted { scope, child }
            } else {
                JournalEvent::BranchAborted { scope, child }
            });
        }
    }

    fn stop(&mut self, scope: ScopeId) {
        self.stop_children(scope);
        self.release(scope);
        if self.position(scope).is_some() {
            self.emit(JournalEvent::StateAborted { scope });
        }
    }

    /// Ends the execution as failed.
    pub(crate) fn end_failed(&mut self, failure: &Failure) {
        self.end(Status::Failed, failure);
    }

    /// Ends the execution without success.
    pub(crate) fn end(&mut self, status: Status, failure: &Failure) {
        self.release_all();
        let failure = failure.clone();
        let (error, cause) = (failure.error.clone(), failure.cause.clone());
        self.emit(match status {
            Status::TimedOut => JournalEvent::ExecutionTimedOut { failure },
            Status::Aborted => JournalEvent::ExecutionAborted { failure },
            _ => JournalEvent::ExecutionFailed { failure },
        });
        self.effect(Effect::Finished {
            status,
            output: None,
            error,
            cause,
        });
        self.ready.clear();
    }
}

impl Run<'_> {
    /// TestState: ends a Map or a Parallel with a mocked outcome.
    pub(crate) fn end_fork(&mut self, outcome: TaskOutcome) {
        let scope = ScopeId(0);
        let exceeded = self.bench.as_ref().is_some_and(|bench| bench.is_exceeded());
        match outcome {
            TaskOutcome::Succeeded(_) if exceeded => {
                self.fail(scope, Trouble::from(crate::map_run::threshold_exceeded()));
            }
            TaskOutcome::Succeeded(result) => {
                let done = self.complete(scope, result);
                self.settle(scope, done);
            }
            TaskOutcome::Failed { error, cause } => {
                self.fail(scope, Trouble::from(Failure { error, cause }))
            }
        }
    }
}

/// Returns the object that a catcher sees: `Error` and `Cause`.
pub(crate) fn error_output(failure: &Failure) -> Value {
    let mut members = Vec::new();
    if let Some(error) = &failure.error {
        members.push(("Error", Value::String(Arc::clone(error))));
    }
    if let Some(cause) = &failure.cause {
        members.push(("Cause", Value::String(Arc::clone(cause))));
    }
    Value::object(members)
}
