//! What the environment's making tells those who wait for it.

/// One word on how far a step is. Steps come in order; a step that is not needed is not mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    Started {
        step: &'a str,
    },
    /// Some steps tell how much they have done.
    Advanced {
        step: &'a str,
        done_bytes: u64,
        total_bytes: u64,
    },
    /// What the step's tool says of itself.
    Said {
        step: &'a str,
        line: &'a str,
    },
    Finished {
        step: &'a str,
    },
}

/// Where progress is told.
pub type Report<'a> = dyn Fn(Progress<'_>) + Send + Sync + 'a;

/// Tells nobody.
pub fn silent(_: Progress<'_>) {}
