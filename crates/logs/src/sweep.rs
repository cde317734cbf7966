//! Frees what nobody can read any more: the chunks of deleted streams, and of events past their group's retention.

use std::sync::{Arc, Weak};

use store::{Batch, Clock, Expect, Key, Record, Scan, StoreError};
use tokio::sync::Notify;

use crate::{
    Logs,
    events::{self, CHUNKS},
    records::{GARBAGE, GROUPS, Group, STREAMS, Stream},
};

/// Between sweeps that nobody asks for.
const EVERY_MS: i64 = 3_600_000;

/// Chunks deleted in one commit.
const AT_ONCE: usize = 64;

impl Logs {
    /// Starts sweeping in the background; it ends with the last handle on the service.
    pub fn start(self: &Arc<Self>) {
        tokio::spawn(sweep_for_ever(
            Arc::downgrade(self),
            Arc::clone(&self.clock),
            Arc::clone(&self.swept),
        ));
    }

    /// Sweeps once.
    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        self.sweep_garbage().await?;
        self.sweep_expired().await
    }

    async fn sweep_garbage(&self) -> Result<(), StoreError> {
        for (number, _) in self.store.scan(GARBAGE, &Scan::prefix(&[])).await? {
            loop {
                let scan = Scan {
                    prefix: number.clone(),
                    after: None,
                    limit: AT_ONCE,
                    reverse: false,
                };
                let chunks = self.store.scan(CHUNKS, &scan).await?;
                let mut batch = Batch::new();
                let last = chunks.len() < AT_ONCE;
                for (key, _) in chunks {
                    batch.delete(CHUNKS, key);
                }
                if last {
                    batch.delete(GARBAGE, number.clone());
                }
                self.store.commit(batch).await?;
                if last {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn sweep_expired(&self) -> Result<(), StoreError> {
        let now_ms = self.clock.now_ms();
        for (key, group) in self
            .store
            .scan_json::<Group>(GROUPS, &Scan::prefix(&[]))
            .await?
        {
            let oldest_ms = group.oldest_ms(now_ms);
            let parts = key.parts();
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            if oldest_ms == 0 {
                continue;
            }
            for (key, record) in self.store.scan(STREAMS, &Scan::prefix(&parts)).await? {
                self.sweep_stream(key, record, oldest_ms).await?;
            }
        }
        Ok(())
    }

    /// Deletes the stream's chunks of which all events are too old.
    async fn sweep_stream(
        &self,
        key: Key,
        mut record: Record,
        oldest_ms: i64,
    ) -> Result<(), StoreError> {
        loop {
            let mut stream: Stream = record.json()?;
            if stream.first_ms.is_none_or(|first| first >= oldest_ms) {
                return Ok(());
            }
            let prefix = events::prefix(stream.number);
            let scan = Scan {
                prefix,
                after: None,
                limit: AT_ONCE,
                reverse: false,
            };
            let chunks = self.store.scan(CHUNKS, &scan).await?;
            let all = chunks.len() < AT_ONCE;
            let mut batch = Batch::new();
            let mut left = None;
            for (key, chunk) in chunks {
                let events = events::unpack(&chunk.value)?;
                if events.last().is_some_and(|last| last.ms >= oldest_ms) {
                    left = events.first().map(|first| first.ms);
                    break;
                }
                stream.bytes = stream
                    .bytes
                    .saturating_sub(events.iter().map(|e| e.size() as u64).sum());
                batch.delete(CHUNKS, key);
            }
            if batch.ops.is_empty() {
                return Ok(());
            }
            let done = all || left.is_some();
            stream.first_ms = if all { left } else { left.or(stream.first_ms) };
            batch.put_json(
                STREAMS,
                key.clone(),
                &stream,
                Expect::Version(record.version),
            )?;
            match self.store.commit(batch).await {
                Ok(()) if done => return Ok(()),
                // Events came in meanwhile: look again.
                Ok(()) | Err(StoreError::Conflict { .. }) => {
                    match self.store.get(STREAMS, &key).await? {
                        Some(now) => record = now,
                        None => return Ok(()),
                    }
                }
                Err(other) => return Err(other),
            }
        }
    }
}

async fn sweep_for_ever(logs: Weak<Logs>, clock: Arc<dyn Clock>, asked: Arc<Notify>) {
    while let Some(logs) = logs.upgrade() {
        if let Err(error) = logs.sweep().await {
            tracing::warn!(%error, "old log events stay for now");
        }
        drop(logs);
        tokio::select! {
            () = clock.sleep_until(clock.now_ms().saturating_add(EVERY_MS)) => {}
            () = asked.notified() => {}
        }
    }
}
