//! Follows a group, or one of its streams: what is there, in order of time, then what comes, in the order in which it
//! comes, whatever time it has.
//!
//! Every event has the number that its stream gave it when it came, so what is new is known by its number. Where it lies
//! is known by its time: after what was there, or where the stream's record says that something came late.

use std::{collections::HashMap, sync::Arc};

use aws::{ApiError, Context};
use serde_json::Value;

use crate::{
    Logs,
    api::filter::{OutputEvent, output, parse},
    error,
    events::{Event, Merge, Place, Source, Walk, backward},
    pattern::Pattern,
    records::{self, Late, Stream},
};

/// Events of before that are told at once.
const PAGE: usize = 10_000;
/// What is read backward at once, looking for where new events begin.
const BACK: usize = 1_000;
const BACK_BYTES: usize = 1 << 20;
/// Who comes back is told again what came so shortly before: a commit takes its time.
const OVERLAP_MS: i64 = 10_000;

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TailFrom {
    /// With events of this time, in epoch milliseconds.
    Since(i64),
    /// With what came after a look at this time.
    Looked(i64),
}

/// What one look found.
#[derive(Debug)]
pub struct Looked {
    /// As FilterLogEvents has them.
    pub events: Vec<Value>,
    /// When it was looked, for [`TailFrom::Looked`]; nothing while there is more of before.
    pub at_ms: Option<i64>,
}

/// Follows a group.
pub struct Tail {
    logs: Arc<Logs>,
    context: Context,
    group: String,
    stream: Option<String>,
    pattern: Pattern,
    /// By stream number: how much of it was told, and up to which time it went.
    seen: HashMap<i64, Seen>,
    /// What was there at first and is not told yet.
    before: Option<Merge>,
    /// To be told of what came after this.
    again_from: Option<i64>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    count: u64,
    last_ms: Option<i64>,
}

impl Logs {
    /// Begins to follow a group, or one of its streams, by a filter pattern; an empty one matches all.
    ///
    /// **Errors**: those of FilterLogEvents.
    pub async fn tail(
        self: &Arc<Self>,
        context: Context,
        group: &str,
        stream: Option<&str>,
        pattern: &str,
        from: TailFrom,
    ) -> Result<Tail, ApiError> {
        let mut tail = Tail {
            logs: Arc::clone(self),
            pattern: parse(pattern)?,
            group: group.to_owned(),
            stream: stream.map(str::to_owned),
            seen: HashMap::new(),
            before: None,
            again_from: None,
            context,
        };
        match from {
            TailFrom::Looked(at) => tail.again_from = Some(at.saturating_sub(OVERLAP_MS)),
            TailFrom::Since(since) => {
                let group = records::group(&self.store, &tail.context, group).await?;
                let since = since.max(group.oldest_ms(self.clock.now_ms()));
                let streams = tail.streams().await?;
                let reaches = |stream: &&Stream| stream.last_ms.is_some_and(|last| last >= since);
                let sources = streams.iter().filter(reaches).map(|stream| Source {
                    name: stream.name.clone(),
                    number: stream.number,
                });
                let merge = Merge::new(&self.store, sources.collect(), since, None).await;
                tail.before = Some(merge.map_err(error::failed)?);
                tail.seen = streams.iter().map(seen).collect();
            }
        }
        Ok(tail)
    }
}

impl Tail {
    /// Looks for what is new.
    pub async fn look(&mut self) -> Result<Looked, ApiError> {
        if let Some(mut before) = self.before.take() {
            let (events, more) = self.page(&mut before).await?;
            self.before = more.then_some(before);
            if !events.is_empty() || more {
                return Ok(Looked {
                    events,
                    at_ms: None,
                });
            }
        }
        let at_ms = self.logs.clock.now_ms();
        let mut found: Vec<(String, i64, Event)> = Vec::new();
        let streams = self.streams().await?;
        for stream in &streams {
            let events = match self.again_from {
                Some(bound) => self.arrived_from(stream, bound).await?,
                None => self.arrived(stream).await?,
            };
            let named = |event| (stream.name.clone(), stream.number, event);
            found.extend(events.into_iter().map(named));
        }
        self.again_from = None;
        // Streams that are gone are forgotten with this.
        self.seen = streams.iter().map(seen).collect();
        found.sort_by_key(|(_, number, event)| (event.ingested_ms, *number, event.seq));
        let events = found.into_iter().map(|(name, number, event)| {
            let source = Source { name, number };
            shown(output(&source, event))
        });
        Ok(Looked {
            events: events.collect::<Result<_, _>>()?,
            at_ms: Some(at_ms),
        })
    }

    async fn streams(&self) -> Result<Vec<Stream>, ApiError> {
        let (store, context) = (&self.logs.store, &self.context);
        match &self.stream {
            Some(name) => {
                let (stream, _) = records::stream(store, context, &self.group, name).await?;
                Ok(vec![stream])
            }
            None => {
                records::group(store, context, &self.group).await?;
                records::streams(store, context, &self.group, "").await
            }
        }
    }

    /// Returns the next events of before, and whether there are more.
    async fn page(&self, before: &mut Merge) -> Result<(Vec<Value>, bool), ApiError> {
        let (store, mut events) = (&self.logs.store, Vec::new());
        for _ in 0..PAGE {
            if before.peek(store).await.map_err(error::failed)?.is_none() {
                return Ok((events, false));
            }
            if let Some((source, event)) = before.take()
                // What came since is told as what came.
                && self.seen.get(&source.number).is_some_and(|seen| event.seq < seen.count)
                && self.pattern.matches(&event.message)
            {
                events.push(shown(output(source, event))?);
            }
        }
        Ok((events, true))
    }

    /// Returns what a stream got since it was seen.
    async fn arrived(&self, stream: &Stream) -> Result<Vec<Event>, ApiError> {
        let seen = self.seen.get(&stream.number).copied().unwrap_or_default();
        if stream.count <= seen.count {
            return Ok(Vec::new());
        }
        let late = stream.late.iter().filter(|late| late.seq >= seen.count);
        let from = late.map(|late| late.first_ms).chain(seen.last_ms).min();
        // What came late before the first that is kept is not known any more.
        let known = stream.late.len() < Late::KEPT
            || stream
                .late
                .first()
                .is_some_and(|late| late.seq < seen.count);
        let from = from.filter(|_| known && seen.last_ms.is_some());
        self.walk(stream, from, |event| event.seq >= seen.count)
            .await
    }

    /// Returns what a stream got from a time on.
    async fn arrived_from(&self, stream: &Stream, bound_ms: i64) -> Result<Vec<Event>, ApiError> {
        if stream.ingested_ms.is_none_or(|last| last < bound_ms) {
            return Ok(Vec::new());
        }
        let late = stream.late.iter();
        let late = late.filter(|late| late.ingested_ms >= bound_ms);
        let late = late.map(|late| late.first_ms).min();
        let known = stream.late.len() < Late::KEPT
            || stream
                .late
                .first()
                .is_some_and(|late| late.ingested_ms < bound_ms);
        let from = if known {
            let in_order = self.begin_of(stream, bound_ms).await?;
            late.into_iter().chain(in_order).min()
        } else {
            None
        };
        self.walk(stream, from, |event| event.ingested_ms >= bound_ms)
            .await
    }

    /// Returns the time from which on lies what came in order from `bound_ms` on: before the last event that had come
    /// earlier there is none of it.
    async fn begin_of(&self, stream: &Stream, bound_ms: i64) -> Result<Option<i64>, ApiError> {
        let mut until = Place::at(i64::MAX);
        loop {
            let (store, from) = (&self.logs.store, Place::at(0));
            let found = backward(store, stream.number, from, until, BACK, BACK_BYTES).await;
            let found = found.map_err(error::failed)?;
            let Some(first) = found.first() else {
                return Ok(stream.first_ms);
            };
            let earlier = found.iter().rev();
            let mut earlier = earlier.filter(|event| event.ingested_ms < bound_ms);
            if let Some(event) = earlier.next() {
                return Ok(Some(event.ms));
            }
            until = first.place();
        }
    }

    /// Returns those events of a time and later that are new and match, as far as the stream's record knows of them.
    async fn walk(
        &self,
        stream: &Stream,
        from_ms: Option<i64>,
        is_new: impl Fn(&Event) -> bool,
    ) -> Result<Vec<Event>, ApiError> {
        let from = Place::at(from_ms.unwrap_or_default());
        let (mut walk, mut found) = (Walk::new(stream.number, from), Vec::new());
        let store = &self.logs.store;
        while walk.peek(store).await.map_err(error::failed)?.is_some() {
            found.extend(walk.take().filter(|event| {
                event.seq < stream.count && is_new(event) && self.pattern.matches(&event.message)
            }));
        }
        Ok(found)
    }
}

fn seen(stream: &Stream) -> (i64, Seen) {
    let (count, last_ms) = (stream.count, stream.last_ms);
    (stream.number, Seen { count, last_ms })
}

fn shown(event: OutputEvent) -> Result<Value, ApiError> {
    serde_json::to_value(event).map_err(ApiError::internal)
}

#[cfg(test)]
mod tests;
