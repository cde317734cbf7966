//! What an execution knows of itself: the source of the context object `$$`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The execution's own names, given by the driver at the start and never changed but for the redrive count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// `$$.Execution.Id`.
    pub execution_arn: Arc<str>,
    pub execution_name: Arc<str>,
    pub role_arn: Arc<str>,
    /// `$$.Execution.StartTime`: ISO 8601 with milliseconds, see [`crate::time::iso`].
    pub start_time: Arc<str>,
    pub redrive_count: u32,
    /// `$$.StateMachine.Id`.
    pub machine_arn: Arc<str>,
    pub machine_name: Arc<str>,
    /// The region of the state machine, shown with each task that is scheduled.
    pub region: Arc<str>,
}
