//! The state types: how each is read from a definition, and what it does.

pub(crate) mod choice;
pub(crate) mod fail;
pub(crate) mod map;
pub(crate) mod parallel;
pub(crate) mod pass;
pub(crate) mod succeed;
pub(crate) mod task;
pub(crate) mod wait;

pub(crate) use choice::Choice;
pub(crate) use fail::Fail;
pub(crate) use map::Map;
pub(crate) use parallel::Parallel;
pub(crate) use pass::Pass;
pub(crate) use task::Task;
pub(crate) use wait::Wait;
