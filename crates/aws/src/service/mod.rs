//! A service as the door sees it: a table from operation names to typed handlers.

mod context;
mod members;
mod operations;
mod probe;

pub use context::Context;
pub use operations::{Handler, Operations, Service};
pub use probe::Read;
