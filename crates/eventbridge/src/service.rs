//! The service: what it holds, how rules change and what runs in the background.

use std::sync::{Arc, Weak};

use aws::{ApiError, Invoke};
use store::{Batch, Clock, Expect, Scan, Store, StoreError};
use tokio::sync::{Mutex, Notify};

use crate::{
    api::errors,
    archive::{ARCHIVES, ArchiveIndex},
    background::{REST_MS, forever},
    connections::{Client, Tokens},
    delivery::Source,
    destinations::Rates,
    firing::{Firing, History},
    rules::{RULES, Rule, RuleIndex, RuleRef},
    schedule::expression::next_after_utc,
};

/// EventBridge: rules over the stores' buses, schedules, and the deliveries that come of both.
///
/// **Durability**: an event that a rule matches becomes its deliveries in the commit that moves the bus's
/// cursor past it, an occurrence of a schedule in the commit that sets the next one: each exactly once. From
/// there a delivery is carried out at least once, under a name that the target takes once where it can.
pub struct EventBridge {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) door: Arc<dyn Invoke>,
    pub(crate) index: RuleIndex,
    pub(crate) archives: ArchiveIndex,
    pub(crate) sources: Vec<Source>,
    pub(crate) history: History,
    /// Held while a rule or bus changes, or a schedule fires.
    pub(crate) changes: Mutex<()>,
    pub(crate) deliveries_wake: Arc<Notify>,
    pub(crate) backfills_wake: Arc<Notify>,
    pub(crate) schedules_wake: Arc<Notify>,
    pub(crate) replays_wake: Arc<Notify>,
    pub(crate) authorizations_wake: Arc<Notify>,
    pub(crate) http: Client,
    pub(crate) tokens: Tokens,
    pub(crate) rates: Rates,
}

/// What becomes of a rule.
pub(crate) enum Change {
    Put(Box<Rule>),
    Delete,
    Keep,
}

impl EventBridge {
    /// Loads the rules. `store` keeps rules, deliveries and the bus of PutEvents; `sources` are the other
    /// stores whose buses rules see, each under a name that stays the same over restarts. One that is
    /// `store` itself is read once.
    pub async fn open(
        store: Store,
        sources: Vec<(String, Store)>,
        clock: Arc<dyn Clock>,
        door: Arc<dyn Invoke>,
    ) -> Result<Arc<Self>, StoreError> {
        let index = RuleIndex::default();
        for (_, rule) in store.scan_json::<Rule>(RULES, &Scan::prefix(&[])).await? {
            index.put(rule);
        }
        let archives = ArchiveIndex::default();
        for (_, archive) in store.scan_json(ARCHIVES, &Scan::prefix(&[])).await? {
            archives.put(archive);
        }
        let mut opened = vec![Source::open(&store, "own".to_owned(), store.clone()).await?];
        for (name, source) in sources {
            if !Arc::ptr_eq(&source.0, &store.0) {
                opened.push(Source::open(&store, name, source).await?);
            }
        }
        Ok(Arc::new(Self {
            history: History::new(store.clone(), "events/firings", "events/backfilled"),
            store,
            clock,
            door,
            index,
            archives,
            sources: opened,
            changes: Mutex::new(()),
            deliveries_wake: Arc::new(Notify::new()),
            backfills_wake: Arc::new(Notify::new()),
            schedules_wake: Arc::new(Notify::new()),
            replays_wake: Arc::new(Notify::new()),
            authorizations_wake: Arc::new(Notify::new()),
            http: Client::default(),
            tokens: Tokens::default(),
            rates: Rates::default(),
        }))
    }

    /// Starts matching, delivering, firing, replaying and authorizing; all end when the service is dropped.
    pub fn start(self: &Arc<Self>) {
        for at in 0..self.sources.len() {
            tokio::spawn(match_forever(Arc::downgrade(self), at));
        }
        let (wake, clock) = (Arc::clone(&self.deliveries_wake), Arc::clone(&self.clock));
        tokio::spawn(forever(
            Arc::downgrade(self),
            wake,
            clock,
            "deliveries",
            async |this| this.deliver_due().await,
        ));
        let (wake, clock) = (Arc::clone(&self.backfills_wake), Arc::clone(&self.clock));
        let this = Arc::downgrade(self);
        tokio::spawn(forever(this, wake, clock, "backfills", async |this| {
            this.deliver_backfilled().await
        }));
        let (wake, clock) = (Arc::clone(&self.schedules_wake), Arc::clone(&self.clock));
        tokio::spawn(forever(
            Arc::downgrade(self),
            wake,
            clock,
            "schedules",
            async |this| this.fire_due().await,
        ));
        let (wake, clock) = (Arc::clone(&self.replays_wake), Arc::clone(&self.clock));
        let this = Arc::downgrade(self);
        tokio::spawn(forever(this, wake, clock, "replays", async |this| {
            this.replay_due().await
        }));
        let wake = Arc::clone(&self.authorizations_wake);
        let (this, clock) = (Arc::downgrade(self), Arc::clone(&self.clock));
        tokio::spawn(forever(this, wake, clock, "authorizations", async |this| {
            this.authorize_due().await
        }));
    }

    /// Returns what a rule last did or failed to do, the newest first.
    pub async fn firings(&self, rule: &RuleRef) -> Result<Vec<Firing>, StoreError> {
        self.history.of(&rule.parts()).await
    }

    /// Returns when an enabled rule's schedule is due next, in epoch milliseconds.
    pub fn upcoming(&self, rule: &RuleRef, count: usize) -> Vec<i64> {
        let found = self.index.get(rule).filter(|found| found.rule.is_enabled());
        let Some((anchor, expression)) = found
            .as_ref()
            .and_then(|found| Some((found.rule.scheduled_from_ms, found.schedule.as_ref()?)))
        else {
            return Vec::new();
        };
        let first = next_after_utc(expression, anchor, self.clock.now_ms());
        std::iter::successors(first, |due| next_after_utc(expression, anchor, *due))
            .take(count)
            .collect()
    }

    /// Changes one rule: nobody else changes anything meanwhile, and events that were published before are
    /// matched by the rules as they were.
    pub(crate) async fn change_rule(
        &self,
        at: &RuleRef,
        change: impl FnOnce(Option<Rule>) -> Result<Change, ApiError>,
    ) -> Result<(), ApiError> {
        let _alone = self.changes.lock().await;
        self.match_published().await.map_err(errors::store)?;
        let record = self
            .store
            .get(RULES, &at.key())
            .await
            .map_err(errors::store)?;
        let version = record.as_ref().map(|record| record.version);
        let old = record.map(|record| record.json::<Rule>()).transpose();
        let old = old.map_err(errors::store)?;
        let expect = version.map_or(Expect::Absent, Expect::Version);
        let mut batch = Batch::new();
        match change(old.clone())? {
            Change::Keep => return Ok(()),
            Change::Delete => {
                batch.delete(RULES, at.key());
                self.unschedule(&mut batch, at);
                let forgotten = self.history.forget(&mut batch, &at.parts()).await;
                forgotten.map_err(errors::store)?;
                self.save_cursors(&mut batch).await?;
                self.store.commit(batch).await.map_err(errors::store)?;
                self.index.remove(at);
            }
            Change::Put(mut rule) => {
                self.reschedule(&mut batch, old.as_ref(), &mut rule);
                batch
                    .put_json(RULES, at.key(), &*rule, expect)
                    .map_err(errors::store)?;
                self.save_cursors(&mut batch).await?;
                self.store.commit(batch).await.map_err(errors::store)?;
                self.index.put(*rule);
                self.schedules_wake.notify_one();
            }
        }
        Ok(())
    }

    pub(crate) async fn save_cursors(&self, batch: &mut Batch) -> Result<(), ApiError> {
        for source in &self.sources {
            source.save(batch).await.map_err(errors::store)?;
        }
        Ok(())
    }
}

impl Drop for EventBridge {
    fn drop(&mut self) {
        self.deliveries_wake.notify_waiters();
        self.backfills_wake.notify_waiters();
        self.schedules_wake.notify_waiters();
        self.replays_wake.notify_waiters();
        self.authorizations_wake.notify_waiters();
    }
}

async fn match_forever(this: Weak<EventBridge>, at: usize) {
    let Some(mut newest) = this
        .upgrade()
        .and_then(|this| Some(this.sources.get(at)?.watch()))
    else {
        return;
    };
    loop {
        newest.borrow_and_update();
        let Some(service) = this.upgrade() else {
            return;
        };
        if let Err(error) = service.match_source(at).await {
            tracing::warn!(%error, "matching events against rules");
            let clock = Arc::clone(&service.clock);
            drop(service);
            clock.sleep_until(clock.now_ms() + REST_MS).await;
            continue;
        }
        drop(service);
        if newest.changed().await.is_err() {
            return;
        }
    }
}
