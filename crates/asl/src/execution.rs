//! The state of one execution.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Context, Status, Value};

/// The state of one execution: what its journal adds up to.
///
/// Save it as it is when the execution is parked (`serde`); [`Execution::VERSION`] is kept with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    version: u32,
    pub(crate) context: Option<Arc<Context>>,
    pub(crate) input_text: Arc<str>,
    pub(crate) status: Option<Status>,
    pub(crate) output: Option<Value>,
}

impl Default for Execution {
    fn default() -> Self {
        Self::new()
    }
}

impl Execution {
    pub const VERSION: u32 = 1;

    /// Returns the state before the first event.
    pub fn new() -> Self {
        Self {
            version: Self::VERSION,
            context: None,
            input_text: "".into(),
            status: None,
            output: None,
        }
    }

    /// Returns how it stands; `None` before it was started.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    pub fn context(&self) -> Option<&Context> {
        self.context.as_deref()
    }
}
