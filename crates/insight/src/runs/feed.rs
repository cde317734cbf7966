//! Keeps the runs up with the buses.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use store::{Batch, Store, StoreError};

use super::{Run, Runs, told::told};

/// Events that are read, and committed with the cursor's move, at once.
const EVENTS_AT_ONCE: usize = 256;
/// Runs told of between two looks at how many there are.
const BETWEEN_PRUNES: usize = 2_000;
/// How long a store that fails is left alone.
const REST: Duration = Duration::from_secs(5);

/// Follows one bus for as long as its store is open. A crash before a commit: its events are told again, to the same
/// end; after: they are not.
pub(crate) async fn feed(runs: Runs, name: &'static str, bus: Store) {
    let mut newest = bus.bus_watch();
    let mut feeder = Feeder {
        runs,
        cursor: format!("insight/{name}"),
        changed: 0,
        places: HashSet::new(),
    };
    loop {
        newest.borrow_and_update();
        match feeder.catch_up(&bus).await {
            Ok(()) => {
                if newest.changed().await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, bus = name, "the list of runs fell behind");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

pub(super) struct Feeder {
    pub(super) runs: Runs,
    pub(super) cursor: String,
    changed: usize,
    places: HashSet<(String, String)>,
}

impl Feeder {
    #[cfg(test)]
    pub(super) fn new(runs: Runs, cursor: &str) -> Self {
        Self {
            runs,
            cursor: cursor.to_owned(),
            changed: 0,
            places: HashSet::new(),
        }
    }

    /// Takes in all that has been published up to now.
    pub(super) async fn catch_up(&mut self, bus: &Store) -> Result<(), StoreError> {
        let mut at = self.runs.store.bus_cursor(&self.cursor).await?;
        // Beyond the newest: the bus is of another data folder.
        if at > *bus.bus_watch().borrow() {
            at = 0;
        }
        loop {
            let events = bus.bus_after(at, EVENTS_AT_ONCE).await?;
            let Some((last, _)) = events.last() else {
                break;
            };
            at = *last;
            let told = events.iter().filter_map(|(_, event)| told(event));
            self.take(told.collect(), at).await?;
            if self.changed >= BETWEEN_PRUNES {
                self.changed = 0;
                for (account, region) in std::mem::take(&mut self.places) {
                    self.runs.prune((&account, &region)).await?;
                }
            }
        }
        Ok(())
    }

    async fn take(&mut self, told: Vec<Run>, at: u64) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        // As this batch will leave them.
        let mut known: HashMap<(String, String, String, String), Run> = HashMap::new();
        for run in told {
            self.changed += 1;
            self.places
                .insert((run.account.clone(), run.region.clone()));
            let key = (
                run.account.clone(),
                run.region.clone(),
                run.kind.clone(),
                run.id.clone(),
            );
            let before = match known.remove(&key) {
                Some(before) => Some(before),
                None => {
                    self.runs
                        .get((&run.account, &run.region), &run.kind, &run.id)
                        .await?
                }
            };
            // Job runs and queries tell their start by their first event alone.
            let start_ms = match &before {
                Some(before) => before.start_ms.min(run.start_ms),
                None => run.start_ms,
            };
            let run = Run { start_ms, ..run };
            Runs::put(&mut batch, before.as_ref(), &run)?;
            known.insert(key, run);
        }
        // Without runs the cursor may lag: the events are looked at again after a restart, that is all.
        if batch.ops.is_empty() {
            return Ok(());
        }
        batch.move_cursor(&self.cursor, at);
        self.runs.store.commit(batch).await
    }
}
