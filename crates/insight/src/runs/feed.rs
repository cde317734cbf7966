//! Keeps the runs up with the buses.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use store::{Batch, Key, Store, StoreError};
use tokio::sync::{Notify, watch};

use super::{Run, Runs, told::told};

/// Events that are read, and committed with the cursor's move, at once.
const EVENTS_AT_ONCE: usize = 256;
/// Runs told of between two looks at how many there are.
const BETWEEN_PRUNES: usize = 2_000;
/// How long a store that fails is left alone.
const REST: Duration = Duration::from_secs(5);

/// How long what happens is left to gather before it is taken in, unless somebody wants to know: a commit for each event
/// would cost more than the execution that it tells of.
const GATHER: Duration = Duration::from_secs(1);
/// The longest that somebody waits for what has happened already; then the answer is what is known.
const PATIENCE: Duration = Duration::from_secs(10);

/// Follows one bus.
pub(crate) struct Feed {
    name: &'static str,
    bus: Store,
    wanted: Notify,
    /// The position up to which the runs are known; nothing while nobody follows.
    upto: watch::Sender<Option<u64>>,
}

impl Feed {
    pub(crate) fn new(name: &'static str, bus: Store) -> Arc<Self> {
        Arc::new(Self {
            name,
            bus,
            wanted: Notify::new(),
            upto: watch::Sender::new(None),
        })
    }

    /// Begins to follow, for as long as the bus's store is open. A crash before a commit: its events are told again, to the
    /// same end; after: they are not.
    pub(crate) fn start(self: &Arc<Self>, runs: Runs) {
        self.upto.send_replace(Some(0));
        let this = Arc::clone(self);
        tokio::spawn(async move {
            this.follow(runs).await;
            this.upto.send_replace(None);
        });
    }

    async fn follow(&self, runs: Runs) {
        let mut newest = self.bus.bus_watch();
        let mut feeder = Feeder {
            runs,
            cursor: format!("insight/{}", self.name),
            changed: 0,
            places: HashSet::new(),
        };
        loop {
            let at = *newest.borrow_and_update();
            if let Err(error) = feeder.catch_up(&self.bus).await {
                tracing::warn!(%error, bus = self.name, "the list of runs fell behind");
                tokio::time::sleep(REST).await;
                continue;
            }
            self.upto.send_replace(Some(at));
            if newest.changed().await.is_err() {
                return;
            }
            // An early wish is kept: it was made before the wait.
            let _ = tokio::time::timeout(GATHER, self.wanted.notified()).await;
        }
    }

    /// Waits until all that has happened up to now is known, if anybody follows.
    pub(crate) async fn caught_up(&self) {
        let wanted = *self.bus.bus_watch().borrow();
        let mut upto = self.upto.subscribe();
        let known = |upto: &Option<u64>| upto.is_none_or(|upto| upto >= wanted);
        if !known(&upto.borrow()) {
            self.wanted.notify_one();
            let _ = tokio::time::timeout(PATIENCE, upto.wait_for(known)).await;
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
        // What was known of each, and what is now: of all that a batch tells of a run, only the end is written.
        let mut known: HashMap<Key, (Option<Run>, Run)> = HashMap::new();
        for run in told {
            self.changed += 1;
            let place = (run.account.clone(), run.region.clone());
            self.places.insert(place);
            let key = run.key();
            let (before, now) = match known.remove(&key) {
                Some((before, now)) => (before, Some(now)),
                None => {
                    let place = (&*run.account, &*run.region);
                    let before = self.runs.get(place, &run.kind, &run.id).await?;
                    (before.clone(), before)
                }
            };
            // Job runs and queries tell their start by their first event alone.
            let start_ms = now.map_or(run.start_ms, |now| now.start_ms.min(run.start_ms));
            known.insert(key, (before, Run { start_ms, ..run }));
        }
        let mut batch = Batch::new();
        for (before, run) in known.values() {
            Runs::put(&mut batch, before.as_ref(), run)?;
        }
        // Without runs the cursor may lag: the events are looked at again after a restart, that is all.
        if batch.ops.is_empty() {
            return Ok(());
        }
        batch.move_cursor(&self.cursor, at);
        self.runs.store.commit(batch).await
    }
}
