//! What the writer counts of a file.

use std::{path::Path, sync::Arc, time::Duration};

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use rusqlite::Connection;

use super::group::Outcome;
use crate::StoreError;

/// A frame of the log: a page and its header.
const FRAME_BYTES: u64 = 4096 + 24;

/// Handles on one file's metrics.
pub(super) struct Meter {
    file: Arc<str>,
    commits: Counter,
    durable: Counter,
    queue: Gauge,
    sync: Histogram,
}

impl Meter {
    pub(super) fn new(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file: Arc<str> = name.into();
        let label = || Arc::clone(&file);
        Self {
            commits: counter!("taxiway_store_commits_total", "file" => label()),
            durable: counter!("taxiway_store_batches_total", "file" => label(), "outcome" => "committed"),
            queue: gauge!("taxiway_store_queue", "file" => label()),
            sync: histogram!("taxiway_store_sync_seconds", "file" => label()),
            file,
        }
    }

    /// Counts what goes into the log of this connection.
    pub(super) fn watch_log(&self, file: &mut Connection) -> rusqlite::Result<()> {
        let bytes = counter!("taxiway_store_log_bytes_total", "file" => Arc::clone(&self.file));
        let mut before = 0;
        file.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, frames: i32| {
            let frames = u64::from(frames.unsigned_abs());
            // Fewer than before: the log was begun anew.
            let new = frames.checked_sub(before).unwrap_or(frames);
            before = frames;
            bytes.increment(new * FRAME_BYTES);
            Ok(())
        }))
    }

    /// Notes how many batches were there to be committed together.
    pub(super) fn queued(&self, batches: usize) {
        self.queue.set(batches as f64);
    }

    /// Notes a transaction that became durable.
    pub(super) fn synced(&self, took: Duration) {
        self.commits.increment(1);
        self.sync.record(took);
    }

    /// Notes what became of batches.
    pub(super) fn answered(&self, outcome: &Outcome, batches: usize) {
        match outcome {
            Outcome::Done(answers) => {
                let refused = answers.iter().filter(|a| a.is_err()).count();
                self.durable.increment((batches - refused) as u64);
                self.refused("conflict", refused);
            }
            // They come again, one by one.
            Outcome::Undone(_) if batches > 1 => {}
            Outcome::Undone(StoreError::Full) => self.refused("full", batches),
            Outcome::Undone(_) | Outcome::Fatal(_) => self.refused("failed", batches),
        }
    }

    fn refused(&self, outcome: &'static str, batches: usize) {
        if batches > 0 {
            counter!("taxiway_store_batches_total", "file" => Arc::clone(&self.file), "outcome" => outcome)
                .increment(batches as u64);
        }
    }
}
