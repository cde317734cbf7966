//! Schedules: a timer for each enabled rule with one; firing sets the next in the same commit.
//!
//! An occurrence is fired up to [`GRACE_MS`] late, as when the server restarts; what was missed by more is
//! skipped and recorded. So each occurrence fires at most once, and one that is due while the server runs,
//! or just before it starts, exactly once.

use store::{Batch, BusEvent, Key, StoreError, Timer};

use super::queue::Taken;
use crate::{
    EventBridge, event,
    firing::{Firing, Outcome},
    id,
    rules::{Compiled, Rule, RuleRef},
    schedule::{Expression, expression::next_after_utc},
};

/// Timer queue; keys are the rules'.
const SCHEDULES: &str = "events/schedules";

/// How late an occurrence may fire: as long as the distance between two of the finest schedule.
const GRACE_MS: i64 = 60_000;

const TIMERS_AT_ONCE: usize = 64;

impl EventBridge {
    /// Fires all schedules that are due and returns when the next one is.
    pub async fn fire_due(&self) -> Result<Option<i64>, StoreError> {
        loop {
            let now = self.clock.now_ms();
            let due = self.store.timers(SCHEDULES, now, TIMERS_AT_ONCE).await?;
            if due.is_empty() {
                let next = self.store.timers(SCHEDULES, i64::MAX, 1).await?;
                return Ok(next.first().map(|timer| timer.due_ms));
            }
            for timer in due {
                self.fire(&timer).await?;
            }
        }
    }

    /// A crash before the commit: the occurrence is due again; after: it is in the queue and the next is set.
    async fn fire(&self, timer: &Timer) -> Result<(), StoreError> {
        let _alone = self.changes.lock().await;
        let mut batch = Batch::new();
        let rule = serde_json::from_slice::<RuleRef>(&timer.payload).ok();
        let compiled = rule.and_then(|rule| self.index.get(&rule));
        let live = compiled
            .as_deref()
            .filter(|compiled| compiled.rule.is_enabled());
        let Some((compiled, expression)) =
            live.and_then(|compiled| Some((compiled, compiled.schedule.as_ref()?)))
        else {
            batch.clear_timer(SCHEDULES, timer.key.clone());
            return self.store.commit(batch).await;
        };
        let now = self.clock.now_ms();
        let next_after = |t| next_after_utc(expression, compiled.rule.scheduled_from_ms, t);
        let occurrence = next_after(timer.due_ms.max(now - GRACE_MS) - 1);
        if occurrence != Some(timer.due_ms) {
            self.record_missed(&mut batch, compiled, timer.due_ms, now)
                .await?;
        }
        let next = match occurrence {
            Some(due) if due <= now => {
                self.enqueue_occurrence(&mut batch, compiled, due, now, None)
                    .await?;
                next_after(due)
            }
            later => later,
        };
        match next {
            Some(due) => batch.set_timer(SCHEDULES, timer.key.clone(), due, timer.payload.clone()),
            None => batch.clear_timer(SCHEDULES, timer.key.clone()),
        };
        self.store.commit(batch).await?;
        self.deliveries_wake.notify_one();
        Ok(())
    }

    pub(super) async fn enqueue_occurrence(
        &self,
        batch: &mut Batch,
        compiled: &Compiled,
        due: i64,
        now: i64,
        backfill: Option<&str>,
    ) -> Result<(), StoreError> {
        let at = &compiled.rule.at;
        let event = BusEvent {
            id: id::new_id(),
            time_ms: due,
            account: at.bus.account.clone(),
            region: at.bus.region.clone(),
            bus: at.bus.name.clone(),
            source: "aws.events".into(),
            detail_type: "Scheduled Event".into(),
            resources: vec![at.arn()],
            detail: "{}".into(),
            internal: false,
        };
        let value = event::value(&event, None).map_err(|e| StoreError::Corrupt {
            what: e.to_string(),
        })?;
        let taken = Taken {
            rule: compiled,
            event: &event,
            value: &value,
            due_ms: Some(due),
            backfill,
            replay: None,
            now_ms: now,
        };
        self.enqueue(batch, &taken).await
    }

    async fn record_missed(
        &self,
        batch: &mut Batch,
        compiled: &Compiled,
        due: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let at = &compiled.rule.at;
        let late = (now - due) / 1_000;
        let firing = Firing {
            v: 1,
            number: self.history.number(&at.parts(), false).await?,
            at_ms: now,
            event_id: String::new(),
            source: "aws.events".into(),
            detail_type: "Scheduled Event".into(),
            due_ms: Some(due),
            backfill: None,
            target: None,
            outcome: Outcome::Skipped {
                reason: format!("missed by {late} s: the server did not run when it was due"),
            },
        };
        self.history.put(batch, &at.parts(), &firing)
    }

    /// Sets or clears the rule's timer as its schedule and state demand; one that goes on keeps its timer.
    pub(crate) fn reschedule(&self, batch: &mut Batch, old: Option<&Rule>, rule: &mut Rule) {
        let schedule = |rule: &Rule| rule.schedule.clone().filter(|_| rule.is_enabled());
        let wanted = schedule(rule);
        if let Some(old) = old
            && schedule(old) == wanted
        {
            rule.scheduled_from_ms = old.scheduled_from_ms;
            return;
        }
        let now = self.clock.now_ms();
        rule.scheduled_from_ms = now;
        let expression = wanted
            .as_deref()
            .and_then(|text| Expression::parse_for_rule(text).ok());
        let next = expression.and_then(|expression| next_after_utc(&expression, now, now));
        match (next, serde_json::to_vec(&rule.at)) {
            (Some(due), Ok(payload)) => {
                batch.set_timer(SCHEDULES, timer_key(&rule.at), due, payload);
            }
            _ => self.unschedule(batch, &rule.at),
        }
    }

    pub(crate) fn unschedule(&self, batch: &mut Batch, rule: &RuleRef) {
        batch.clear_timer(SCHEDULES, timer_key(rule));
    }
}

fn timer_key(rule: &RuleRef) -> Key {
    rule.key()
}
