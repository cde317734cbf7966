//! A state machine's definition, parsed once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, StateId, model::Machine};

/// The type of a state machine, or of a Map run's children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MachineKind {
    Standard,
    Express,
}

/// A parsed and valid definition. Cloning copies a pointer.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(crate) machine: Arc<Machine>,
    /// Where an execution of it begins; for a Map's item processor, a state inside.
    pub(crate) start: StateId,
    pub(crate) kind: MachineKind,
    /// Not a Map's item processor.
    pub(crate) whole: bool,
}

/// A definition with the warnings that ValidateStateMachineDefinition also tells.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub definition: Result<Definition, Vec<Diagnostic>>,
    pub warnings: Vec<Diagnostic>,
}

impl Definition {
    pub fn kind(&self) -> MachineKind {
        self.kind
    }

    /// Returns the definition that the children of a distributed Map run, by the Map state's name.
    pub fn item_processor(&self, map_state: &str) -> Option<Self> {
        let (start, kind) = self.machine.item_processor(map_state)?;
        Some(Self {
            machine: Arc::clone(&self.machine),
            start,
            kind,
            whole: false,
        })
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }
}
