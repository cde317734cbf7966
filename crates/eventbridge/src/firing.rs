//! The record of what each rule and schedule fired, when, and why not: a ring of the last [`KEPT`] for each.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, Store, StoreError};

/// How many firings of one rule or schedule are kept: enough to see what went wrong overnight on a rule that fires every
/// ten minutes.
const KEPT: u64 = 50;

/// What became of an event, or of an occurrence of a schedule, at one target of a rule or schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The format's version.
    #[serde(default = "first_version")]
    pub v: u32,
    /// Grows by one with each firing.
    pub number: u64,
    pub at_ms: i64,
    pub event_id: String,
    pub source: String,
    pub detail_type: String,
    /// The occurrence, where a schedule fired.
    pub due_ms: Option<i64>,
    pub target: Option<FiredTarget>,
    pub outcome: Outcome,
}

fn first_version() -> u32 {
    1
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiredTarget {
    pub id: String,
    pub arn: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Outcome {
    /// In the queue.
    Waiting,
    /// `result` names what came of it: an execution's ARN, a log stream, an event's id.
    Delivered {
        attempts: u32,
        result: String,
    },
    Retrying {
        attempts: u32,
        error: String,
        next_ms: i64,
    },
    Failed {
        attempts: u32,
        error: String,
    },
    /// Nothing was to be delivered.
    Skipped {
        reason: String,
    },
}

impl Outcome {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered { .. } => "delivered",
            Self::Retrying { .. } => "retrying",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }
}

/// Writes and reads the records of one service. What fired is named by the parts of its key.
pub(crate) struct History {
    store: Store,
    /// Keys are those of what fired, and the place in its ring.
    table: &'static str,
    /// The number that comes next, of those that fired since the start.
    next: Mutex<HashMap<Key, u64>>,
}

impl History {
    pub(crate) fn new(store: Store, table: &'static str) -> Self {
        Self {
            store,
            table,
            next: Mutex::default(),
        }
    }

    /// Returns the firings, the newest first.
    pub(crate) async fn of(&self, parts: &[&str]) -> Result<Vec<Firing>, StoreError> {
        let scan = Scan::prefix(parts);
        let firings = self.store.scan_json::<Firing>(self.table, &scan).await?;
        let mut firings: Vec<_> = firings.into_iter().map(|(_, firing)| firing).collect();
        firings.sort_by_key(|firing| std::cmp::Reverse(firing.number));
        Ok(firings)
    }

    /// Returns a number for a new firing.
    pub(crate) async fn number(&self, parts: &[&str]) -> Result<u64, StoreError> {
        let key = Key::of(parts);
        if let Some(next) = self.next.lock().get_mut(&key) {
            *next += 1;
            return Ok(*next - 1);
        }
        let newest = self
            .of(parts)
            .await?
            .first()
            .map_or(0, |firing| firing.number);
        let mut next = self.next.lock();
        let next = next.entry(key).or_insert(newest + 1);
        *next += 1;
        Ok(*next - 1)
    }

    /// Puts a firing in its place, unless newer ones have taken it since.
    pub(crate) fn put(
        &self,
        batch: &mut Batch,
        parts: &[&str],
        firing: &Firing,
    ) -> Result<(), StoreError> {
        let next = self.next.lock().get(&Key::of(parts)).copied();
        if next.is_some_and(|next| next > firing.number + KEPT) {
            return Ok(());
        }
        let key = place(parts, firing.number % KEPT);
        batch.put_json(self.table, key, firing, Expect::Any)?;
        Ok(())
    }

    pub(crate) fn forget(&self, batch: &mut Batch, parts: &[&str]) {
        self.next.lock().remove(&Key::of(parts));
        for at in 0..KEPT {
            batch.delete(self.table, place(parts, at));
        }
    }
}

fn place(parts: &[&str], at: u64) -> Key {
    let at = format!("{at:02}");
    Key::of(&[parts, &[&at]].concat())
}
