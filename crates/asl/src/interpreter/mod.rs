//! The interpreter: pure functions over a definition.

mod context;
mod errors;
mod fail;
mod io;
mod run;
mod triggers;

pub use crate::execution::evolve;
pub(crate) use context::selection_context;
pub(crate) use errors::Trouble;
pub(crate) use errors::{DATA_LIMIT_EXCEEDED, RUNTIME};
pub(crate) use fail::{backoff_ms, matches};
pub(crate) use io::{DATA_LIMIT, Extras};
pub(crate) use run::Run;

use crate::{Definition, Env, Execution, Step, Trigger};

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
    let mut run = Run::new(definition, state, env);
    run.handle(trigger);
    run.drive();
    run.step
}
