//! Buses against rules: each event is matched once, its deliveries and the cursor's move are one commit.

use store::{Batch, BusEvent, StoreError};

use super::{cursor::UNWRITTEN_EVENTS, queue::Taken};
use crate::{EventBridge, event, pattern::Facts, rules::BusRef};

/// Events in one commit at most: each may carry 256 KB to five targets.
const EVENTS_AT_ONCE: usize = 64;

impl EventBridge {
    /// Matches what has been published on all buses up to now.
    pub async fn match_published(&self) -> Result<(), StoreError> {
        for at in 0..self.sources.len() {
            self.match_source(at).await?;
        }
        Ok(())
    }

    /// Matches what has been published on one bus up to now.
    ///
    /// A crash before the commit: the events are matched again; after: they are not.
    pub(crate) async fn match_source(&self, at: usize) -> Result<(), StoreError> {
        let Some(source) = self.sources.get(at) else {
            return Ok(());
        };
        let mut position = source.position.lock().await;
        let newest = *source.watch().borrow();
        if !self.index.listens() && self.archives.is_empty() {
            position.seen = position.seen.max(newest);
            return Ok(());
        }
        let lag = source.lag();
        lag.set((newest - position.seen.min(newest)) as f64);
        while position.seen < newest {
            let events = source
                .store
                .bus_after(position.seen, EVENTS_AT_ONCE)
                .await?;
            let Some((last, _)) = events.last() else {
                break;
            };
            let last = *last;
            let mut batch = Batch::new();
            for (_, event) in events.iter().filter(|(_, event)| !event.internal) {
                self.match_event(&mut batch, event).await?;
            }
            let matched = !batch.ops.is_empty();
            if matched || last >= position.written + UNWRITTEN_EVENTS {
                source.move_to(&mut batch, last)?;
                self.store.commit(batch).await?;
                position.written = last;
            }
            position.seen = last;
            if matched {
                self.deliveries_wake.notify_one();
            }
            lag.set((newest - position.seen.min(newest)) as f64);
        }
        Ok(())
    }

    async fn match_event(&self, batch: &mut Batch, event: &BusEvent) -> Result<(), StoreError> {
        // What was put onto a bus elsewhere names that bus by its ARN and keeps its own account and region.
        let bus = BusRef::read(&event.bus, &event.account, &event.region);
        let rules = self.index.of_bus(&bus);
        let archives = self.archives.of_bus(&bus);
        if rules.is_empty() && archives.is_empty() {
            return Ok(());
        }
        let value = match event::value(event, None) {
            Ok(value) => value,
            Err(error) => {
                tracing::warn!(id = event.id, source = event.source, %error, "an event's detail is no JSON");
                return Ok(());
            }
        };
        let facts = Facts::of(&value);
        self.archive_event(batch, &archives, event, &facts).await?;
        for rule in rules {
            let wanted = rule
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.matches(&facts));
            if wanted && rule.rule.is_enabled() {
                let taken = Taken {
                    rule: &rule,
                    event,
                    value: &value,
                    due_ms: None,
                    backfill: None,
                    replay: None,
                    now_ms: self.clock.now_ms(),
                };
                self.enqueue(batch, &taken).await?;
            }
        }
        Ok(())
    }
}
