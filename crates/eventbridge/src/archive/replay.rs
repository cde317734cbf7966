//! Replays: archived events given to the bus's rules again, a page at a time. A page's deliveries and the
//! replay's place are one commit, so that each event is replayed once.

use store::{Batch, BusEvent, Expect, Key, Scan, StoreError};

use super::{
    REPLAYS, Replay, ReplayState,
    keep::{EVENTS, event_key},
};
use crate::{EventBridge, delivery::Taken, event, pattern::Facts};

/// Timer queue; keys are the replays'.
const RUNNING: &str = "events/replays";

/// Events in one commit.
const PAGE: usize = 64;

impl EventBridge {
    /// Carries all replays on to their ends and returns when there is more to do: never.
    pub async fn replay_due(&self) -> Result<Option<i64>, StoreError> {
        loop {
            let running = self.store.timers(RUNNING, i64::MAX, PAGE).await?;
            if running.is_empty() {
                return Ok(None);
            }
            for timer in running {
                self.replay_page(timer.key).await?;
            }
        }
    }

    /// Adds the beginning of a replay to the batch.
    pub(crate) fn begin_replay(
        &self,
        batch: &mut Batch,
        replay: &Replay,
    ) -> Result<(), StoreError> {
        batch.put_json(REPLAYS, replay.at.key(), replay, Expect::Absent)?;
        batch.set_timer(RUNNING, replay.at.key(), self.clock.now_ms(), Vec::new());
        Ok(())
    }

    async fn replay_page(&self, key: Key) -> Result<(), StoreError> {
        let _alone = self.changes.lock().await;
        let mut batch = Batch::new();
        let kept = self.store.get_json::<Replay>(REPLAYS, &key).await?;
        let under_way =
            |replay: &Replay| matches!(replay.state, ReplayState::Starting | ReplayState::Running);
        let Some(mut replay) = kept.filter(under_way) else {
            batch.clear_timer(RUNNING, key);
            return self.store.commit(batch).await;
        };
        // Without an event yet, the page begins before all of the first millisecond.
        let after = match &replay.last {
            Some((time_ms, id)) => event_key(&replay.archive, *time_ms, id),
            None => event_key(&replay.archive, replay.from_ms, ""),
        };
        let scan = Scan {
            after: Some(after),
            limit: PAGE,
            ..Scan::prefix(&replay.archive.parts())
        };
        let mut events = self.store.scan_json::<BusEvent>(EVENTS, &scan).await?;
        let whole = events.len() == PAGE;
        events.retain(|(_, event)| event.time_ms < replay.to_ms);
        for (_, event) in &events {
            self.replay_event(&mut batch, &replay, event).await?;
            replay.last = Some((event.time_ms, event.id.clone()));
        }
        replay.state = ReplayState::Running;
        if !whole || events.len() < PAGE {
            replay.state = ReplayState::Completed;
            replay.ended_ms = Some(self.clock.now_ms());
            batch.clear_timer(RUNNING, key.clone());
        }
        batch.put_json(REPLAYS, key, &replay, Expect::Present)?;
        self.store.commit(batch).await?;
        self.deliveries_wake.notify_one();
        Ok(())
    }

    async fn replay_event(
        &self,
        batch: &mut Batch,
        replay: &Replay,
        event: &BusEvent,
    ) -> Result<(), StoreError> {
        let name = Some(replay.at.name.as_str());
        let Ok(value) = event::value(event, name) else {
            return Ok(());
        };
        let facts = Facts::of(&value);
        for rule in self.index.of_bus(&replay.bus) {
            let chosen =
                replay.filter_arns.is_empty() || replay.filter_arns.contains(&rule.rule.at.arn());
            let wanted = rule
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.matches(&facts));
            if chosen && wanted && rule.rule.is_enabled() {
                let taken = Taken {
                    rule: &rule,
                    event,
                    value: &value,
                    due_ms: None,
                    backfill: None,
                    replay: name,
                    now_ms: self.clock.now_ms(),
                };
                self.enqueue(batch, &taken).await?;
            }
        }
        Ok(())
    }
}
