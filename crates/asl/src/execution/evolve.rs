//! How each event changes the state. O(change): nothing here copies what it does not touch.

use std::{collections::BTreeSet, sync::Arc};

use super::{Execution, Fork, Phase, Place, Position, Scope, TaskState, TimerUse};
use crate::{
    Failure, JournalEvent, MapItem, ScopeId, StateId, Status, TaskId, TimerId, TimerSet, Value,
    event::TaskScheduled,
    interpreter::{DATA_LIMIT_EXCEEDED, RUNTIME},
};

/// Brings a state up to one more event. Never fails: an event that the state does not know changes nothing.
pub fn evolve(state: &mut Execution, event: &JournalEvent) {
    let id = state.numbering.number(event).map(|(id, _)| id);
    match event {
        JournalEvent::ExecutionStarted { .. } => state.started(event),
        JournalEvent::StateEntered {
            scope,
            state: entered,
            at_ms,
        } => {
            state.entered(*scope, *entered, *at_ms, id.unwrap_or_default());
        }
        JournalEvent::StateExited {
            scope,
            output,
            assigned,
            next,
        } => {
            state.exited(*scope, output.as_ref(), assigned, *next);
        }
        JournalEvent::WaitStarted { scope, timer } => {
            state.set(*timer, TimerUse::Wait(*scope));
            state.phase(*scope, Phase::Waiting(timer.timer));
        }
        JournalEvent::TaskScheduled(scheduled) => state.scheduled(scheduled),
        JournalEvent::TaskStarted {
            task, heartbeat, ..
        } => {
            if let Some(timer) = heartbeat {
                state.set_heartbeat(*task, *timer);
            }
        }
        JournalEvent::HeartbeatReceived {
            task, heartbeat, ..
        } => state.set_heartbeat(*task, *heartbeat),
        JournalEvent::TaskSubmitted { .. } | JournalEvent::EvaluationFailed { .. } => {}
        JournalEvent::TaskStartFailed { task, .. }
        | JournalEvent::TaskSubmitFailed { task, .. }
        | JournalEvent::TaskSucceeded { task, .. }
        | JournalEvent::TaskFailed { task, .. }
        | JournalEvent::TaskTimedOut { task, .. }
        | JournalEvent::TaskScheduleFailed { task, .. } => state.forget_task(*task),
        JournalEvent::RetryScheduled {
            scope,
            retrier,
            timer,
        } => state.retry(*scope, *retrier, *timer),
        JournalEvent::RetryStarted { scope } => {
            state.clear_wait(*scope);
            state.phase(*scope, Phase::RetryDue);
        }
        JournalEvent::ParallelStarted {
            scope,
            first_child,
            starts,
            input,
        } => {
            state.fork_branches(*scope, *first_child, starts, input);
        }
        JournalEvent::MapStarted {
            scope,
            length,
            items,
            input,
            max_concurrency,
        } => {
            let fork = Fork {
                running: BTreeSet::new(),
                results: vec![None; if items.is_some() { *length as usize } else { 0 }],
                started: 0,
                succeeded: 0,
                items: items.clone(),
                input: input.clone(),
                max_concurrency: *max_concurrency,
            };
            state.phase(*scope, Phase::Fork(Box::new(fork)));
        }
        JournalEvent::IterationStarted {
            scope,
            child,
            start,
            input,
            item,
        } => {
            state.fork_iteration(*scope, *child, *start, input, item);
        }
        JournalEvent::IterationSucceeded { scope, child }
        | JournalEvent::BranchSucceeded { scope, child } => {
            state.joined(*scope, *child);
        }
        JournalEvent::IterationFailed { scope, child, .. }
        | JournalEvent::IterationAborted { scope, child }
        | JournalEvent::BranchFailed { scope, child, .. }
        | JournalEvent::BranchAborted { scope, child } => state.drop_child(*scope, *child),
        JournalEvent::ForkSucceeded { .. } | JournalEvent::ForkFailed { .. } => {}
        JournalEvent::StateAborted { scope } => state.quiet(*scope),
        JournalEvent::MapRunRequested { scope, map_run } => {
            state.counters.map_run = map_run.0 + 1;
            state.map_runs.insert(*map_run, *scope);
            state.phase(*scope, Phase::MapRun(*map_run));
        }
        JournalEvent::MapRunStarted { .. } => {}
        JournalEvent::MapRunRedriven { map_run, scope, .. } => {
            state.map_runs.insert(*map_run, *scope);
        }
        JournalEvent::MapRunSucceeded { map_run, .. }
        | JournalEvent::MapRunFailed { map_run, .. } => {
            state.map_runs.remove(map_run);
        }
        JournalEvent::ExecutionSucceeded => {
            state.output = state.scopes.get(&ScopeId(0)).map(|s| s.flow.clone());
            state.end(Status::Succeeded, &Failure::default());
        }
        JournalEvent::ExecutionFailed { failure } => state.end(Status::Failed, failure),
        JournalEvent::ExecutionTimedOut { failure } => state.end(Status::TimedOut, failure),
        JournalEvent::ExecutionAborted { failure } => state.end(Status::Aborted, failure),
        JournalEvent::ExecutionRedriven {
            redrive_count,
            timeout,
            ..
        } => state.redriven(*redrive_count, *timeout),
    }
}

impl Execution {
    fn started(&mut self, event: &JournalEvent) {
        let JournalEvent::ExecutionStarted {
            context,
            input_text,
            start,
            timeout,
            ..
        } = event
        else {
            return;
        };
        self.context = Some(Arc::clone(context));
        self.input_text = Arc::clone(input_text);
        self.input = Value::parse(input_text).unwrap_or_default();
        self.status = Some(Status::Running);
        self.counters.scope = 1;
        let mut root = Scope::new(None, 0, self.input.clone(), *start);
        root.variables = Arc::new(std::mem::take(&mut self.given_variables));
        self.scopes.insert(ScopeId(0), root);
        if let Some(timer) = timeout {
            self.set(*timer, TimerUse::Deadline);
            self.deadline = Some(*timer);
        }
    }

    fn entered(&mut self, scope: ScopeId, state: StateId, at_ms: i64, id: u64) {
        if let Some(scope) = self.scopes.get_mut(&scope) {
            scope.place = Place::In(Position {
                state,
                entered_ms: at_ms,
                entered_id: id,
                retries: Vec::new(),
                phase: Phase::Entered,
            });
        }
    }

    fn exited(
        &mut self,
        scope: ScopeId,
        output: Option<&Value>,
        assigned: &[(Arc<str>, Value)],
        next: Option<StateId>,
    ) {
        self.quiet(scope);
        self.forget_children(scope);
        let Some(scope) = self.scopes.get_mut(&scope) else {
            return;
        };
        if let Some(output) = output {
            scope.flow = output.clone();
        }
        if !assigned.is_empty() {
            let variables = Arc::make_mut(&mut scope.variables);
            variables.extend(assigned.iter().map(|(k, v)| (Arc::clone(k), v.clone())));
        }
        scope.place = next.map_or(Place::Done, Place::Due);
    }

    fn set(&mut self, timer: TimerSet, use_of: TimerUse) {
        self.counters.timer = self.counters.timer.max(timer.timer.0 + 1);
        self.timers.insert(timer.timer, use_of);
    }

    fn phase(&mut self, scope: ScopeId, phase: Phase) {
        if let Some(position) = self.position_mut(scope) {
            position.phase = phase;
        }
    }

    fn position_mut(&mut self, scope: ScopeId) -> Option<&mut Position> {
        match &mut self.scopes.get_mut(&scope)?.place {
            Place::In(position) => Some(position),
            _ => None,
        }
    }

    /// Takes away the timer that the scope waits for.
    fn clear_wait(&mut self, scope: ScopeId) {
        if let Some(Phase::Waiting(timer) | Phase::Retrying(timer)) =
            self.position_mut(scope).map(|p| &p.phase)
        {
            let timer = *timer;
            self.timers.remove(&timer);
        }
    }

    /// Ends all that the scope's state waits for: timer, task, Map run.
    fn quiet(&mut self, scope: ScopeId) {
        self.clear_wait(scope);
        match self.position_mut(scope).map(|p| &p.phase) {
            Some(Phase::Task(task)) => {
                let task = *task;
                self.forget_task(task);
            }
            Some(Phase::MapRun(map_run)) => {
                let map_run = *map_run;
                self.map_runs.remove(&map_run);
            }
            _ => {}
        }
    }

    fn scheduled(&mut self, scheduled: &TaskScheduled) {
        let TaskScheduled {
            scope,
            task,
            timer,
            heartbeat,
            heartbeat_s,
            token,
            ..
        } = scheduled;
        self.counters.task = task.0 + 1;
        if let Some(timer) = timer {
            self.set(*timer, TimerUse::TaskTimeout(*task));
        }
        self.tasks.insert(
            *task,
            TaskState {
                scope: *scope,
                timer: timer.map(|t| t.timer),
                heartbeat: None,
                heartbeat_ms: heartbeat_s.map(|s| s.saturating_mul(1000)),
                token: token.clone(),
            },
        );
        if let Some(timer) = heartbeat {
            self.set_heartbeat(*task, *timer);
        }
        self.phase(*scope, Phase::Task(*task));
    }

    fn set_heartbeat(&mut self, task: TaskId, timer: TimerSet) {
        self.set(timer, TimerUse::Heartbeat(task));
        let old: Option<TimerId> = self
            .tasks
            .get_mut(&task)
            .and_then(|t| t.heartbeat.replace(timer.timer));
        if let Some(old) = old.filter(|old| *old != timer.timer) {
            self.timers.remove(&old);
        }
    }

    fn forget_task(&mut self, task: TaskId) {
        if let Some(task) = self.tasks.remove(&task) {
            for timer in task.timer.into_iter().chain(task.heartbeat) {
                self.timers.remove(&timer);
            }
        }
    }

    fn retry(&mut self, scope: ScopeId, retrier: u32, timer: TimerSet) {
        self.forget_children(scope);
        self.set(timer, TimerUse::Retry(scope));
        if let Some(position) = self.position_mut(scope) {
            let retrier = retrier as usize;
            if position.retries.len() <= retrier {
                position.retries.resize(retrier + 1, 0);
            }
            position.retries[retrier] += 1;
            position.phase = Phase::Retrying(timer.timer);
        }
    }

    fn fork_branches(&mut self, scope: ScopeId, first: ScopeId, starts: &[StateId], input: &Value) {
        let mut running = BTreeSet::new();
        for (i, start) in starts.iter().enumerate() {
            let child = ScopeId(first.0 + i as u32);
            running.insert(child);
            self.scopes.insert(
                child,
                Scope::new(Some(scope), i as u32, input.clone(), *start),
            );
        }
        self.counters.scope = first.0 + starts.len() as u32;
        let fork = Fork {
            running,
            results: vec![None; starts.len()],
            started: starts.len() as u32,
            succeeded: 0,
            items: None,
            input: Value::Null,
            max_concurrency: 0,
        };
        self.phase(scope, Phase::Fork(Box::new(fork)));
    }

    fn fork_iteration(
        &mut self,
        scope: ScopeId,
        child: ScopeId,
        start: StateId,
        input: &Value,
        item: &MapItem,
    ) {
        self.counters.scope = child.0 + 1;
        let mut inner = Scope::new(Some(scope), item.index, input.clone(), start);
        inner.item = Some(Box::new(item.clone()));
        self.scopes.insert(child, inner);
        if let Some(Phase::Fork(fork)) = self.position_mut(scope).map(|p| &mut p.phase) {
            fork.running.insert(child);
            fork.started = item.index + 1;
        }
    }

    fn joined(&mut self, scope: ScopeId, child: ScopeId) {
        let Some(finished) = self.scopes.remove(&child) else {
            return;
        };
        if let Some(Phase::Fork(fork)) = self.position_mut(scope).map(|p| &mut p.phase) {
            fork.running.remove(&child);
            fork.succeeded += 1;
            if let Some(result) = fork.results.get_mut(finished.index as usize) {
                *result = Some(finished.flow);
            }
        }
    }

    /// A branch or iteration did not come to its end. It stays as it stood for as long as its fork does: a redrive
    /// carries it on.
    fn drop_child(&mut self, scope: ScopeId, child: ScopeId) {
        self.quiet(child);
        if let Some(Phase::Fork(fork)) = self.position_mut(scope).map(|p| &mut p.phase) {
            fork.running.remove(&child);
        }
    }

    fn end(&mut self, status: Status, failure: &Failure) {
        self.status = Some(status);
        self.failure = failure.clone();
        self.tasks.clear();
        self.timers.clear();
        self.map_runs.clear();
        self.deadline = None;
    }

    /// Goes back to the states that the execution ended in.
    fn redriven(&mut self, redrive_count: u32, timeout: Option<TimerSet>) {
        self.status = Some(Status::Running);
        let failure = std::mem::take(&mut self.failure);
        if let Some(context) = &mut self.context {
            Arc::make_mut(context).redrive_count = redrive_count;
        }
        self.revive(ScopeId(0), failure.error.as_deref().unwrap_or_default());
        if let Some(timer) = timeout {
            self.set(timer, TimerUse::Deadline);
            self.deadline = Some(timer);
        }
    }
}

impl Execution {
    /// Lets a scope go on where it stood: its state is tried again, of a fork only the branches and iterations that
    /// did not succeed. What AWS does over as a whole, it does so here: forks that failed for their data's size.
    fn revive(&mut self, scope: ScopeId, error: &str) {
        let Some(position) = self.position_mut(scope) else {
            return;
        };
        position.retries.clear();
        match &position.phase {
            Phase::Fork(fork) if fork.started > 0 && error != DATA_LIMIT_EXCEEDED => {
                let children = self.children(scope);
                if let Some(Phase::Fork(fork)) = self.position_mut(scope).map(|p| &mut p.phase) {
                    fork.running.extend(children.iter().copied());
                }
                for child in children {
                    self.revive(child, error);
                }
            }
            Phase::MapRun(map_run) if map_run_goes_on(error) => {
                let map_run = *map_run;
                self.map_runs.insert(map_run, scope);
            }
            _ => {
                self.forget_children(scope);
                self.phase(scope, Phase::RetryDue);
            }
        }
    }

    fn children(&self, scope: ScopeId) -> Vec<ScopeId> {
        let children = self.scopes.iter().filter(|(_, s)| s.parent == Some(scope));
        children.map(|(id, _)| id).collect()
    }

    /// Lets go of the branches and iterations of a scope's state that did not come to their end.
    fn forget_children(&mut self, scope: ScopeId) {
        let Some(Phase::Fork(fork)) = self.position_mut(scope).map(|p| &p.phase) else {
            return;
        };
        if fork.succeeded >= fork.started {
            return;
        }
        for child in self.children(scope) {
            self.forget_children(child);
            self.scopes.remove(&child);
            self.numbering.forget(child);
        }
    }

    /// Tells whether a branch or iteration was given up.
    pub(crate) fn is_given_up(&self, scope: ScopeId) -> bool {
        let parent = self.scopes.get(&scope).and_then(|s| s.parent);
        let place = parent.and_then(|p| self.scopes.get(&p)).map(|p| &p.place);
        match place {
            Some(Place::In(position)) => match &position.phase {
                Phase::Fork(fork) => !fork.running.contains(&scope),
                _ => false,
            },
            _ => false,
        }
    }
}

/// A Map run that failed for these errors is not redriven: the state starts another one.
fn map_run_goes_on(error: &str) -> bool {
    error != DATA_LIMIT_EXCEEDED && error != RUNTIME
}

impl Scope {
    fn new(parent: Option<ScopeId>, index: u32, flow: Value, start: StateId) -> Self {
        Self {
            parent,
            index,
            variables: Arc::default(),
            flow,
            place: Place::Due(start),
            item: None,
        }
    }
}
