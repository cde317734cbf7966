//! Ids and previous ids of history events, as AWS gives them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{JournalEvent, ScopeId, execution::Table};

/// Numbers history events. Part of the execution's state, because causes name ids; the projection runs its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Numbering {
    count: u64,
    threads: Table<Thread>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Thread {
    /// The event that the next one follows.
    last: u64,
    /// The last `…StateEntered`, and what came before it.
    entered: u64,
    before: u64,
    /// What the next iteration of a Map follows.
    slot: u64,
    /// The text that flows, as long as no state has touched the input.
    verbatim: Option<Arc<str>>,
}

impl Numbering {
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn verbatim(&self, scope: ScopeId) -> Option<&Arc<str>> {
        self.threads.get(&scope)?.verbatim.as_ref()
    }

    /// Returns id and previous id of the event's history event, if it has one.
    pub(crate) fn number(&mut self, event: &JournalEvent) -> Option<(u64, u64)> {
        use JournalEvent as E;
        match event {
            E::ExecutionStarted { input_text, .. } => {
                self.count += 1;
                let verbatim = Some(Arc::clone(input_text));
                self.threads.insert(
                    ScopeId(0),
                    Thread {
                        verbatim,
                        ..Thread::default()
                    },
                );
                Some((self.count, 0))
            }
            E::StateEntered { scope, .. } => Some(self.entered(*scope)),
            E::StateExited { scope, output, .. } => {
                if output.is_some() {
                    self.thread(*scope).verbatim = None;
                }
                Some(self.chain(*scope))
            }
            E::TaskScheduled(scheduled) => Some(self.chain(scheduled.scope)),
            E::TaskStarted { scope, .. }
            | E::TaskStartFailed { scope, .. }
            | E::TaskSubmitted { scope, .. }
            | E::TaskSubmitFailed { scope, .. }
            | E::TaskSucceeded { scope, .. }
            | E::TaskFailed { scope, .. }
            | E::TaskTimedOut { scope, .. }
            | E::TaskScheduleFailed { scope, .. }
            | E::StateAborted { scope }
            | E::ForkFailed { scope, .. }
            | E::MapRunStarted { scope, .. }
            | E::MapRunRedriven { scope, .. }
            | E::MapRunSucceeded { scope, .. }
            | E::MapRunFailed { scope, .. } => Some(self.chain(*scope)),
            E::EvaluationFailed { scope, .. } => Some(self.evaluation_failed(*scope)),
            E::ParallelStarted {
                scope,
                first_child,
                starts,
                ..
            } => {
                let numbers = self.chain(*scope);
                for i in 0..starts.len() as u32 {
                    self.begin(ScopeId(first_child.0 + i), numbers.0);
                }
                Some(numbers)
            }
            E::MapStarted { scope, .. } => {
                let numbers = self.chain(*scope);
                self.thread(*scope).slot = numbers.0;
                Some(numbers)
            }
            E::IterationStarted { scope, child, .. } => {
                self.count += 1;
                let previous = self.thread(*scope).slot;
                self.begin(*child, self.count);
                Some((self.count, previous))
            }
            E::IterationSucceeded { scope, child } => {
                Some(self.iteration_succeeded(*scope, *child))
            }
            E::IterationFailed { scope, child, .. } => Some(self.iteration_failed(*scope, *child)),
            E::IterationAborted { child, .. } => {
                self.count += 1;
                Some((self.count, self.last(*child)))
            }
            E::BranchSucceeded { scope, child } => {
                let last = self.threads.remove(child).unwrap_or_default().last;
                self.thread(*scope).last = last;
                None
            }
            // The thread of a branch that was given up stays: a redrive carries it on.
            E::BranchFailed { scope, child, .. } => {
                self.thread(*scope).last = self.last(*child);
                None
            }
            E::BranchAborted { .. } => None,
            E::ForkSucceeded { scope } => {
                self.count += 1;
                Some((self.count, self.thread(*scope).last))
            }
            // These two come from outside: they follow nothing.
            E::ExecutionTimedOut { .. } | E::ExecutionAborted { .. } => {
                self.count += 1;
                Some((self.count, 0))
            }
            E::ExecutionSucceeded | E::ExecutionFailed { .. } | E::ExecutionRedriven { .. } => {
                Some(self.chain(ScopeId(0)))
            }
            E::WaitStarted { .. }
            | E::HeartbeatReceived { .. }
            | E::RetryScheduled { .. }
            | E::RetryStarted { .. }
            | E::MapRunRequested { .. } => None,
        }
    }

    /// Lets go of a scope that nothing carries on any more.
    pub(crate) fn forget(&mut self, scope: ScopeId) {
        self.threads.remove(&scope);
    }

    fn last(&self, scope: ScopeId) -> u64 {
        self.threads.get(&scope).map_or(0, |t| t.last)
    }

    fn thread(&mut self, scope: ScopeId) -> &mut Thread {
        self.threads.entry(scope)
    }

    fn begin(&mut self, scope: ScopeId, after: u64) {
        self.threads.insert(
            scope,
            Thread {
                last: after,
                ..Thread::default()
            },
        );
    }

    fn chain(&mut self, scope: ScopeId) -> (u64, u64) {
        self.count += 1;
        let id = self.count;
        (id, std::mem::replace(&mut self.thread(scope).last, id))
    }

    fn entered(&mut self, scope: ScopeId) -> (u64, u64) {
        self.count += 1;
        let id = self.count;
        let thread = self.threads.entry(scope);
        let previous = std::mem::replace(&mut thread.last, id);
        thread.entered = id;
        thread.before = previous;
        (id, previous)
    }

    /// A field that fails as the state is entered follows what came before the state.
    fn evaluation_failed(&mut self, scope: ScopeId) -> (u64, u64) {
        let (id, previous) = self.chain(scope);
        let thread = self.thread(scope);
        (
            id,
            if previous == thread.entered {
                thread.before
            } else {
                previous
            },
        )
    }

    /// The next iteration follows the last event of this one, the Map's end follows its success.
    fn iteration_succeeded(&mut self, scope: ScopeId, child: ScopeId) -> (u64, u64) {
        self.count += 1;
        let id = self.count;
        let previous = self.threads.remove(&child).unwrap_or_default().last;
        let thread = self.thread(scope);
        thread.last = id;
        thread.slot = previous;
        (id, previous)
    }

    /// What comes after a failed iteration follows the same event as the failure.
    fn iteration_failed(&mut self, scope: ScopeId, child: ScopeId) -> (u64, u64) {
        self.count += 1;
        let previous = self.last(child);
        self.thread(scope).last = previous;
        (self.count, previous)
    }
}
