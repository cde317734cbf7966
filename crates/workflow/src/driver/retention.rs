//! Lets go of executions that ended long ago, with all that belongs to them.
//!
//! The list of executions by their start is gone through from its old end, a few at a time with pauses between, so
//! that nobody waits for it. A crash in between: the next sweep goes on.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use asl::JournalEvent;
use futures::future::join_all;
use store::{Batch, Expect, Key, Scan, StoreError};

use super::{
    Driver,
    row::{JournalRow, decode},
};
use crate::{
    execution::{Record, Summary},
    tables,
};

/// AWS keeps the history of an execution for 90 days after its end.
pub(crate) const KEEP_DAYS: u32 = 90;
const DAY_MS: i64 = 24 * 3600 * 1000;
const SWEEP_EVERY_MS: i64 = 3600 * 1000;
/// How many executions are looked at between pauses; those that go are committed together with what others commit.
const PAGE: usize = 32;
const PAUSE: Duration = Duration::from_millis(20);

impl Driver {
    /// Sweeps for ever.
    pub(super) async fn run_retention_forever(self: Arc<Self>) {
        loop {
            match self.sweep().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "executions that ended long ago are gone"),
                Err(error) => tracing::warn!(%error, "executions that ended long ago stay for now"),
            }
            let next_ms = self.clock.now_ms() + SWEEP_EVERY_MS;
            self.clock.sleep_until(next_ms).await;
        }
    }

    /// Removes the executions that ended longer ago than they are kept; returns how many.
    pub(crate) async fn sweep(&self) -> Result<u64, StoreError> {
        let before_ms = self.clock.now_ms() - i64::from(self.keep_days()) * DAY_MS;
        let mut gone = 0;
        let mut machines = Scan::prefix(&[]);
        machines.limit = 1;
        // One seek for each machine that there ever was.
        while let Some((key, _)) = self.store.scan(tables::LISTED, &machines).await?.pop() {
            let parts = key.parts();
            let of: Vec<&str> = parts.iter().take(4).map(String::as_str).collect();
            gone += self.sweep_machine(&of, before_ms).await?;
            machines.after = Some(after(&Key::prefix(&of)));
        }
        Ok(gone)
    }

    async fn sweep_machine(&self, of: &[&str], before_ms: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        let mut oldest = Scan::prefix(of);
        (oldest.reverse, oldest.limit) = (true, PAGE);
        loop {
            let page = self
                .store
                .scan_json::<Summary>(tables::LISTED, &oldest)
                .await?;
            let Some((last, youngest)) = page.last() else {
                return Ok(gone);
            };
            // Who began later ended later still.
            let done = youngest.start_ms > before_ms;
            oldest.after = Some(last.clone());
            let old = page
                .iter()
                .filter(|(_, s)| s.stop_ms.is_some_and(|stop_ms| stop_ms <= before_ms));
            for removed in join_all(old.map(|(key, _)| self.remove(key, before_ms))).await {
                gone += u64::from(removed?);
            }
            if done {
                return Ok(gone);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Removes one execution, unless it was redriven meanwhile.
    async fn remove(&self, listed: &Key, before_ms: i64) -> Result<bool, StoreError> {
        let parts = listed.parts();
        let [account, region, machine, machine_id, _, name] = parts.as_slice() else {
            return Ok(false);
        };
        let of = [&**account, &**region, &**machine, &**name];
        let key = tables::key(&of);
        let Some(found) = self.store.get(tables::EXECUTIONS, &key).await? else {
            return Ok(false);
        };
        let record: Record = found.json()?;
        let is_old = record.stop_ms.is_some_and(|stop_ms| stop_ms <= before_ms);
        if !is_old || *record.home.machine_id != **machine_id {
            return Ok(false);
        }
        let mut batch = Batch::new();
        batch.delete_if(tables::EXECUTIONS, key, Expect::Version(found.version));
        batch.delete(tables::LISTED, listed.clone());
        for token in self.tokens(record.stream).await? {
            batch.delete(tables::TOKENS, tables::key(&[&token]));
        }
        for (run, _) in self
            .store
            .scan(tables::MAP_RUNS_OF, &Scan::prefix(&of))
            .await?
        {
            if let [.., machine, id] = run.parts().as_slice() {
                let key = tables::key(&[account, region, machine, id]);
                batch.delete(tables::MAP_RUNS, key);
            }
            batch.delete(tables::MAP_RUNS_OF, run);
        }
        batch.drop_stream(record.stream);
        match self.store.commit(batch).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the tokens of an execution's tasks, which are kept after the tasks to tell late callers so.
    async fn tokens(&self, stream: i64) -> Result<BTreeSet<Arc<str>>, StoreError> {
        let mut tokens = BTreeSet::new();
        for row in self.store.read(stream, 0).await? {
            let journal: JournalRow = decode(&row.row)?;
            tokens.extend(journal.events.into_iter().filter_map(|event| match event {
                JournalEvent::TaskScheduled(task) => task.token,
                _ => None,
            }));
        }
        Ok(tokens)
    }
}

/// Returns a key after all with this prefix and before any other.
fn after(prefix: &Key) -> Key {
    let mut bytes = prefix.0.to_vec();
    bytes.push(u8::MAX);
    Key(bytes.into())
}
