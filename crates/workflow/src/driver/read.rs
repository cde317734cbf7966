//! Reads what executions left, without taking part in them.

use asl::history::{self, HistoryEvent};
use store::StoreError;

use super::{
    Driver,
    row::{JournalRow, decode},
};
use crate::execution::Record;

impl Driver {
    /// Returns an execution's history events.
    pub(crate) async fn history(&self, record: &Record) -> Result<Vec<HistoryEvent>, StoreError> {
        let definition = self.definition_of(&record.home).await?;
        let rows = self.store.read(record.stream, 0).await?;
        let rows: Vec<JournalRow> = rows
            .iter()
            .map(|r| decode(&r.row))
            .collect::<Result<_, _>>()?;
        let journal = rows
            .iter()
            .flat_map(|row| row.events.iter().map(|e| (row.at_ms, e)));
        Ok(history::project(&definition, journal))
    }

    /// Returns how many executions are in memory.
    pub(crate) fn in_memory(&self) -> usize {
        self.cells.len()
    }
}
