//! `/_taxiway/stream/logs`: the log events of a stream or a whole group, as they come.
//!
//! One stream is followed by GetLogEvents and its forward token, which says exactly where to go on. A group, or a
//! filter, is followed by FilterLogEvents from the time of the last event told; what came late, with an earlier time, is
//! not told.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use aws::{ApiError, Body};
use futures::StreamExt;
use http::Response;
use serde_json::{Value, json};

use crate::{
    Insight,
    web::{Ask, Message},
};

/// How often is asked again where nothing was new; only while somebody looks.
const LOOK: Duration = Duration::from_millis(500);
/// Events at first, the newest, and at once later.
const TAIL: u64 = 1_000;
const MOST: u64 = 10_000;
/// How far back a group's events are told at first.
const SINCE_MS: i64 = 10 * 60_000;

struct Follower {
    insight: Arc<Insight>,
    ask: Ask,
    group: String,
    way: Way,
    /// To be told before anything else.
    first: Option<Vec<Message>>,
}

enum Way {
    Stream {
        name: String,
        token: String,
    },
    Filter {
        stream: Option<String>,
        pattern: Option<String>,
        /// What is asked for begins here; the same for all pages of one answer.
        from_ms: i64,
        /// The time of the last event told.
        last_ms: i64,
        /// Events of just that time that were told.
        told: BTreeSet<String>,
        /// As many of them, where a client came back with a cursor.
        skip: usize,
        page: Option<String>,
    },
}

/// Answers `GET /_taxiway/stream/logs?group=…&stream=…&filter=…&after=…&since=MS&tail=N`.
pub(crate) async fn answer(insight: &Arc<Insight>, ask: Ask) -> Result<Response<Body>, ApiError> {
    let group = ask.needed("group")?.to_owned();
    let stream = ask.given("stream").map(str::to_owned);
    let pattern = ask.given("filter").map(str::to_owned);
    let tail = ask.number("tail", TAIL, MOST)?;
    let last = ask.parts.headers.get("last-event-id");
    let last = last
        .and_then(|last| last.to_str().ok())
        .filter(|last| !last.is_empty());
    let after = last.or(ask.given("after")).map(str::to_owned);
    let way = match (stream, pattern, after) {
        (Some(name), None, after) => Way::Stream {
            name,
            token: after.unwrap_or_default(),
        },
        (stream, pattern, after) => {
            let default = insight.clock.now_ms() - SINCE_MS;
            let since = ask.number("since", u64::try_from(default).unwrap_or(0), u64::MAX / 4)?;
            let since = i64::try_from(since).unwrap_or(default);
            let (from_ms, skip) = match after {
                None => (since, 0),
                Some(text) => cursor(&text).ok_or_else(|| {
                    ApiError::new(
                        "InvalidParameter",
                        "The cursor is not one of this server's.",
                    )
                })?,
            };
            Way::Filter {
                stream,
                pattern,
                from_ms,
                last_ms: from_ms,
                told: BTreeSet::new(),
                skip,
                page: None,
            }
        }
    };
    let mut follower = Follower {
        insight: Arc::clone(insight),
        ask,
        group,
        way,
        first: None,
    };
    // At once, so that a group or a stream that is not there is an answer and not a stream.
    let first = follower.look(tail).await?;
    follower.first = Some(first);
    let messages = futures::stream::unfold(follower, |mut follower| async move {
        match follower.next().await {
            Ok(messages) => Some((messages, follower)),
            Err(error) => {
                // The client comes back with the last id that it saw.
                tracing::info!(%error, "a stream of log events ended");
                None
            }
        }
    });
    insight.streams.answer(messages.boxed())
}

/// Reads "MS~N": the time of the last event told, and how many of that time were.
fn cursor(text: &str) -> Option<(i64, usize)> {
    let (ms, count) = text.split_once('~')?;
    Some((ms.parse().ok()?, count.parse().ok()?))
}

impl Follower {
    async fn next(&mut self) -> Result<Vec<Message>, ApiError> {
        if let Some(first) = self.first.take().filter(|first| !first.is_empty()) {
            return Ok(first);
        }
        loop {
            let messages = self.look(MOST).await?;
            if !messages.is_empty() {
                return Ok(messages);
            }
            let more = matches!(&self.way, Way::Filter { page: Some(_), .. });
            if !more {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Asks once.
    async fn look(&mut self, limit: u64) -> Result<Vec<Message>, ApiError> {
        let door = &*self.insight.door;
        match &mut self.way {
            Way::Stream { name, token } => {
                let mut input = json!({
                    "logGroupName": self.group, "logStreamName": name, "limit": limit,
                });
                if token.is_empty() {
                    input["startFromHead"] = false.into();
                } else {
                    input["nextToken"] = token.as_str().into();
                }
                let mut answer = self.ask.call(door, "logs", "GetLogEvents", input).await?;
                if let Some(next) = answer["nextForwardToken"].as_str() {
                    next.clone_into(token);
                }
                let events = answer["events"].take();
                let mut messages: Vec<Message> =
                    list(events).map(|event| message(&event)).collect();
                // Within a page there is no place to come back to.
                if let Some(last) = messages.last_mut() {
                    last.id = Some(token.clone());
                }
                Ok(messages)
            }
            Way::Filter {
                stream,
                pattern,
                from_ms,
                last_ms,
                told,
                skip,
                page,
            } => {
                let mut input = json!({
                    "logGroupName": self.group, "startTime": from_ms, "limit": limit,
                });
                if let Some(stream) = stream {
                    input["logStreamNames"] = json!([stream]);
                }
                if let Some(pattern) = pattern {
                    input["filterPattern"] = pattern.as_str().into();
                }
                if let Some(page) = page {
                    input["nextToken"] = page.as_str().into();
                }
                let mut answer = self
                    .ask
                    .call(door, "logs", "FilterLogEvents", input)
                    .await?;
                *page = answer["nextToken"].as_str().map(str::to_owned);
                let mut messages = Vec::new();
                for event in list(answer["events"].take()) {
                    let at = event["timestamp"].as_i64().unwrap_or_default();
                    let id = event["eventId"].as_str().unwrap_or_default().to_owned();
                    if at < *last_ms || told.contains(&id) {
                        continue;
                    }
                    if at > *last_ms {
                        *last_ms = at;
                        told.clear();
                        *skip = 0;
                    }
                    told.insert(id);
                    if *skip > 0 {
                        *skip -= 1;
                        continue;
                    }
                    messages.push(Message {
                        id: Some(format!("{at}~{}", told.len())),
                        ..message(&event)
                    });
                }
                // A page's token belongs to the start that it was given for.
                if page.is_none() {
                    *from_ms = *last_ms;
                }
                Ok(messages)
            }
        }
    }
}

fn list(value: Value) -> impl Iterator<Item = Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
    .into_iter()
}

fn message(event: &Value) -> Message {
    Message {
        id: None,
        event: None,
        data: event.to_string(),
    }
}

#[cfg(test)]
mod tests;
