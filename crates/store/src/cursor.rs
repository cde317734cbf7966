//! Named places on the bus that move together with what their consumer writes.
//!
//! A consumer reads the events after its cursor, does its work and commits the work's outcome and the moved
//! cursor in one batch: an event counts exactly once, whatever crashes in between.

use bytes::Bytes;

use crate::{Batch, Expect, Key, Store, StoreError};

/// Keys are cursor names, values the position as eight bytes, big-endian.
pub(crate) const CURSORS: &str = "store/bus-cursors";

impl Batch {
    /// Moves the cursor `name` to `position`: the last event that this batch accounts for.
    pub fn move_cursor(&mut self, name: &str, position: u64) -> &mut Self {
        let value = Bytes::copy_from_slice(&position.to_be_bytes());
        self.put_if(CURSORS, Key::of(&[name]), value, Expect::Any)
    }
}

impl Store {
    /// Returns the position up to which the consumer `name` has seen the bus; 0 before its first batch.
    pub async fn bus_cursor(&self, name: &str) -> Result<u64, StoreError> {
        match self.get(CURSORS, &Key::of(&[name])).await? {
            None => Ok(0),
            Some(record) => position(&record.value),
        }
    }
}

/// Reads a cursor record's value.
pub(crate) fn position(value: &[u8]) -> Result<u64, StoreError> {
    let bytes = value.try_into().map_err(|_| StoreError::Corrupt {
        what: "a bus cursor is not eight bytes".into(),
    })?;
    Ok(u64::from_be_bytes(bytes))
}
