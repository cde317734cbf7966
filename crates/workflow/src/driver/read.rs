//! Reads what executions left, without taking part in them.

use asl::{
    JournalEvent,
    history::{self, HistoryEvent},
};
use store::StoreError;

use super::{
    Driver,
    cells::Slot,
    row::{JournalRow, decode},
};

impl Driver {
    /// Returns the rows of an execution's journal from `from` on: each row's number with its events.
    pub(crate) async fn journal(
        &self,
        stream: i64,
        from: u64,
    ) -> Result<Vec<(u64, JournalRow)>, StoreError> {
        let rows = self.store.read(stream, from).await?;
        let rows = rows.iter().map(|row| Ok((row.seq, decode(&row.row)?)));
        rows.collect()
    }

    /// Returns the number of the history event that tells of a state's latest entry, `more` being what is not
    /// committed yet. Projects the whole history: for rare messages.
    pub(super) async fn entered(
        &self,
        slot: &Slot,
        more: &[JournalEvent],
        at_ms: i64,
        state: &str,
    ) -> Result<u64, StoreError> {
        let rows = self.store.read(slot.record.stream, 0).await?;
        let rows: Vec<JournalRow> = rows
            .iter()
            .map(|r| decode(&r.row))
            .collect::<Result<_, _>>()?;
        let journal = rows
            .iter()
            .flat_map(|row| row.events.iter().map(|e| (row.at_ms, e)));
        let journal = journal.chain(more.iter().map(|e| (at_ms, e)));
        let history = history::project(&slot.definition, journal);
        let named = |event: &&HistoryEvent| {
            let details = event
                .details
                .as_ref()
                .filter(|(name, _)| *name == "stateEnteredEventDetails");
            details.and_then(|(_, d)| d.get("name")?.as_str()) == Some(state)
        };
        Ok(history.iter().rev().find(named).map_or(0, |event| event.id))
    }

    /// Returns how many executions are in memory.
    pub(crate) fn in_memory(&self) -> usize {
        self.cells.len()
    }
}
