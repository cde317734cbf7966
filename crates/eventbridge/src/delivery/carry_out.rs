//! Carrying deliveries out: a Call to the target's service, retried with growing pauses.

use std::{sync::Arc, time::Duration};

use aws::{ApiError, Call, Invoke, Principal};
use serde_json::{Value, json};
use store::{Batch, BusEvent, StoreError, Timer};

use super::queue::{BACKFILLED, DELIVERIES, Delivery, Event};
use crate::{
    EventBridge,
    destinations::Delivered,
    due,
    firing::Outcome,
    id,
    retry::{self, Verdict},
    rules::{Arn, BusRef, Destination},
};

/// How long a target may take to answer one attempt.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// What an attempt came to.
enum Attempt {
    Done(String),
    /// Done by the commit that ends the delivery.
    Publish(Box<BusEvent>),
    /// May do better later, at the earliest in so many milliseconds.
    Again(String, i64),
    /// Not tried: it is not its turn before then.
    Later(i64),
    /// Will do no better.
    Refused(String),
}

impl EventBridge {
    /// Carries out all deliveries that are due and returns when the next one is.
    pub async fn deliver_due(&self) -> Result<Option<i64>, StoreError> {
        self.deliver_of(DELIVERIES).await
    }

    /// The same for what backfills have brought, which holds no other event up.
    pub async fn deliver_backfilled(&self) -> Result<Option<i64>, StoreError> {
        self.deliver_of(BACKFILLED).await
    }

    async fn deliver_of(&self, queue: &'static str) -> Result<Option<i64>, StoreError> {
        let each = |timer| self.deliver(queue, timer);
        due::carry_out(&self.store, &*self.clock, queue, each).await
    }

    /// A crash before the commit: the attempt is made again, under the same name.
    async fn deliver(&self, queue: &'static str, timer: Timer) -> Result<(), StoreError> {
        let mut delivery = match serde_json::from_slice::<Delivery>(&timer.payload) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(%error, key = ?timer.key, "a delivery cannot be read and is dropped");
                let mut batch = Batch::new();
                batch.clear_timer(queue, timer.key.clone());
                return self.store.commit(batch).await;
            }
        };
        let attempt = match tokio::time::timeout(ANSWER_WITHIN, self.attempt(&delivery)).await {
            Ok(attempt) => attempt,
            Err(_) => Attempt::Again(format!("no answer within {} s", ANSWER_WITHIN.as_secs()), 0),
        };
        delivery.attempts += 1;
        let attempts = delivery.attempts;
        let mut batch = Batch::new();
        let outcome = match attempt {
            Attempt::Done(result) => Outcome::Delivered { attempts, result },
            Attempt::Publish(event) => {
                let result = event.id.clone();
                batch.publish(*event);
                Outcome::Delivered { attempts, result }
            }
            Attempt::Again(error, after_ms) => self.after_failure(&delivery, error, after_ms),
            Attempt::Later(due_ms) if !delivery.patience.covers(delivery.queued_ms, due_ms) => {
                given_up(
                    &delivery,
                    "the event grew too old while it waited for its turn".into(),
                )
            }
            Attempt::Later(due_ms) => {
                // Nothing was attempted.
                delivery.attempts -= 1;
                delivery.put(&mut batch, due_ms)?;
                return self.store.commit(batch).await;
            }
            Attempt::Refused(error) => given_up(&delivery, error),
        };
        tracing::debug!(
            rule = delivery.rule.name,
            target = delivery.target_arn,
            ?outcome,
            "delivery"
        );
        metrics::counter!("taxiway_deliveries_total", "outcome" => outcome.name()).increment(1);
        delivery.firing.outcome = outcome;
        match &delivery.firing.outcome {
            Outcome::Retrying { next_ms, .. } => delivery.put(&mut batch, *next_ms)?,
            _ => {
                batch.clear_timer(queue, timer.key.clone());
            }
        }
        // A rule that is gone has no record any more.
        if self.index.get(&delivery.rule).is_some() {
            self.history
                .put(&mut batch, &delivery.rule.parts(), &delivery.firing)?;
        }
        self.store.commit(batch).await
    }

    fn after_failure(&self, delivery: &Delivery, error: String, after_ms: i64) -> Outcome {
        let (attempts, now) = (delivery.attempts, self.clock.now_ms());
        match delivery
            .patience
            .judge(&delivery.id, attempts, delivery.queued_ms, now, after_ms)
        {
            Verdict::GiveUp { why } => {
                given_up(delivery, format!("{why}; the last attempt: {error}"))
            }
            Verdict::Again { next_ms } => Outcome::Retrying {
                attempts,
                error,
                next_ms,
            },
        }
    }

    async fn attempt(&self, delivery: &Delivery) -> Attempt {
        let Some(arn) = Arn::parse(&delivery.target_arn) else {
            return Attempt::Refused(format!("{} is no ARN", delivery.target_arn));
        };
        match Destination::of(&arn) {
            Destination::StateMachine { account, region } => {
                self.start_execution(delivery, &account, &region).await
            }
            Destination::LogGroup {
                account,
                region,
                name,
            } => {
                let log = Log {
                    door: Arc::clone(&self.door),
                    principal: Principal::root(&account, &region),
                    group: &name,
                    stream: id::derived(&[&delivery.rule.arn(), &delivery.target_arn]),
                };
                log.write(delivery).await
            }
            Destination::Bus(bus) => forward(delivery, &bus),
            Destination::Endpoint => self.send_request(delivery).await,
            Destination::Unsupported { what } => {
                Attempt::Refused(format!("nothing here delivers to {what} targets"))
            }
        }
    }

    async fn send_request(&self, delivery: &Delivery) -> Attempt {
        let parameters = delivery.http.clone().unwrap_or_default();
        let (arn, id) = (&delivery.target_arn, &delivery.id);
        match self.request_of(arn, id, &delivery.input, &parameters).await {
            Delivered::Done(status) => Attempt::Done(status),
            Delivered::Later { due_ms } => Attempt::Later(due_ms),
            Delivered::Again { why, after_ms } => Attempt::Again(why, after_ms),
            Delivered::Refused(why) => Attempt::Refused(why),
        }
    }

    /// Starts the execution under a name that this event has at this target: a second start of it is none.
    async fn start_execution(&self, delivery: &Delivery, account: &str, region: &str) -> Attempt {
        let event_id = match &delivery.event {
            Event::Time { id, .. } => id,
            Event::Whole(event) => &event.id,
        };
        let name = if event_id.len() == 36 {
            format!("{event_id}_{}", delivery.id)
        } else {
            delivery.id.clone()
        };
        let input =
            json!({"stateMachineArn": delivery.target_arn, "name": name, "input": delivery.input});
        let started = self
            .door
            .call(call(
                "states",
                "StartExecution",
                Principal::root(account, region),
                input,
            ))
            .await;
        match started {
            Ok(output) => {
                Attempt::Done(output["executionArn"].as_str().unwrap_or(&name).to_owned())
            }
            Err(error) if error.code == "ExecutionAlreadyExists" => Attempt::Done(name),
            Err(error) => failed(&error),
        }
    }
}

/// A log group as a target. Each rule and target has a stream of its own in it.
struct Log<'a> {
    door: Arc<dyn Invoke>,
    principal: Principal,
    group: &'a str,
    stream: String,
}

impl Log<'_> {
    async fn write(&self, delivery: &Delivery) -> Attempt {
        let timestamp = match &delivery.event {
            // CloudWatch Logs takes nothing that is older than two weeks.
            Event::Time { .. } if delivery.firing.backfill.is_some() => delivery.queued_ms,
            Event::Time { time_ms, .. } => *time_ms,
            Event::Whole(event) => event.time_ms,
        };
        let input = json!({"logGroupName": self.group, "logStreamName": self.stream,
            "logEvents": [{"timestamp": timestamp, "message": delivery.input}]});
        let mut written = self.call("PutLogEvents", input.clone()).await;
        if written
            .as_ref()
            .is_err_and(|error| error.code == "ResourceNotFoundException")
        {
            let stream = json!({"logGroupName": self.group, "logStreamName": self.stream});
            match self.call("CreateLogStream", stream).await {
                Err(error) if error.code != "ResourceAlreadyExistsException" => {
                    return failed(&error);
                }
                _ => written = self.call("PutLogEvents", input).await,
            }
        }
        match written {
            Ok(_) => Attempt::Done(format!("{}:{}", self.group, self.stream)),
            Err(error) => failed(&error),
        }
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let call = call("logs", operation, self.principal.clone(), input);
        self.door.call(call).await
    }
}

/// Returns a Call that a service makes for an account.
pub(crate) fn call(service: &str, operation: &str, principal: Principal, input: Value) -> Call {
    Call {
        service: service.into(),
        operation: operation.into(),
        input,
        principal,
        request_id: id::new_id().into(),
    }
}

/// The event for another bus: the same, under an id of its own that a repetition gives again.
fn forward(delivery: &Delivery, bus: &BusRef) -> Attempt {
    let Event::Whole(event) = &delivery.event else {
        return Attempt::Refused("the event was not kept for a bus".into());
    };
    let here = bus.account == event.account && bus.region == event.region;
    Attempt::Publish(Box::new(BusEvent {
        id: delivery.id.clone(),
        bus: if here { bus.name.clone() } else { bus.arn() },
        ..event.clone()
    }))
}

fn failed(error: &ApiError) -> Attempt {
    if retry::passes(error) {
        Attempt::Again(error.to_string(), 0)
    } else {
        Attempt::Refused(error.to_string())
    }
}

fn given_up(delivery: &Delivery, error: String) -> Outcome {
    let attempts = delivery.attempts;
    tracing::warn!(
        rule = delivery.rule.name,
        target = delivery.target_arn,
        attempts,
        error,
        "not delivered"
    );
    let error = match &delivery.dead_letter {
        Some(queue) => {
            format!("{error}; the dead-letter queue {queue} was not written: there is no SQS here")
        }
        None => error,
    };
    Outcome::Failed { attempts, error }
}
