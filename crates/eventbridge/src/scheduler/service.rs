//! The service: what it holds, how schedules change and what runs in the background.

use std::sync::Arc;

use aws::{ApiError, Invoke};
use store::{Batch, Clock, Store, StoreError};
use tokio::sync::{Mutex, Notify};

use super::{
    api::errors,
    schedule::{GROUPS, SCHEDULES, Schedule, ScheduleRef, ScheduleState},
};
use crate::{
    background::forever,
    firing::{Firing, History},
};

/// EventBridge Scheduler.
///
/// **Durability**: an occurrence becomes an invocation in the commit that sets the next occurrence, so each
/// is queued exactly once; an invocation is carried out at least once, under a name that the target takes
/// once where it can.
pub struct Scheduler {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) door: Arc<dyn Invoke>,
    pub(super) history: History,
    /// Held while a schedule or group changes, or a schedule fires.
    pub(super) changes: Mutex<()>,
    pub(super) due_wake: Arc<Notify>,
    pub(super) invocations_wake: Arc<Notify>,
    pub(super) backfills_wake: Arc<Notify>,
}

impl Scheduler {
    pub fn new(store: Store, clock: Arc<dyn Clock>, door: Arc<dyn Invoke>) -> Arc<Self> {
        Arc::new(Self {
            history: History::new(store.clone(), "scheduler/firings", "scheduler/backfilled"),
            store,
            clock,
            door,
            changes: Mutex::new(()),
            due_wake: Arc::new(Notify::new()),
            invocations_wake: Arc::new(Notify::new()),
            backfills_wake: Arc::new(Notify::new()),
        })
    }

    /// Starts firing and invoking; both end when the service is dropped.
    pub fn start(self: &Arc<Self>) {
        let (wake, clock) = (Arc::clone(&self.due_wake), Arc::clone(&self.clock));
        let this = Arc::downgrade(self);
        tokio::spawn(forever(this, wake, clock, "schedules", async |this| {
            this.fire_due().await
        }));
        let (wake, clock) = (Arc::clone(&self.invocations_wake), Arc::clone(&self.clock));
        let this = Arc::downgrade(self);
        tokio::spawn(forever(this, wake, clock, "invocations", async |this| {
            this.invoke_due().await
        }));
        let (wake, clock) = (Arc::clone(&self.backfills_wake), Arc::clone(&self.clock));
        let this = Arc::downgrade(self);
        tokio::spawn(forever(this, wake, clock, "backfills", async |this| {
            this.invoke_backfilled().await
        }));
    }

    /// Returns what a schedule last did or failed to do, the newest first.
    pub async fn firings(&self, schedule: &ScheduleRef) -> Result<Vec<Firing>, StoreError> {
        self.history.of(&schedule.parts()).await
    }

    /// Returns when an enabled schedule is due next, in epoch milliseconds, before its flexible window.
    pub async fn upcoming(
        &self,
        schedule: &ScheduleRef,
        count: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let kept = self
            .store
            .get_json::<Schedule>(SCHEDULES, &schedule.key())
            .await?;
        let enabled = kept.filter(|schedule| schedule.state == ScheduleState::Enabled);
        let Some(timing) = enabled.and_then(|schedule| schedule.timing()) else {
            return Ok(Vec::new());
        };
        let first = timing.next_after(self.clock.now_ms());
        Ok(std::iter::successors(first, |due| timing.next_after(*due))
            .take(count)
            .collect())
    }

    pub(super) async fn schedule(&self, at: &ScheduleRef) -> Result<Option<Schedule>, ApiError> {
        let found = self.store.get_json(SCHEDULES, &at.key()).await;
        found.map_err(errors::store)
    }

    /// Refuses a group that is not there.
    pub(super) async fn require_group(&self, at: &ScheduleRef) -> Result<(), ApiError> {
        let key = store::Key::of(&[&at.account, &at.region, &at.group]);
        let known = at.group == super::schedule::DEFAULT_GROUP
            || self
                .store
                .get(GROUPS, &key)
                .await
                .map_err(errors::store)?
                .is_some();
        if known {
            Ok(())
        } else {
            Err(errors::no_group(&at.group))
        }
    }

    pub(super) async fn commit(&self, batch: Batch) -> Result<(), ApiError> {
        self.store.commit(batch).await.map_err(errors::store)?;
        self.due_wake.notify_one();
        Ok(())
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.due_wake.notify_waiters();
        self.invocations_wake.notify_waiters();
        self.backfills_wake.notify_waiters();
    }
}
