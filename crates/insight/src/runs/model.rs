//! The runs as they are kept.

use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, Store, StoreError};

use crate::links;

/// [`Run`] by account, region, kind, id.
const RUNS: &str = "insight/runs";
/// Nothing, by account, region, end or else start (newest first), kind, id.
const RECENT: &str = "insight/recent";
/// Nothing, by account, region, start (newest first), kind, id: what has not ended.
const OPEN: &str = "insight/open";
/// Nothing, by account, region, end (newest first), kind, id: what failed.
const FAILED: &str = "insight/failed";

/// Of each account and region so many stay.
pub(super) const KEPT: usize = 5_000;
/// Of what is too many, so many go in one commit.
const PRUNED_AT_ONCE: usize = 2_000;

/// An execution, a job run or a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) v: u32,
    pub(crate) account: String,
    pub(crate) region: String,
    /// `execution`, `job` or `query`.
    pub(crate) kind: String,
    /// The execution's ARN, the job run's or the query execution's id.
    pub(crate) id: String,
    pub(crate) title: String,
    /// The state machine, the virtual cluster's id, the work group.
    pub(crate) parent: String,
    pub(crate) arn: String,
    /// In the service's words.
    pub(crate) status: String,
    pub(crate) start_ms: i64,
    pub(crate) stop_ms: Option<i64>,
    pub(crate) failed: bool,
}

/// All runs that are kept.
#[derive(Clone)]
pub(crate) struct Runs {
    pub(super) store: Store,
}

fn newest_first(ms: i64) -> String {
    format!("{:016x}", u64::MAX - ms.unsigned_abs())
}

impl Run {
    /// Returns where the console shows it.
    pub(crate) fn href(&self) -> String {
        match self.kind.as_str() {
            "job" => links::job(&self.parent, &self.id),
            "query" => links::query(&self.id),
            _ => links::execution(&self.arn),
        }
    }

    pub(super) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.kind, &self.id])
    }

    /// Returns when it was last heard of: a run that ended lately is not old, however long ago it began.
    fn last_ms(&self) -> i64 {
        self.stop_ms.unwrap_or(self.start_ms)
    }

    fn by_time(&self, ms: i64) -> Key {
        let at = newest_first(ms);
        Key::of(&[&self.account, &self.region, &at, &self.kind, &self.id])
    }
}

impl Runs {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Adds what an event told of a run to a batch. `known` is the run as it was before, if it was.
    pub(super) fn put(batch: &mut Batch, known: Option<&Run>, run: &Run) -> Result<(), StoreError> {
        if let Some(known) = known {
            batch.delete(OPEN, known.by_time(known.start_ms));
            // An earlier version had ended ones by their start, too.
            batch.delete(RECENT, known.by_time(known.start_ms));
            batch.delete(RECENT, known.by_time(known.last_ms()));
            if let Some(stop) = known.stop_ms {
                batch.delete(FAILED, known.by_time(stop));
            }
        }
        batch.put_json(RUNS, run.key(), run, Expect::Any)?;
        batch.put(RECENT, run.by_time(run.last_ms()), Vec::new());
        match run.stop_ms {
            None => {
                batch.put(OPEN, run.by_time(run.start_ms), Vec::new());
            }
            Some(stop) if run.failed => {
                batch.put(FAILED, run.by_time(stop), Vec::new());
            }
            Some(_) => {}
        }
        Ok(())
    }

    pub(crate) async fn get(
        &self,
        (account, region): (&str, &str),
        kind: &str,
        id: &str,
    ) -> Result<Option<Run>, StoreError> {
        let key = Key::of(&[account, region, kind, id]);
        self.store.get_json(RUNS, &key).await
    }

    /// Returns what has not ended, the latest start first.
    pub(crate) async fn open(
        &self,
        at: (&str, &str),
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        self.listed(OPEN, at, limit).await
    }

    /// Returns what failed, the latest first.
    pub(crate) async fn failed(
        &self,
        at: (&str, &str),
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        self.listed(FAILED, at, limit).await
    }

    /// Returns what began or ended lately, the latest first.
    pub(crate) async fn recent(
        &self,
        at: (&str, &str),
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        self.listed(RECENT, at, limit).await
    }

    async fn listed(
        &self,
        table: &'static str,
        (account, region): (&str, &str),
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        let scan = Scan {
            limit,
            ..Scan::prefix(&[account, region])
        };
        let mut runs = Vec::new();
        for (key, _) in self.store.scan(table, &scan).await? {
            let parts = key.parts();
            if let [.., kind, id] = parts.as_slice()
                && let Some(run) = self.get((account, region), kind, id).await?
            {
                runs.push(run);
            }
        }
        Ok(runs)
    }

    /// Forgets what ended longest ago of an account and region, beyond what is kept. What has not ended stays among what is open,
    /// since it may outlast all that came after it, but is not recent any more: a million that wait are not gone through again
    /// and again.
    pub(super) async fn prune(&self, (account, region): (&str, &str)) -> Result<(), StoreError> {
        let scan = Scan {
            limit: KEPT + PRUNED_AT_ONCE,
            ..Scan::prefix(&[account, region])
        };
        loop {
            let rows = self.store.scan(RECENT, &scan).await?;
            let is_all = rows.len() < scan.limit;
            let mut batch = Batch::new();
            for (key, _) in rows.into_iter().skip(KEPT) {
                let parts = key.parts();
                if let [.., kind, id] = parts.as_slice()
                    && let Some(run) = self.get((account, region), kind, id).await?
                    && let Some(stop) = run.stop_ms
                    && run.by_time(stop) == key
                {
                    batch.delete(FAILED, run.by_time(stop));
                    batch.delete(RUNS, run.key());
                }
                batch.delete(RECENT, key);
            }
            if batch.ops.is_empty() {
                return Ok(());
            }
            self.store.commit(batch).await?;
            if is_all {
                return Ok(());
            }
        }
    }
}
