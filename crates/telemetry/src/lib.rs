//! What the server tells of itself: its log, its metrics, its traces.
//!
//! Crates speak to the facades alone, [`tracing`] and [`metrics`](::metrics); what becomes of it is decided here, once, when
//! the process starts. Nothing here reads what a request carries beyond the names, numbers and ids that callers of
//! the facades hand over.

pub mod log;
pub mod metrics;
pub mod names;
mod process;
pub mod traces;
