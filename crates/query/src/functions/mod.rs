//! Trino's functions that DataFusion lacks or means otherwise.

use datafusion::execution::SessionState;

/// Adds the functions to a session; one of our own replaces DataFusion's of the same name.
pub(crate) fn register(_state: &mut SessionState) {}
