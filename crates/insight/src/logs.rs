//! `/_taxiway/stream/logs`: the log events of a stream or a whole group, as they come.
//!
//! One stream is followed by GetLogEvents and its forward token, which says exactly where to go on. A group, or a
//! filter, is followed by what `logs` hands in, which knows what came late, with an earlier time, as well.

use std::{sync::Arc, time::Duration};

use aws::{ApiError, Body};
use futures::StreamExt;
use http::Response;
use serde_json::{Value, json};

use crate::{
    Followed, Insight, LogTail, TailFrom,
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
    way: Way,
    /// To be told before anything else.
    first: Option<Vec<Message>>,
}

enum Way {
    Stream {
        group: String,
        name: String,
        token: String,
    },
    Tail {
        tail: Box<dyn LogTail>,
        /// There is more of before.
        more: bool,
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
            group,
            name,
            token: after.unwrap_or_default(),
        },
        (stream, pattern, after) => {
            let of = Followed {
                group,
                stream,
                pattern: pattern.unwrap_or_default(),
            };
            begin(insight, &ask, of, after.as_deref()).await?
        }
    };
    let mut follower = Follower {
        insight: Arc::clone(insight),
        ask,
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

async fn begin(
    insight: &Insight,
    ask: &Ask,
    of: Followed,
    after: Option<&str>,
) -> Result<Way, ApiError> {
    let default = insight.clock.now_ms() - SINCE_MS;
    let since = ask.number("since", u64::try_from(default).unwrap_or(0), u64::MAX / 4)?;
    let from = match after {
        None => TailFrom::Since(i64::try_from(since).unwrap_or(default)),
        Some(text) => TailFrom::Looked(cursor(text).ok_or_else(|| {
            let message = "The cursor is not one of this server's.";
            ApiError::new("InvalidParameter", message)
        })?),
    };
    // In the caller's name, and in the service's words where it is refused.
    let mut input = json!({"logGroupName": of.group, "filterPattern": of.pattern, "limit": 1});
    if let Some(stream) = &of.stream {
        input["logStreamNames"] = json!([stream]);
    }
    input["startTime"] = insight.clock.now_ms().into();
    ask.call(&*insight.door, "logs", "FilterLogEvents", input)
        .await?;
    let context = ask.context.clone();
    let tail = insight.services.tail(context, of, from).await?;
    Ok(Way::Tail { tail, more: false })
}

/// Reads "@MS": when it was looked last.
fn cursor(text: &str) -> Option<i64> {
    text.strip_prefix('@')?.parse().ok()
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
            if !matches!(&self.way, Way::Tail { more: true, .. }) {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Asks once.
    async fn look(&mut self, limit: u64) -> Result<Vec<Message>, ApiError> {
        let door = &*self.insight.door;
        let (events, at) = match &mut self.way {
            Way::Stream { group, name, token } => {
                let mut input = json!({
                    "logGroupName": group, "logStreamName": name, "limit": limit,
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
                (list(answer["events"].take()), Some(token.clone()))
            }
            Way::Tail { tail, more } => {
                let looked = tail.look().await?;
                *more = looked.at_ms.is_none();
                (looked.events, looked.at_ms.map(|ms| format!("@{ms}")))
            }
        };
        let mut messages: Vec<Message> = events.iter().map(message).collect();
        // Within what one look found there is no place to come back to.
        if let Some(last) = messages.last_mut() {
            last.id = at;
        }
        Ok(messages)
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
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
