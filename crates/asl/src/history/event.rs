//! One event of GetExecutionHistory.

use crate::Value;

#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent {
    pub id: u64,
    pub previous_id: u64,
    /// `type`: `ExecutionStarted`, `PassStateEntered`, …
    pub kind: &'static str,
    /// Epoch milliseconds.
    pub timestamp_ms: i64,
    /// The name of the API's member for the details (`stateEnteredEventDetails`) and its content; absent
    /// where the event has none.
    pub details: Option<(&'static str, Value)>,
}
