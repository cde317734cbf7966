//! The parsed states.

use crate::{MachineKind, StateId};

/// All states of a definition, nested ones too, in one table.
#[derive(Debug, Default)]
pub(crate) struct Machine {}

impl Machine {
    pub(crate) fn item_processor(&self, _map_state: &str) -> Option<(StateId, MachineKind)> {
        None
    }
}
