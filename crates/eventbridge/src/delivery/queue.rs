//! The queue: a delivery is a timer, due at once and again after each failed attempt.

use serde::{Deserialize, Serialize};
use store::{Batch, BusEvent, Key, StoreError};

use crate::{
    EventBridge,
    destinations::HttpParameters,
    firing::{FiredTarget, Firing, Outcome},
    id,
    retry::Patience,
    rules::{Compiled, Input, RuleRef, Target},
};

/// Timer queue; keys are delivery ids.
pub(super) const DELIVERIES: &str = "events/deliveries";

/// Timer queue of what backfills have brought.
pub(super) const BACKFILLED: &str = "events/backfilled-deliveries";

/// One event on its way to one target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Delivery {
    #[serde(default = "first_version")]
    pub(super) v: u32,
    /// Derived from event, rule and target: the same event is queued for a target once.
    pub(super) id: String,
    pub(super) rule: RuleRef,
    pub(super) target_arn: String,
    pub(super) input: String,
    /// For an API destination, with the event's values filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) http: Option<HttpParameters>,
    pub(super) event: Event,
    pub(super) queued_ms: i64,
    pub(super) attempts: u32,
    pub(super) patience: Patience,
    pub(super) dead_letter: Option<String>,
    pub(super) firing: Firing,
}

/// What of the event is needed besides the input.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Event {
    Time {
        id: String,
        time_ms: i64,
    },
    /// Whole, for another bus.
    Whole(BusEvent),
}

fn first_version() -> u32 {
    1
}

impl Delivery {
    pub(super) fn put(&self, batch: &mut Batch, due_ms: i64) -> Result<(), StoreError> {
        let payload = serde_json::to_vec(self).map_err(|e| StoreError::Corrupt {
            what: e.to_string(),
        })?;
        let queue = if self.firing.backfill.is_some() {
            BACKFILLED
        } else {
            DELIVERIES
        };
        batch.set_timer(queue, Key::of(&[&self.id]), due_ms, payload);
        Ok(())
    }
}

/// An event that a rule has taken, at one time.
pub(crate) struct Taken<'a> {
    pub(crate) rule: &'a Compiled,
    pub(crate) event: &'a BusEvent,
    pub(crate) value: &'a serde_json::Value,
    /// The occurrence, where a schedule fired.
    pub(crate) due_ms: Option<i64>,
    /// The backfill that runs the occurrence.
    pub(crate) backfill: Option<&'a str>,
    /// The replay, where one brings the event again.
    pub(crate) replay: Option<&'a str>,
    pub(crate) now_ms: i64,
}

impl EventBridge {
    /// Adds what the event means for each of the rule's targets to the batch.
    pub(crate) async fn enqueue(
        &self,
        batch: &mut Batch,
        taken: &Taken<'_>,
    ) -> Result<(), StoreError> {
        let rule = &taken.rule.rule.at;
        if taken.rule.targets.is_empty() {
            let reason = "the rule has no targets".to_owned();
            let firing = self
                .firing(taken, None, Outcome::Skipped { reason })
                .await?;
            return self.history.put(batch, &rule.parts(), &firing);
        }
        for (target, input) in &taken.rule.targets {
            self.enqueue_for(batch, taken, target, input).await?;
        }
        Ok(())
    }

    async fn enqueue_for(
        &self,
        batch: &mut Batch,
        taken: &Taken<'_>,
        target: &Target,
        input: &Result<Input, String>,
    ) -> Result<(), StoreError> {
        let (rule, event) = (&taken.rule.rule.at, taken.event);
        let made = input.as_ref().map_err(Clone::clone).and_then(|input| {
            let made = input.make(rule, event, taken.value, taken.replay, taken.now_ms);
            made.map_err(|error| error.to_string())
        });
        let input = match made {
            Ok(input) => input,
            Err(error) => {
                let failed = Outcome::Failed { attempts: 0, error };
                let firing = self.firing(taken, Some(target), failed).await?;
                return self.history.put(batch, &rule.parts(), &firing);
            }
        };
        let firing = self.firing(taken, Some(target), Outcome::Waiting).await?;
        self.history.put(batch, &rule.parts(), &firing)?;
        let retry = target.retry_policy.unwrap_or_default();
        let to_bus = target.arn.contains(":event-bus/");
        let delivery = Delivery {
            v: first_version(),
            id: match taken.replay {
                None => id::derived(&[&event.id, &rule.arn(), &target.id]),
                Some(replay) => id::derived(&[&event.id, &rule.arn(), &target.id, replay]),
            },
            rule: rule.clone(),
            target_arn: target.arn.clone(),
            input,
            http: target
                .http_parameters()
                .map(|http| http.filled(taken.value)),
            event: if to_bus {
                Event::Whole(event.clone())
            } else {
                Event::Time {
                    id: event.id.clone(),
                    time_ms: event.time_ms,
                }
            },
            queued_ms: taken.now_ms,
            attempts: 0,
            patience: Patience::new(
                retry.maximum_retry_attempts,
                retry.maximum_event_age_in_seconds,
            ),
            dead_letter: target
                .dead_letter_config
                .as_ref()
                .and_then(|config| config.arn.clone()),
            firing,
        };
        // Of what a backfill brings, the earliest occurrence goes first.
        let backfilled = taken.due_ms.filter(|_| taken.backfill.is_some());
        delivery.put(batch, backfilled.unwrap_or(taken.now_ms))
    }

    async fn firing(
        &self,
        taken: &Taken<'_>,
        target: Option<&Target>,
        outcome: Outcome,
    ) -> Result<Firing, StoreError> {
        Ok(Firing {
            v: first_version(),
            number: self
                .history
                .number(&taken.rule.rule.at.parts(), taken.backfill.is_some())
                .await?,
            at_ms: taken.now_ms,
            event_id: taken.event.id.clone(),
            source: taken.event.source.clone(),
            detail_type: taken.event.detail_type.clone(),
            due_ms: taken.due_ms,
            backfill: taken.backfill.map(str::to_owned),
            target: target.map(|target| FiredTarget {
                id: target.id.clone(),
                arn: target.arn.clone(),
            }),
            outcome,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery;
    use crate::tests::formats::is_read;

    #[test]
    fn deliveries_of_the_first_version_are_read() {
        is_read::<Vec<Delivery>>(include_str!("../../testdata/delivery/v1.json"));
        is_read::<Vec<Delivery>>(include_str!("../../testdata/delivery/v1-http.json"));
    }
}
