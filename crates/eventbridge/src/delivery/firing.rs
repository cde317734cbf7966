//! The record of what each rule fired, when, and why not: a ring of the last [`KEPT`] for each rule.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, Store, StoreError};

use crate::rules::RuleRef;

/// Keys are account, region, bus, rule and the place in the ring.
const FIRINGS: &str = "events/firings";

/// How many firings of a rule are kept: enough to see what went wrong overnight on a rule that fires every
/// ten minutes.
const KEPT: u64 = 50;

/// What became of an event, or of an occurrence of a schedule, at one target of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The format's version.
    #[serde(default = "first_version")]
    pub v: u32,
    /// Grows by one with each firing of the rule.
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

/// Writes and reads the record.
pub(crate) struct History {
    store: Store,
    /// The number that comes next, of the rules that fired since the start.
    next: Mutex<HashMap<RuleRef, u64>>,
}

impl History {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            next: Mutex::default(),
        }
    }

    pub(crate) async fn of(&self, rule: &RuleRef) -> Result<Vec<Firing>, StoreError> {
        let scan = Scan::prefix(&rule.parts());
        let firings = self.store.scan_json::<Firing>(FIRINGS, &scan).await?;
        let mut firings: Vec<_> = firings.into_iter().map(|(_, firing)| firing).collect();
        firings.sort_by_key(|firing| std::cmp::Reverse(firing.number));
        Ok(firings)
    }

    /// Returns a number for a new firing.
    pub(super) async fn number(&self, rule: &RuleRef) -> Result<u64, StoreError> {
        if let Some(next) = self.next.lock().get_mut(rule) {
            *next += 1;
            return Ok(*next - 1);
        }
        let newest = self
            .of(rule)
            .await?
            .first()
            .map_or(0, |firing| firing.number);
        let mut next = self.next.lock();
        let next = next.entry(rule.clone()).or_insert(newest + 1);
        *next += 1;
        Ok(*next - 1)
    }

    /// Puts a firing in its place, unless newer ones have taken it since.
    pub(super) fn put(
        &self,
        batch: &mut Batch,
        rule: &RuleRef,
        firing: &Firing,
    ) -> Result<(), StoreError> {
        let next = self.next.lock().get(rule).copied();
        if next.is_some_and(|next| next > firing.number + KEPT) {
            return Ok(());
        }
        let key = place(rule, firing.number % KEPT);
        batch.put_json(FIRINGS, key, firing, Expect::Any)?;
        Ok(())
    }

    pub(crate) fn forget(&self, batch: &mut Batch, rule: &RuleRef) {
        self.next.lock().remove(rule);
        for at in 0..KEPT {
            batch.delete(FIRINGS, place(rule, at));
        }
    }
}

fn place(rule: &RuleRef, at: u64) -> Key {
    let [account, region, bus, name] = rule.parts();
    Key::of(&[account, region, bus, name, &format!("{at:02}")])
}
