//! The validator.
use crate::{Diagnostic, MachineKind, definition::Parsed};

pub(crate) fn machine(_text: &str, _kind: MachineKind) -> Parsed {
    Parsed {
        definition: Err(vec![Diagnostic::error(
            "NOT_BUILT",
            "the validator is not built yet",
            "/",
        )]),
        warnings: vec![],
    }
}
