//! The interpreter: pure functions over a definition.

use crate::{Definition, Env, Execution, JournalEvent, Step, Trigger};

/// Decides what follows from a trigger. Leaves `state` as it is.
///
/// Copies the state first: a driver that keeps the state in memory uses [`advance`].
pub fn decide(definition: &Definition, state: &Execution, trigger: Trigger, env: &Env) -> Step {
    advance(definition, &mut state.clone(), trigger, env)
}

/// Decides what follows from a trigger and brings `state` up to the events returned.
///
/// A driver that fails to commit the events drops the state and replays the journal.
pub fn advance(
    definition: &Definition,
    state: &mut Execution,
    trigger: Trigger,
    env: &Env,
) -> Step {
    let _ = (definition, state, trigger, env);
    Step::default()
}

/// Brings a state up to one more event. Never fails: events that the state does not know change nothing.
pub fn evolve(state: &mut Execution, event: &JournalEvent) {
    let _ = (state, event);
}
