//! A store that dies: after a number of commits nothing is taken any more, as if the process had ended.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use store::{Backend, Batch, BusEvent, Key, Record, Scan, Store, StoreError, StreamRow, Timer};
use tokio::sync::{RwLock, watch};

/// A store that takes so many commits, and perhaps one more of which nobody hears.
pub(crate) struct Faulty {
    inner: Store,
    begun: AtomicUsize,
    under_way: RwLock<()>,
    /// Those that were answered, or that ended the process.
    commits: AtomicUsize,
    dies_after: AtomicUsize,
    /// After a batch of which this is true, nothing is taken any more.
    last: fn(&Batch) -> bool,
    /// The last commit is durable although its answer is lost.
    last_counts: bool,
}

impl Faulty {
    pub(crate) fn new(inner: Store, dies_after: usize, last_counts: bool) -> (Store, Arc<Self>) {
        Self::of(inner, dies_after, last_counts, |_| false)
    }

    /// Returns a store that dies with the commit of a certain batch.
    pub(crate) fn until(inner: Store, last: fn(&Batch) -> bool) -> (Store, Arc<Self>) {
        Self::of(inner, usize::MAX, false, last)
    }

    fn of(
        inner: Store,
        dies_after: usize,
        last_counts: bool,
        last: fn(&Batch) -> bool,
    ) -> (Store, Arc<Self>) {
        let this = Arc::new(Self {
            inner,
            begun: AtomicUsize::new(0),
            under_way: RwLock::new(()),
            commits: AtomicUsize::new(0),
            dies_after: AtomicUsize::new(dies_after),
            last,
            last_counts,
        });
        (Store(Arc::clone(&this) as Arc<dyn Backend>), this)
    }

    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    fn dies_after(&self) -> usize {
        self.dies_after.load(Ordering::SeqCst)
    }

    /// Tells whether a commit came after the last one.
    pub(crate) fn is_dead(&self) -> bool {
        self.commits() > self.dies_after()
    }

    fn dead(&self) -> Result<(), StoreError> {
        if self.is_dead() {
            return Err(StoreError::Failed {
                what: "the process is dead".into(),
            });
        }
        Ok(())
    }
}

#[async_trait]
impl Backend for Faulty {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        if number > self.dies_after() {
            // What was under way ends first: a dead process commits nothing afterwards.
            let alone = self.under_way.write().await;
            if number == self.dies_after() + 1 && self.last_counts {
                self.inner.commit(batch).await?;
            }
            self.commits.fetch_max(number, Ordering::SeqCst);
            drop(alone);
            // Nobody hears of it: the process is gone.
            return std::future::pending().await;
        }
        let _together = self.under_way.read().await;
        let last = (self.last)(&batch);
        let outcome = self.inner.commit(batch).await;
        if last {
            self.dies_after.store(number, Ordering::SeqCst);
        }
        self.commits.fetch_max(number, Ordering::SeqCst);
        outcome
    }

    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        self.dead()?;
        self.inner.get(table, key).await
    }

    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        self.dead()?;
        self.inner.scan(table, scan).await
    }

    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        self.dead()?;
        self.inner.read(stream, from).await
    }

    async fn new_stream(&self) -> Result<i64, StoreError> {
        self.inner.new_stream().await
    }

    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.dead()?;
        self.inner.timers(queue, until_ms, limit).await
    }

    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        self.inner.bus_after(cursor, limit).await
    }

    fn bus_watch(&self) -> watch::Receiver<u64> {
        self.inner.bus_watch()
    }
}
