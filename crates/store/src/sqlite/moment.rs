//! The store as it was at one moment, to be read at leisure: a read transaction on a connection of its own.
//!
//! While it is held, the log is not begun anew, so it grows with what is written: hold it for as long as it takes to
//! read a page, not a store.

use async_trait::async_trait;
use tokio::sync::watch;

use super::{read::Readers, verify};
use crate::{Backend, Batch, BusEvent, Key, Record, Scan, StoreError, StreamRow, Timer};

pub(super) struct Moment(pub(super) Readers);

fn only_read() -> StoreError {
    StoreError::Failed {
        what: "a moment of a store is only read".into(),
    }
}

#[async_trait]
impl Backend for Moment {
    async fn commit(&self, _: Batch) -> Result<(), StoreError> {
        Err(only_read())
    }

    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        self.0.get(table, key)
    }

    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        self.0.scan(table, scan)
    }

    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        self.0.read(stream, from)
    }

    async fn new_stream(&self) -> Result<i64, StoreError> {
        Err(only_read())
    }

    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.0.timers(queue, i64::MIN, until_ms, limit)
    }

    async fn timers_after(
        &self,
        queue: &'static str,
        after_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.0.timers(queue, after_ms, until_ms, limit)
    }

    async fn timers_of(&self, queue: &'static str, prefix: &Key) -> Result<Vec<Timer>, StoreError> {
        self.0.timers_of(queue, prefix)
    }

    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        self.0.bus_after(cursor, limit)
    }

    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        self.0.alone(verify::verify)
    }

    /// Nothing changes.
    fn bus_watch(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
}
