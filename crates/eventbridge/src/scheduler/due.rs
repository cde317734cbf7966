//! Occurrences: a timer for each enabled schedule; firing queues the invocation and sets the next timer in
//! one commit.
//!
//! A recurring schedule fires up to [`GRACE_MS`] late, as when the server restarts, and skips and records
//! what it missed by more. A one-time schedule fires however late the server comes back, up to the age that
//! its retry policy allows.

use serde::{Deserialize, Serialize};
use store::{Batch, Expect, StoreError, Timer};

use super::{
    Scheduler,
    invoke::Invocation,
    schedule::{AfterCompletion, SCHEDULES, Schedule, ScheduleRef, ScheduleState},
    timing::Timing,
};
use crate::{
    event,
    firing::{FiredTarget, Firing, Outcome},
    id,
    retry::Patience,
};

/// Timer queue; keys are the schedules'.
const DUE: &str = "scheduler/due";

const GRACE_MS: i64 = 60_000;

const TIMERS_AT_ONCE: usize = 64;

#[derive(Serialize, Deserialize)]
struct Occurrence {
    at: ScheduleRef,
    /// Before the flexible window.
    due_ms: i64,
}

impl Scheduler {
    /// Fires all schedules that are due and returns when the next one is.
    pub async fn fire_due(&self) -> Result<Option<i64>, StoreError> {
        loop {
            let due = self
                .store
                .timers(DUE, self.clock.now_ms(), TIMERS_AT_ONCE)
                .await?;
            if due.is_empty() {
                let next = self.store.timers(DUE, i64::MAX, 1).await?;
                return Ok(next.first().map(|timer| timer.due_ms));
            }
            for timer in due {
                self.fire(&timer).await?;
            }
        }
    }

    /// A crash before the commit: the occurrence is due again; after: it is queued and the next is set.
    async fn fire(&self, timer: &Timer) -> Result<(), StoreError> {
        let _alone = self.changes.lock().await;
        let mut batch = Batch::new();
        let live = self.live(timer).await?;
        let Some((schedule, timing, occurrence)) = live else {
            batch.clear_timer(DUE, timer.key.clone());
            return self.store.commit(batch).await;
        };
        let now = self.clock.now_ms();
        let grace = if timing.is_one_time() {
            patience(&schedule).max_age_ms
        } else {
            GRACE_MS
        };
        let late = now - timer.due_ms;
        let next = if late <= grace {
            self.queue(&mut batch, &schedule, occurrence.due_ms, now, None)
                .await?;
            timing.next_after(occurrence.due_ms)
        } else {
            let reason = format!(
                "missed by {} s: the server did not run when it was due",
                late / 1_000
            );
            let firing = self
                .firing(
                    &schedule,
                    occurrence.due_ms,
                    now,
                    None,
                    Outcome::Skipped { reason },
                )
                .await?;
            self.history
                .put(&mut batch, &schedule.at.parts(), &firing)?;
            timing.next_after(occurrence.due_ms.max(now - GRACE_MS - 1))
        };
        match next {
            Some(due_ms) => set_timer(&mut batch, &schedule, due_ms)?,
            None => {
                batch.clear_timer(DUE, timer.key.clone());
                if schedule.after_completion == AfterCompletion::Delete {
                    batch.delete(SCHEDULES, schedule.at.key());
                }
            }
        }
        self.store.commit(batch).await?;
        self.invocations_wake.notify_one();
        Ok(())
    }

    async fn live(
        &self,
        timer: &Timer,
    ) -> Result<Option<(Schedule, Timing, Occurrence)>, StoreError> {
        let Ok(occurrence) = serde_json::from_slice::<Occurrence>(&timer.payload) else {
            return Ok(None);
        };
        let kept = self
            .store
            .get_json::<Schedule>(SCHEDULES, &timer.key)
            .await?;
        let enabled = kept.filter(|schedule| schedule.state == ScheduleState::Enabled);
        Ok(enabled
            .and_then(|schedule| Some((schedule.timing()?, schedule)))
            .map(|(timing, schedule)| (schedule, timing, occurrence)))
    }

    pub(super) async fn queue(
        &self,
        batch: &mut Batch,
        schedule: &Schedule,
        due_ms: i64,
        now: i64,
        backfill: Option<&str>,
    ) -> Result<(), StoreError> {
        let firing = self.firing(schedule, due_ms, now, backfill, Outcome::Waiting);
        let firing = firing.await?;
        self.history.put(batch, &schedule.at.parts(), &firing)?;
        Invocation {
            v: 1,
            id: firing.event_id.clone(),
            schedule: schedule.at.clone(),
            target: schedule.target.clone(),
            due_ms,
            queued_ms: now,
            attempts: 0,
            patience: patience(schedule),
            firing,
        }
        // Of what a backfill brings, the earliest occurrence goes first.
        .put(batch, backfill.map_or(now, |_| due_ms))
    }

    async fn firing(
        &self,
        schedule: &Schedule,
        due_ms: i64,
        now: i64,
        backfill: Option<&str>,
        outcome: Outcome,
    ) -> Result<Firing, StoreError> {
        let (arn, created) = (schedule.at.arn(), schedule.created_ms.to_string());
        let due = event::time(due_ms);
        let mut named_by = vec![&*arn, &created, &due];
        named_by.extend(backfill);
        Ok(Firing {
            v: 1,
            number: self
                .history
                .number(&schedule.at.parts(), backfill.is_some())
                .await?,
            at_ms: now,
            event_id: id::derived(&named_by),
            source: "aws.scheduler".into(),
            detail_type: "Scheduled Event".into(),
            due_ms: Some(due_ms),
            backfill: backfill.map(str::to_owned),
            target: Some(FiredTarget {
                id: String::new(),
                arn: schedule.target.arn.clone(),
            }),
            outcome,
        })
    }

    /// Adds a schedule's record to the batch, and its timer as its state and time demand.
    pub(super) fn put_schedule(
        &self,
        batch: &mut Batch,
        schedule: &Schedule,
        expect: Expect,
    ) -> Result<(), StoreError> {
        batch.put_json(SCHEDULES, schedule.at.key(), schedule, expect)?;
        let timing = schedule
            .timing()
            .filter(|_| schedule.state == ScheduleState::Enabled);
        match timing.and_then(|timing| timing.next_after(self.clock.now_ms() - 1)) {
            Some(due_ms) => set_timer(batch, schedule, due_ms),
            None => {
                batch.clear_timer(DUE, schedule.at.key());
                Ok(())
            }
        }
    }

    pub(super) async fn delete_schedule_in(
        &self,
        batch: &mut Batch,
        at: &ScheduleRef,
    ) -> Result<(), StoreError> {
        batch.delete(SCHEDULES, at.key());
        batch.clear_timer(DUE, at.key());
        self.history.forget(batch, &at.parts()).await
    }
}

fn patience(schedule: &Schedule) -> Patience {
    let retry = schedule.target.retry_policy.unwrap_or_default();
    Patience::new(
        retry.maximum_retry_attempts,
        retry.maximum_event_age_in_seconds,
    )
}

/// Within a flexible window each occurrence has its own place, the same after a restart.
fn set_timer(batch: &mut Batch, schedule: &Schedule, due_ms: i64) -> Result<(), StoreError> {
    let occurrence = Occurrence {
        at: schedule.at.clone(),
        due_ms,
    };
    let payload = serde_json::to_vec(&occurrence).map_err(|e| StoreError::Corrupt {
        what: e.to_string(),
    })?;
    let window = schedule.window_ms();
    let place = id::derived(&[&schedule.at.arn(), &due_ms.to_string()]);
    let place = place
        .bytes()
        .fold(7i64, |sum, byte| (sum * 31 + i64::from(byte)) % 1_000_003);
    let within = if window == 0 { 0 } else { place % window };
    batch.set_timer(DUE, schedule.at.key(), due_ms + within, payload);
    Ok(())
}
