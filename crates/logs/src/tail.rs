//! Follows a group, or one of its streams: what is there, in order of time, then what comes, in the order in which it
//! comes, whatever time it has.
//!
//! Every event has the number that its stream gave it when it came, so what is new is known by its number. Where it lies
//! is known by its time: after what was there, or where the stream's record says that something came late.

mod cursor;

use std::{collections::HashMap, sync::Arc};

use aws::{ApiError, Context};
use serde_json::Value;

use self::cursor::Cursor;
use crate::{
    Logs,
    api::{
        filter::{OutputEvent, output, parse},
        get::{PAGE_BYTES, gap_ahead},
    },
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailFrom {
    /// With events of this time, in epoch milliseconds.
    Since(i64),
    /// With so many of a stream's newest events.
    Newest(usize),
    /// With what came after a look: its [`Looked::cursor`]. Or with what lies behind a page of GetLogEvents: its
    /// `nextForwardToken`.
    Cursor(String),
}

/// What one look found.
#[derive(Debug)]
pub struct Looked {
    /// As FilterLogEvents has them.
    pub events: Vec<Value>,
    /// Where to go on, for [`TailFrom::Cursor`]; nothing while there is more of before.
    pub cursor: Option<String>,
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
    before: Option<Before>,
    /// To be told of what came after this.
    again_from: Option<Cursor>,
}

enum Before {
    /// From a place on, in order of time.
    Merged(Merge),
    /// The newest of one stream.
    Newest(Source, Vec<Event>),
}

/// What is new of a stream.
#[derive(Clone, Copy)]
enum New {
    /// Events from this number on.
    Number(u64),
    /// Events that came at this time or later.
    Ingested(i64),
}

impl New {
    fn any_in(self, stream: &Stream) -> bool {
        match self {
            Self::Number(count) => stream.count > count,
            Self::Ingested(ms) => stream.ingested_ms.is_some_and(|last| last >= ms),
        }
    }

    fn has(self, seq: u64, ingested_ms: i64) -> bool {
        match self {
            Self::Number(count) => seq >= count,
            Self::Ingested(ms) => ingested_ms >= ms,
        }
    }
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
            TailFrom::Cursor(cursor) => match gap_ahead(&cursor) {
                Some(gap) => tail.begin_behind(gap).await?,
                None => {
                    tail.streams().await?;
                    tail.again_from = Some(cursor.parse()?);
                }
            },
            TailFrom::Since(since) => tail.begin_since(since).await?,
            TailFrom::Newest(count) => tail.begin_newest(count).await?,
        }
        Ok(tail)
    }
}

impl Tail {
    async fn begin_since(&mut self, since: i64) -> Result<(), ApiError> {
        let since = since.max(self.oldest_ms().await?);
        let streams = self.streams().await?;
        let reaches = |stream: &&Stream| stream.last_ms.is_some_and(|last| last >= since);
        let sources = streams.iter().filter(reaches).map(source);
        let merge = Merge::new(&self.logs.store, sources.collect(), since, None).await;
        self.before = Some(Before::Merged(merge.map_err(error::failed)?));
        self.seen = streams.iter().map(seen).collect();
        Ok(())
    }

    async fn begin_behind(&mut self, gap: Place) -> Result<(), ApiError> {
        let oldest_ms = self.oldest_ms().await?;
        let streams = self.streams().await?;
        let [stream] = streams.as_slice() else {
            return Err(error::invalid("The cursor is that of one stream."));
        };
        let last = gap.seq.checked_sub(1);
        let last = last.map(|seq| (gap.ms, stream.number, seq));
        let from_ms = gap.ms.max(oldest_ms);
        let merge = Merge::new(&self.logs.store, vec![source(stream)], from_ms, last).await;
        self.before = Some(Before::Merged(merge.map_err(error::failed)?));
        self.seen = streams.iter().map(seen).collect();
        Ok(())
    }

    async fn begin_newest(&mut self, count: usize) -> Result<(), ApiError> {
        let oldest = Place::at(self.oldest_ms().await?);
        let streams = self.streams().await?;
        let [stream] = streams.as_slice() else {
            return Err(error::invalid("The newest events are those of one stream."));
        };
        let (store, end) = (&self.logs.store, Place::at(i64::MAX));
        let newest = backward(store, stream.number, oldest, end, count, PAGE_BYTES).await;
        let newest = newest.map_err(error::failed)?;
        self.before = Some(Before::Newest(source(stream), newest));
        self.seen = streams.iter().map(seen).collect();
        Ok(())
    }

    async fn oldest_ms(&self) -> Result<i64, ApiError> {
        let group = records::group(&self.logs.store, &self.context, &self.group).await?;
        Ok(group.oldest_ms(self.logs.clock.now_ms()))
    }
}

impl Tail {
    /// Looks for what is new.
    pub async fn look(&mut self) -> Result<Looked, ApiError> {
        match self.before.take() {
            Some(Before::Merged(mut merge)) => {
                let (events, more) = self.page(&mut merge).await?;
                self.before = more.then_some(Before::Merged(merge));
                if !events.is_empty() || more {
                    return Ok(Looked {
                        events,
                        cursor: None,
                    });
                }
            }
            Some(Before::Newest(source, events)) => {
                let events = events.into_iter();
                let events = events.filter(|event| self.was_there(&source, event));
                let events = events.map(|event| shown(output(&source, event)));
                return Ok(Looked {
                    events: events.collect::<Result<_, _>>()?,
                    cursor: Some(self.cursor(0).to_string()),
                });
            }
            None => {}
        }
        let at_ms = self.logs.clock.now_ms();
        let mut found: Vec<(String, i64, Event)> = Vec::new();
        let streams = self.streams().await?;
        for stream in &streams {
            let (new, last_ms) = self.new_of(stream);
            let events = self.arrived(stream, new, last_ms).await?;
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
            cursor: Some(self.cursor(at_ms).to_string()),
        })
    }

    /// Returns where to go on after a look: in one stream exactly behind what was seen of it.
    fn cursor(&self, at_ms: i64) -> Cursor {
        match (&self.stream, self.seen.iter().next()) {
            (Some(_), Some((stream, seen))) => Cursor::Seen {
                stream: *stream,
                count: seen.count,
            },
            _ => Cursor::Looked(at_ms),
        }
    }

    /// Tells whether an event was there at first, and matches: what came since is told as what came.
    fn was_there(&self, source: &Source, event: &Event) -> bool {
        self.seen
            .get(&source.number)
            .is_some_and(|seen| event.seq < seen.count)
            && self.pattern.matches(&event.message)
    }

    /// Returns what of a stream is to be told, and up to which time it was seen, where that is known.
    fn new_of(&self, stream: &Stream) -> (New, Option<i64>) {
        match &self.again_from {
            Some(Cursor::Looked(at)) => (New::Ingested(at.saturating_sub(OVERLAP_MS)), None),
            Some(Cursor::Seen { stream: of, count }) if *of == stream.number => {
                (New::Number(*count), None)
            }
            Some(Cursor::Seen { .. }) => (New::Number(0), None),
            None => {
                let seen = self.seen.get(&stream.number).copied().unwrap_or_default();
                (New::Number(seen.count), seen.last_ms)
            }
        }
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
                && self.was_there(source, &event)
            {
                events.push(shown(output(source, event))?);
            }
        }
        Ok((events, true))
    }

    /// Returns what is new of a stream.
    async fn arrived(
        &self,
        stream: &Stream,
        new: New,
        last_ms: Option<i64>,
    ) -> Result<Vec<Event>, ApiError> {
        if !new.any_in(stream) {
            return Ok(Vec::new());
        }
        let is_new = |late: &&Late| new.has(late.seq, late.ingested_ms);
        // What came late before the first that is kept is not known any more.
        let known = stream.late.len() < Late::KEPT
            || stream.late.first().is_some_and(|late| !is_new(&late));
        let from = if known {
            let late = stream.late.iter().filter(is_new);
            let in_order = match last_ms {
                Some(last) => Some(last),
                None => self.begin_of(stream, new).await?,
            };
            late.map(|late| late.first_ms).chain(in_order).min()
        } else {
            None
        };
        self.walk(stream, from, new).await
    }

    /// Returns the time from which on lies what came in order and is new: before the last event that is not there is
    /// none of it.
    async fn begin_of(&self, stream: &Stream, new: New) -> Result<Option<i64>, ApiError> {
        if matches!(new, New::Number(0)) {
            return Ok(stream.first_ms);
        }
        let mut until = Place::at(i64::MAX);
        loop {
            let (store, from) = (&self.logs.store, Place::at(0));
            let found = backward(store, stream.number, from, until, BACK, BACK_BYTES).await;
            let found = found.map_err(error::failed)?;
            let Some(first) = found.first() else {
                return Ok(stream.first_ms);
            };
            let earlier = found.iter().rev();
            let mut earlier = earlier.filter(|event| !new.has(event.seq, event.ingested_ms));
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
        new: New,
    ) -> Result<Vec<Event>, ApiError> {
        let from = Place::at(from_ms.unwrap_or_default());
        let (mut walk, mut found) = (Walk::new(stream.number, from), Vec::new());
        let store = &self.logs.store;
        while walk.peek(store).await.map_err(error::failed)?.is_some() {
            found.extend(walk.take().filter(|event| {
                event.seq < stream.count
                    && new.has(event.seq, event.ingested_ms)
                    && self.pattern.matches(&event.message)
            }));
        }
        Ok(found)
    }
}

fn source(stream: &Stream) -> Source {
    Source {
        name: stream.name.clone(),
        number: stream.number,
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
