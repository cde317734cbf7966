//! `/_taxiway/stream/logs`: the log events of a stream or a whole group, as they come.
//!
//! What `logs` hands in knows what came late, with an earlier time, as well, and where to go on after a lost connection.

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
    tail: Box<dyn LogTail>,
    /// There is more of before.
    more: bool,
    /// To be told before anything else.
    first: Option<Vec<Message>>,
}

/// Answers `GET /_taxiway/stream/logs?group=…&stream=…&filter=…&after=…&since=MS&tail=N`.
pub(crate) async fn answer(insight: &Arc<Insight>, ask: Ask) -> Result<Response<Body>, ApiError> {
    let of = Followed {
        group: ask.needed("group")?.to_owned(),
        stream: ask.given("stream").map(str::to_owned),
        pattern: ask.given("filter").unwrap_or_default().to_owned(),
    };
    let from = from(insight, &ask, &of)?;
    may(insight, &ask, &of).await?;
    let context = ask.context.clone();
    let mut follower = Follower {
        tail: insight.services.tail(context, of, from).await?,
        more: false,
        first: None,
    };
    // At once, so that a group or a stream that is not there is an answer and not a stream.
    let first = follower.look().await?;
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

/// Where is begun: where the client left off, else with a stream's newest events or a group's of the last minutes.
fn from(insight: &Insight, ask: &Ask, of: &Followed) -> Result<TailFrom, ApiError> {
    let last = ask.parts.headers.get("last-event-id");
    let last = last
        .and_then(|last| last.to_str().ok())
        .filter(|last| !last.is_empty());
    let newest = ask.number("tail", TAIL, MOST)?;
    let default = insight.clock.now_ms() - SINCE_MS;
    let since = ask.number("since", u64::try_from(default).unwrap_or(0), u64::MAX / 4)?;
    Ok(match last.or(ask.given("after")) {
        Some(cursor) => TailFrom::Cursor(cursor.to_owned()),
        None if of.stream.is_some() && ask.given("filter").is_none() => {
            TailFrom::Newest(usize::try_from(newest).unwrap_or(usize::MAX))
        }
        None => TailFrom::Since(i64::try_from(since).unwrap_or(default)),
    })
}

/// Asks the service in the caller's name, so that what it refuses is refused, in its words.
async fn may(insight: &Insight, ask: &Ask, of: &Followed) -> Result<(), ApiError> {
    let mut input = json!({"logGroupName": of.group, "filterPattern": of.pattern, "limit": 1});
    if let Some(stream) = &of.stream {
        input["logStreamNames"] = json!([stream]);
    }
    input["startTime"] = insight.clock.now_ms().into();
    let asked = ask.call(&*insight.door, "logs", "FilterLogEvents", input);
    asked.await.map(|_| ())
}

impl Follower {
    async fn next(&mut self) -> Result<Vec<Message>, ApiError> {
        if let Some(first) = self.first.take().filter(|first| !first.is_empty()) {
            return Ok(first);
        }
        loop {
            let messages = self.look().await?;
            if !messages.is_empty() {
                return Ok(messages);
            }
            if !self.more {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Looks once.
    async fn look(&mut self) -> Result<Vec<Message>, ApiError> {
        let looked = self.tail.look().await?;
        self.more = looked.cursor.is_none();
        let mut messages: Vec<Message> = looked.events.iter().map(message).collect();
        // Within what one look found there is no place to come back to.
        if let Some(last) = messages.last_mut() {
            last.id = looked.cursor;
        }
        Ok(messages)
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
