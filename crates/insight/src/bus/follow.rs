//! Follows the buses.

use std::sync::Arc;

use aws::{ApiError, Body};
use futures::{FutureExt, StreamExt, future::select_all};
use http::Response;
use serde::Serialize;
use serde_json::{json, value::RawValue};
use store::{BusEvent, Store, StoreError};
use tokio::sync::watch;

use super::Place;
use crate::{
    Insight, time,
    web::{Ask, Message},
};

/// Events that are read at once.
const EVENTS_AT_ONCE: usize = 256;

/// An event as the console gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    id: &'a str,
    time: String,
    source: &'a str,
    detail_type: &'a str,
    resources: &'a [String],
    detail: Option<Box<RawValue>>,
    bus: &'a str,
    internal: bool,
}

/// One bus and how far it has been read.
struct Bus {
    name: &'static str,
    store: Store,
    newest: watch::Receiver<u64>,
    seen: u64,
}

struct Follower {
    buses: Vec<Bus>,
    account: Arc<str>,
    region: Arc<str>,
    /// To be told before anything else: where this begins.
    hello: Option<Message>,
}

/// Answers `GET /_taxiway/events`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let last = ask.parts.headers.get("last-event-id");
    let last = last.and_then(|id| id.to_str().ok());
    let after = last.filter(|id| !id.is_empty()).or(ask.given("after"));
    let after = match after {
        None => None,
        Some(text) => Some(Place::parse(text).ok_or_else(|| {
            ApiError::new(
                "InvalidParameter",
                "The cursor is not one of this server's.",
            )
        })?),
    };
    let principal = &ask.context.principal;
    let follower = Follower::begin(
        &insight.buses,
        after.as_ref(),
        (
            Arc::clone(&principal.account),
            Arc::clone(&principal.region),
        ),
    );
    let messages = futures::stream::unfold(follower, |mut follower| async move {
        match follower.next().await {
            Ok(messages) => Some((messages, follower)),
            Err(error) => {
                // The client comes back with its cursor.
                tracing::warn!(%error, "a stream of events ended");
                None
            }
        }
    });
    insight.streams.answer(messages.boxed())
}

impl Follower {
    fn begin(
        buses: &[(&'static str, Store)],
        after: Option<&Place>,
        (account, region): (Arc<str>, Arc<str>),
    ) -> Self {
        let mut lost = false;
        let buses = buses
            .iter()
            .map(|(name, store)| {
                let newest = store.bus_watch();
                let position = *newest.borrow();
                let asked = after.and_then(|after| after.of(name));
                // Beyond the newest: of another data folder.
                lost |= asked.is_some_and(|asked| asked > position);
                Bus {
                    name,
                    store: store.clone(),
                    newest,
                    seen: asked.map_or(position, |asked| asked.min(position)),
                }
            })
            .collect();
        let mut follower = Self {
            buses,
            account,
            region,
            hello: None,
        };
        let cursor = follower.place();
        let mut said = json!({"cursor": cursor});
        if lost {
            said["reset"] = true.into();
        }
        follower.hello = Some(Message {
            id: Some(cursor),
            event: Some("hello"),
            data: said.to_string(),
        });
        follower
    }

    fn place(&self) -> String {
        Place::text(self.buses.iter().map(|bus| (bus.name, bus.seen)))
    }

    /// Waits for what comes next.
    async fn next(&mut self) -> Result<Vec<Message>, StoreError> {
        if let Some(hello) = self.hello.take() {
            return Ok(vec![hello]);
        }
        loop {
            for at in 0..self.buses.len() {
                let messages = self.read(at).await?;
                if !messages.is_empty() {
                    return Ok(messages);
                }
            }
            let changes = self.buses.iter_mut().map(|bus| {
                let seen = bus.seen;
                async move { bus.newest.wait_for(|newest| *newest > seen).await.map(drop) }.boxed()
            });
            if select_all(changes).await.0.is_err() {
                // The store is closed, and with it the server.
                return Err(StoreError::Failed {
                    what: "the store has been closed".into(),
                });
            }
        }
    }

    /// Reads on one bus up to the first events that are for this follower.
    async fn read(&mut self, at: usize) -> Result<Vec<Message>, StoreError> {
        loop {
            let bus = &self.buses[at];
            if *bus.newest.borrow() <= bus.seen {
                return Ok(Vec::new());
            }
            let events = bus.store.bus_after(bus.seen, EVENTS_AT_ONCE).await?;
            let Some((last, _)) = events.last() else {
                return Ok(Vec::new());
            };
            let last = *last;
            let mut messages = Vec::new();
            for (position, event) in &events {
                self.buses[at].seen = *position;
                if *event.account == *self.account && *event.region == *self.region {
                    messages.push(Message {
                        id: Some(self.place()),
                        event: None,
                        data: shown(event),
                    });
                }
            }
            self.buses[at].seen = last;
            if !messages.is_empty() {
                return Ok(messages);
            }
        }
    }
}

fn shown(event: &BusEvent) -> String {
    let shown = Shown {
        id: &event.id,
        time: time::text(event.time_ms),
        source: &event.source,
        detail_type: &event.detail_type,
        resources: &event.resources,
        detail: one_line(&event.detail),
        bus: &event.bus,
        internal: event.internal,
    };
    // Text and JSON alone, which serialize.
    serde_json::to_string(&shown).unwrap_or_default()
}

/// Returns JSON as it stands, or on one line where somebody has formatted it: a message's data has no line breaks.
fn one_line(json: &str) -> Option<Box<RawValue>> {
    let raw: Box<RawValue> = serde_json::from_str(json).ok()?;
    if !raw.get().contains(['\n', '\r']) {
        return Some(raw);
    }
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    RawValue::from_string(value.to_string()).ok()
}
