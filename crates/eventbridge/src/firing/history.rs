//! Where firings are kept: rings of the last ones for each rule or schedule.

use std::collections::HashMap;

use parking_lot::Mutex;
use store::{Batch, Expect, Key, Scan, Store, StoreError};

use super::Firing;

/// How many firings of one rule or schedule are kept: enough to see what went wrong overnight on a rule that fires every
/// ten minutes.
const KEPT: u64 = 50;

/// As many as one backfill may bring, so that none of it is out of sight. They push no other firing out.
const BACKFILLED_KEPT: u64 = crate::backfill::MOST as u64;

/// Writes and reads the records of one service. What fired is named by the parts of its key.
pub(crate) struct History {
    store: Store,
    fired: Ring,
    backfilled: Ring,
}

struct Ring {
    /// Keys are those of what fired, and the place in its ring.
    table: &'static str,
    kept: u64,
    /// The number that comes next, of those that fired since the start.
    next: Mutex<HashMap<Key, u64>>,
}

impl History {
    pub(crate) fn new(store: Store, fired: &'static str, backfilled: &'static str) -> Self {
        let ring = |table, kept| Ring {
            table,
            kept,
            next: Mutex::default(),
        };
        Self {
            store,
            fired: ring(fired, KEPT),
            backfilled: ring(backfilled, BACKFILLED_KEPT),
        }
    }

    /// Returns the firings, the newest first.
    pub(crate) async fn of(&self, parts: &[&str]) -> Result<Vec<Firing>, StoreError> {
        let mut firings = self.fired.of(&self.store, parts).await?;
        firings.extend(self.backfilled.of(&self.store, parts).await?);
        firings.sort_by_key(|firing| std::cmp::Reverse((firing.at_ms, firing.number)));
        Ok(firings)
    }

    /// Returns a number for a new firing.
    pub(crate) async fn number(&self, parts: &[&str], backfill: bool) -> Result<u64, StoreError> {
        let ring = self.ring(backfill);
        let key = Key::of(parts);
        if let Some(next) = ring.next.lock().get_mut(&key) {
            *next += 1;
            return Ok(*next - 1);
        }
        let kept = ring.of(&self.store, parts).await?;
        let newest = kept.iter().map(|firing| firing.number).max().unwrap_or(0);
        let mut next = ring.next.lock();
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
        let ring = self.ring(firing.backfill.is_some());
        let next = ring.next.lock().get(&Key::of(parts)).copied();
        if next.is_some_and(|next| next > firing.number + ring.kept) {
            return Ok(());
        }
        let key = place(parts, firing.number % ring.kept);
        batch.put_json(ring.table, key, firing, Expect::Any)?;
        Ok(())
    }

    /// Adds the end of all records of what fired to the batch.
    pub(crate) async fn forget(&self, batch: &mut Batch, parts: &[&str]) -> Result<(), StoreError> {
        for ring in [&self.fired, &self.backfilled] {
            ring.next.lock().remove(&Key::of(parts));
            for (key, _) in self.store.scan(ring.table, &Scan::prefix(parts)).await? {
                batch.delete(ring.table, key);
            }
        }
        Ok(())
    }

    fn ring(&self, backfill: bool) -> &Ring {
        if backfill {
            &self.backfilled
        } else {
            &self.fired
        }
    }
}

impl Ring {
    async fn of(&self, store: &Store, parts: &[&str]) -> Result<Vec<Firing>, StoreError> {
        let firings = store
            .scan_json::<Firing>(self.table, &Scan::prefix(parts))
            .await?;
        Ok(firings.into_iter().map(|(_, firing)| firing).collect())
    }
}

fn place(parts: &[&str], at: u64) -> Key {
    let at = format!("{at:02}");
    Key::of(&[parts, &[&at]].concat())
}
