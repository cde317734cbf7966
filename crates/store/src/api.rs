//! The store's interface: batches in, records, streams, timers and bus events out.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::watch;

/// A record's key: parts joined by U+001F, so that a prefix of parts is a prefix of bytes and keys sort
/// part by part.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub Bytes);

impl Key {
    /// Returns the key of these parts.
    pub fn of(parts: &[&str]) -> Self {
        Self(Bytes::from(parts.join("\u{1f}")))
    }

    /// Returns the prefix that all keys beginning with these whole parts share.
    pub fn prefix(parts: &[&str]) -> Self {
        let mut text = parts.join("\u{1f}");
        if !parts.is_empty() {
            text.push('\u{1f}');
        }
        Self(Bytes::from(text))
    }

    /// Returns the parts as text; bytes that are not UTF-8 are replaced.
    pub fn parts(&self) -> Vec<String> {
        String::from_utf8_lossy(&self.0)
            .split('\u{1f}')
            .map(str::to_owned)
            .collect()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.parts().join("/"))
    }
}

/// A stored value and its version, which grows by one with every put (a new record has version 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub value: Bytes,
    pub version: u64,
}

impl Record {
    /// Reads the value as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_slice(&self.value).map_err(|e| StoreError::Corrupt {
            what: e.to_string(),
        })
    }
}

/// What a put or delete demands of the record it meets; otherwise the whole batch fails with
/// [`StoreError::Conflict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Any,
    Absent,
    Present,
    Version(u64),
}

/// An event on the bus, as EventBridge shapes it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BusEvent {
    /// A UUID, given by the publisher.
    pub id: String,
    pub time_ms: i64,
    pub account: String,
    pub region: String,
    /// The event bus: `default` for what services emit.
    pub bus: String,
    pub source: String,
    pub detail_type: String,
    pub resources: Vec<String>,
    /// JSON text of an object.
    pub detail: String,
    /// AWS does not emit this one: cursors of ours see it, rules do not.
    pub internal: bool,
}

/// One change of a [`Batch`].
#[derive(Clone, Debug)]
pub enum Op {
    Put {
        table: &'static str,
        key: Key,
        value: Bytes,
        expect: Expect,
    },
    Delete {
        table: &'static str,
        key: Key,
        expect: Expect,
    },
    /// One row of a stream: `seq` is the number of rows that the stream has before it.
    Append {
        stream: i64,
        seq: u64,
        row: Bytes,
    },
    /// Replaces all rows of a stream by one compressed row; reading gives the rows back as they were.
    Seal {
        stream: i64,
    },
    Drop {
        stream: i64,
    },
    SetTimer {
        queue: &'static str,
        key: Key,
        due_ms: i64,
        payload: Bytes,
    },
    ClearTimer {
        queue: &'static str,
        key: Key,
    },
    Publish(BusEvent),
}

/// Changes that are committed whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub ops: Vec<Op>,
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn put(&mut self, table: &'static str, key: Key, value: impl Into<Bytes>) -> &mut Self {
        self.put_if(table, key, value, Expect::Any)
    }

    pub fn put_if(
        &mut self,
        table: &'static str,
        key: Key,
        value: impl Into<Bytes>,
        expect: Expect,
    ) -> &mut Self {
        self.ops.push(Op::Put {
            table,
            key,
            value: value.into(),
            expect,
        });
        self
    }

    /// Puts a value as JSON.
    pub fn put_json<T: Serialize>(
        &mut self,
        table: &'static str,
        key: Key,
        value: &T,
        expect: Expect,
    ) -> Result<&mut Self, StoreError> {
        let value = serde_json::to_vec(value).map_err(|e| StoreError::Corrupt {
            what: e.to_string(),
        })?;
        Ok(self.put_if(table, key, value, expect))
    }

    pub fn delete(&mut self, table: &'static str, key: Key) -> &mut Self {
        self.ops.push(Op::Delete {
            table,
            key,
            expect: Expect::Any,
        });
        self
    }

    pub fn delete_if(&mut self, table: &'static str, key: Key, expect: Expect) -> &mut Self {
        self.ops.push(Op::Delete { table, key, expect });
        self
    }

    pub fn append(&mut self, stream: i64, seq: u64, row: impl Into<Bytes>) -> &mut Self {
        self.ops.push(Op::Append {
            stream,
            seq,
            row: row.into(),
        });
        self
    }

    pub fn seal(&mut self, stream: i64) -> &mut Self {
        self.ops.push(Op::Seal { stream });
        self
    }

    pub fn drop_stream(&mut self, stream: i64) -> &mut Self {
        self.ops.push(Op::Drop { stream });
        self
    }

    pub fn set_timer(
        &mut self,
        queue: &'static str,
        key: Key,
        due_ms: i64,
        payload: impl Into<Bytes>,
    ) -> &mut Self {
        self.ops.push(Op::SetTimer {
            queue,
            key,
            due_ms,
            payload: payload.into(),
        });
        self
    }

    pub fn clear_timer(&mut self, queue: &'static str, key: Key) -> &mut Self {
        self.ops.push(Op::ClearTimer { queue, key });
        self
    }

    pub fn publish(&mut self, event: BusEvent) -> &mut Self {
        self.ops.push(Op::Publish(event));
        self
    }
}

/// Which records of a table to read, in key order.
#[derive(Clone, Debug)]
pub struct Scan {
    pub prefix: Key,
    /// Keys after this one alone (before it, when `reverse`).
    pub after: Option<Key>,
    pub limit: usize,
    pub reverse: bool,
}

impl Scan {
    pub fn prefix(parts: &[&str]) -> Self {
        Self {
            prefix: Key::prefix(parts),
            after: None,
            limit: usize::MAX,
            reverse: false,
        }
    }
}

/// One row of a stream: what one commit appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRow {
    pub seq: u64,
    pub row: Bytes,
}

/// A timer that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    pub key: Key,
    pub due_ms: i64,
    pub payload: Bytes,
}

/// Why the store refused or failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The batch was not committed: a record or a stream is not as the batch expects.
    #[error("conflict in {table} at {key}")]
    Conflict { table: String, key: String },
    /// The batch was not committed: the disk, or the database's allowance, is full. It lifts when there is room.
    #[error("no space left for the store")]
    Full,
    /// What is stored cannot be read.
    #[error("stored data cannot be read: {what}")]
    Corrupt { what: String },
    /// The batch may or may not be committed.
    #[error("the store failed: {what}")]
    Failed { what: String },
}

/// What keeps the data: SQLite now, PostgreSQL later.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Commits the batch durably. A crash before the answer: all of it or nothing is there; after: all of it.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;
    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError>;
    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError>;
    /// Returns the rows of a stream from `from` on.
    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError>;
    /// Returns a stream number that was never given before.
    async fn new_stream(&self) -> Result<i64, StoreError>;
    /// Returns the timers due at or before `until_ms`, the earliest first.
    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError>;
    /// Returns the timers due after `after_ms` and at or before `until_ms`, the earliest first.
    async fn timers_after(
        &self,
        queue: &'static str,
        after_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        let mut timers = self.timers(queue, until_ms, usize::MAX).await?;
        timers.retain(|timer| timer.due_ms > after_ms);
        timers.truncate(limit);
        Ok(timers)
    }
    /// Returns the timers whose keys begin with these whole parts.
    async fn timers_of(&self, queue: &'static str, prefix: &Key) -> Result<Vec<Timer>, StoreError> {
        let mut timers = self.timers(queue, i64::MAX, usize::MAX).await?;
        timers.retain(|timer| timer.key.0.starts_with(&prefix.0));
        timers.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(timers)
    }
    /// Returns the bus events after `cursor` with their positions, the oldest first.
    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError>;
    /// Looks at everything that is stored and returns what is damaged, in words. Takes as long as reading it does.
    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
    /// Returns the store as it is now, to be read alone: what is committed from here on is not in it.
    fn moment(&self) -> Result<Store, StoreError> {
        Err(StoreError::Failed {
            what: "this store has no moments".into(),
        })
    }
    /// Returns the position of the newest bus event, as it changes.
    fn bus_watch(&self) -> watch::Receiver<u64>;
}

/// A handle on the store, cheap to clone.
#[derive(Clone)]
pub struct Store(pub Arc<dyn Backend>);

impl Store {
    pub async fn get_json<T: DeserializeOwned>(
        &self,
        table: &'static str,
        key: &Key,
    ) -> Result<Option<T>, StoreError> {
        self.0.get(table, key).await?.map(|r| r.json()).transpose()
    }

    pub async fn scan_json<T: DeserializeOwned>(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, T)>, StoreError> {
        self.0
            .scan(table, scan)
            .await?
            .into_iter()
            .map(|(k, r)| Ok((k, r.json()?)))
            .collect()
    }
}

impl std::ops::Deref for Store {
    type Target = dyn Backend;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
