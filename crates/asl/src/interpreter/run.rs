//! One step: transitions until the execution waits.

use std::{collections::VecDeque, sync::Arc};

use super::{DATA_LIMIT, Trouble};
use crate::{
    Definition, Effect, Env, Execution, JournalEvent, MachineKind, ScopeId, StateId, Status, Step,
    TaskId, TimerId, TimerSet, Value,
    execution::{Phase, Place, Position},
    model::{State, StateKind},
    query::Random,
    states,
    test_state::Bench,
};

/// History events that a Standard execution may have.
const HISTORY_LIMIT: u64 = 25_000;
/// Journal events after which a step is cut and continued, so that no commit grows without bound.
const STEP_LIMIT: usize = 12_000;
/// The same for what flows out of the step's states. **Units**: bytes of JSON.
const STEP_BYTES: usize = 4 << 20;

pub(crate) struct Run<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) state: &'a mut Execution,
    pub(crate) env: &'a Env,
    pub(crate) random: Random,
    pub(crate) step: Step,
    pub(crate) ready: VecDeque<ScopeId>,
    /// An event did not fit into the history any more.
    overflows: bool,
    /// What has flowed out of states in this step.
    bytes: usize,
    /// TestState: one state alone.
    pub(crate) bench: Option<Arc<Bench>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(definition: &'a Definition, state: &'a mut Execution, env: &'a Env) -> Self {
        Self {
            definition,
            state,
            env,
            random: Random::new(env.seed),
            step: Step::default(),
            ready: VecDeque::new(),
            overflows: false,
            bytes: 0,
            bench: None,
        }
    }

    /// Records an event and lives up to it. Once the history is full, nothing but the end is recorded.
    pub(crate) fn emit(&mut self, event: JournalEvent) {
        if self.is_full() && !is_end(&event) {
            self.overflows = true;
            return;
        }
        crate::evolve(self.state, &event);
        self.step.events.push(event);
    }

    /// Tells whether the next history event must be the last.
    fn is_full(&self) -> bool {
        self.definition.kind == MachineKind::Standard
            && self.state.history_length() + 1 >= HISTORY_LIMIT
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        if !self.overflows {
            self.step.effects.push(effect);
        }
    }

    /// Ends an execution whose history is full.
    pub(crate) fn end_full(&mut self) {
        if self.overflows && self.state.is_running() {
            self.overflows = false;
            let cause = format!(
                "The execution reached the maximum number of history events ({HISTORY_LIMIT})."
            );
            self.end_failed(
                &Trouble {
                    prefixed: false,
                    ..Trouble::runtime(cause)
                }
                .failure(),
            );
        }
    }

    /// Moves what is ready until all waits or the execution ends.
    pub(crate) fn drive(&mut self) {
        while let Some(scope) = self.ready.pop_front() {
            if self.overflows || !self.state.is_running() {
                break;
            }
            if self.step.events.len() >= STEP_LIMIT || self.bytes >= STEP_BYTES {
                self.effect(Effect::Continue);
                self.ready.clear();
                return;
            }
            self.move_on(scope);
        }
        self.ready.clear();
        self.end_full();
    }

    fn move_on(&mut self, scope: ScopeId) {
        let Some(at) = self.state.scopes.get(&scope) else {
            return;
        };
        let (state, entering) = match &at.place {
            Place::Due(state) => (*state, true),
            Place::In(position) if matches!(position.phase, Phase::RetryDue) => {
                (position.state, false)
            }
            Place::In(_) | Place::Done => return,
        };
        if entering {
            self.emit(JournalEvent::StateEntered {
                scope,
                state,
                at_ms: self.env.now_ms,
            });
        }
        let definition = self.definition;
        if let Some(state) = definition.machine.state(state) {
            let done = self.work(scope, state);
            self.settle(scope, done);
        }
    }

    /// What a state does when it is entered, or tried again.
    fn work(&mut self, scope: ScopeId, state: &State) -> Result<(), Trouble> {
        match &state.kind {
            StateKind::Pass(pass) => states::pass::enter(self, scope, state, pass),
            StateKind::Wait(wait) => states::wait::enter(self, scope, state, wait),
            StateKind::Choice(choice) => states::choice::enter(self, scope, state, choice),
            StateKind::Succeed => states::succeed::enter(self, scope, state),
            StateKind::Fail(fail) => states::fail::enter(self, scope, state, fail),
            StateKind::Task(task) => states::task::enter(self, scope, state, task),
            StateKind::Parallel(parallel) => states::parallel::enter(self, scope, state, parallel),
            StateKind::Map(map) => states::map::enter(self, scope, state, map),
        }
    }

    /// Sends a state's trouble where it belongs.
    pub(crate) fn settle(&mut self, scope: ScopeId, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.fail(scope, trouble);
        }
    }

    pub(crate) fn position(&self, scope: ScopeId) -> Option<&Position> {
        match &self.state.scopes.get(&scope)?.place {
            Place::In(position) => Some(position),
            _ => None,
        }
    }

    /// Returns the state that a scope is in.
    pub(crate) fn state_of(&self, scope: ScopeId) -> Option<(&'a Definition, StateId)> {
        Some((self.definition, self.position(scope)?.state))
    }

    /// Returns the state's input before any path.
    pub(crate) fn raw_input(&self, scope: ScopeId) -> Value {
        self.state
            .scopes
            .get(&scope)
            .map(|s| s.flow.clone())
            .unwrap_or_default()
    }

    /// Leaves a state for `next`, or ends the scope.
    pub(crate) fn exit(
        &mut self,
        scope: ScopeId,
        state: &State,
        raw: &Value,
        output: Value,
        assigned: Vec<(Arc<str>, Value)>,
        next: Option<StateId>,
    ) -> Result<(), Trouble> {
        let untouched = output.same(raw);
        if !untouched {
            let length = output.length_within(DATA_LIMIT);
            self.bytes += length.ok_or_else(|| Trouble::data_limit(&state.name))?;
        }
        self.release(scope);
        let output = (!untouched).then_some(output);
        self.emit(JournalEvent::StateExited {
            scope,
            output,
            assigned,
            next,
        });
        if self.bench.is_some() {
            return Ok(());
        }
        match next {
            Some(_) => self.ready.push_back(scope),
            None => self.finish(scope),
        }
        Ok(())
    }

    /// Leaves a state that did nothing and waited for nothing.
    pub(crate) fn exit_untouched(&mut self, scope: ScopeId, next: Option<StateId>) {
        self.emit(JournalEvent::StateExited {
            scope,
            output: None,
            assigned: Vec::new(),
            next,
        });
        match next {
            Some(_) => self.ready.push_back(scope),
            None => self.finish(scope),
        }
    }

    /// A scope has come to its end.
    fn finish(&mut self, scope: ScopeId) {
        match self.state.scopes.get(&scope).and_then(|s| s.parent) {
            None => {
                self.release_all();
                self.emit(JournalEvent::ExecutionSucceeded);
                let output = self.state.output.clone();
                self.effect(Effect::Finished {
                    status: Status::Succeeded,
                    output,
                    error: None,
                    cause: None,
                });
            }
            Some(parent) => {
                let joined = self.join(parent, scope);
                self.settle(parent, joined);
            }
        }
    }

    /// A branch or an iteration succeeded.
    fn join(&mut self, parent: ScopeId, child: ScopeId) -> Result<(), Trouble> {
        let Some((definition, id)) = self.state_of(parent) else {
            return Ok(());
        };
        let Some(state) = definition.machine.state(id) else {
            return Ok(());
        };
        match &state.kind {
            StateKind::Map(map) => {
                self.emit(JournalEvent::IterationSucceeded {
                    scope: parent,
                    child,
                });
                states::map::more(self, parent, state, map)?;
            }
            _ => self.emit(JournalEvent::BranchSucceeded {
                scope: parent,
                child,
            }),
        }
        self.join_all(parent)
    }

    /// Goes on once every branch or iteration succeeded.
    pub(crate) fn join_all(&mut self, parent: ScopeId) -> Result<(), Trouble> {
        let Some(Phase::Fork(fork)) = self.position(parent).map(|p| &p.phase) else {
            return Ok(());
        };
        if (fork.succeeded as usize) < fork.results.len() {
            return Ok(());
        }
        let results = Value::array(fork.results.iter().map(|r| r.clone().unwrap_or_default()));
        self.emit(JournalEvent::ForkSucceeded { scope: parent });
        self.complete(parent, results)
    }

    /// TestState: notes a stage of the data.
    pub(crate) fn note(&self, stage: &'static str, value: &Value) {
        if let Some(bench) = &self.bench {
            bench.note(stage, value);
        }
    }

    /// Returns a timer that was never used, due after a while. **Units**: milliseconds.
    pub(crate) fn timer_at(&self, due_ms: i64) -> TimerSet {
        TimerSet {
            timer: TimerId(self.state.counters.timer),
            due_ms,
        }
    }

    pub(crate) fn set_timer(&mut self, timer: TimerSet) {
        self.effect(Effect::SetTimer {
            timer: timer.timer,
            due_ms: timer.due_ms,
        });
    }

    /// Asks the driver to end what a scope waits for. Call it before the event that forgets it.
    pub(crate) fn release(&mut self, scope: ScopeId) {
        match self.position(scope).map(|p| &p.phase) {
            Some(Phase::Waiting(timer) | Phase::Retrying(timer)) => {
                let timer = *timer;
                if self.state.timers.contains_key(&timer) {
                    self.effect(Effect::ClearTimer { timer });
                }
            }
            Some(Phase::Task(task)) => {
                let task = *task;
                if self.state.tasks.contains_key(&task) {
                    self.release_task(task);
                    self.effect(Effect::CancelTask { task });
                }
            }
            Some(Phase::MapRun(map_run)) => {
                let map_run = *map_run;
                if self.state.map_runs.contains_key(&map_run) {
                    self.effect(Effect::CancelMapRun { map_run });
                }
            }
            _ => {}
        }
    }

    /// Asks the driver to clear a task's timers.
    pub(crate) fn release_task(&mut self, task: TaskId) {
        if let Some(found) = self.state.tasks.get(&task) {
            let timers: Vec<_> = found.timer.into_iter().chain(found.heartbeat).collect();
            for timer in timers {
                self.effect(Effect::ClearTimer { timer });
            }
        }
    }

    /// Asks the driver to end everything: the execution is over.
    pub(crate) fn release_all(&mut self) {
        let timers: Vec<_> = self.state.timers.keys().copied().collect();
        let tasks: Vec<_> = self.state.tasks.keys().copied().collect();
        let map_runs: Vec<_> = self.state.map_runs.keys().copied().collect();
        timers
            .into_iter()
            .for_each(|timer| self.effect(Effect::ClearTimer { timer }));
        tasks
            .into_iter()
            .for_each(|task| self.effect(Effect::CancelTask { task }));
        map_runs
            .into_iter()
            .for_each(|map_run| self.effect(Effect::CancelMapRun { map_run }));
    }
}

fn is_end(event: &JournalEvent) -> bool {
    matches!(
        event,
        JournalEvent::ExecutionSucceeded
            | JournalEvent::ExecutionFailed { .. }
            | JournalEvent::ExecutionTimedOut { .. }
            | JournalEvent::ExecutionAborted { .. }
            | JournalEvent::ExecutionRedriven { .. }
    )
}
