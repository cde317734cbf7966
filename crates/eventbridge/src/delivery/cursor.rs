//! A store whose bus rules see, and how far they have seen it.

use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Store, StoreError};
use tokio::sync::{Mutex, watch};

/// Keys are the sources' names. Not among the store's own cursors: those speak of its own bus alone.
const CURSORS: &str = "events/cursors";

/// An idle cursor is written once it is this many events ahead of what is written: a restart reads at most
/// that many again, to find once more that no rule wants them.
pub(super) const UNWRITTEN_EVENTS: u64 = 1_000;

#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default = "first_version")]
    v: u32,
    position: u64,
}

fn first_version() -> u32 {
    1
}

/// One bus and the cursor on it. Matching holds `position` while it works.
pub(crate) struct Source {
    name: String,
    pub(super) store: Store,
    pub(super) position: Mutex<Position>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) seen: u64,
    pub(super) written: u64,
}

impl Source {
    /// `own` is where cursors are kept, `store` whose bus is read.
    pub(crate) async fn open(own: &Store, name: String, store: Store) -> Result<Self, StoreError> {
        let kept = own.get_json::<Kept>(CURSORS, &Key::of(&[&name])).await?;
        let seen = kept.map_or(0, |kept| kept.position);
        Ok(Self {
            name,
            store,
            position: Mutex::new(Position {
                seen,
                written: seen,
            }),
        })
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.store.bus_watch()
    }

    /// Returns the gauge of how many events are not seen yet.
    pub(super) fn lag(&self) -> metrics::Gauge {
        metrics::gauge!("taxiway_bus_lag_events", "bus" => self.name.clone())
    }

    pub(crate) async fn save(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let seen = self.position.lock().await.seen;
        self.move_to(batch, seen)
    }

    /// Adds the cursor's move to the batch that accounts for all events up to `position`.
    pub(super) fn move_to(&self, batch: &mut Batch, position: u64) -> Result<(), StoreError> {
        let kept = Kept {
            v: first_version(),
            position,
        };
        batch.put_json(CURSORS, Key::of(&[&self.name]), &kept, Expect::Any)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;
    use crate::tests::formats::is_read;

    #[test]
    fn cursors_of_the_first_version_are_read() {
        is_read::<Kept>(include_str!("../../testdata/cursor/v1.json"));
    }
}
