//! The operations: a file for each resource. Only here are the shapes of the API known.

pub(crate) mod activities;
pub(crate) mod aliases;
pub(crate) mod executions;
mod follow;
pub(crate) mod history;
pub(crate) mod machines;
pub(crate) mod machines_read;
pub(crate) mod map_runs;
mod resolve;
mod seconds;
pub(crate) mod start;
pub(crate) mod tags;
pub(crate) mod tasks;
pub(crate) mod test_state;
pub(crate) mod validate;
pub(crate) mod versions;

pub use follow::Following;

use serde::Serialize;

/// An answer without members.
#[derive(Serialize)]
pub(crate) struct Empty {}
