//! Walks through the events of many streams in order of time.

use std::{cmp::Reverse, collections::BinaryHeap};

use store::{Store, StoreError};

use super::{Place, Walk, chunk::Event};

/// Where an event stands among those of all streams: time, stream number, number in the stream.
pub(crate) type Rank = (i64, i64, u64);

/// One stream to walk through.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) number: i64,
}

/// The events of many streams from a time, or from after an event, on.
pub(crate) struct Merge {
    sources: Vec<(Source, Walk)>,
    /// The next event of each stream that has one, and the stream's index.
    heads: BinaryHeap<Reverse<(Rank, usize)>>,
    /// Index of the stream whose head was taken and not replaced yet.
    open: Option<usize>,
}

impl Merge {
    pub(crate) async fn new(
        store: &Store,
        sources: Vec<Source>,
        from_ms: i64,
        after: Option<Rank>,
    ) -> Result<Self, StoreError> {
        let from = |number: i64| match after {
            Some((ms, stream, seq)) if ms >= from_ms => match number.cmp(&stream) {
                std::cmp::Ordering::Less => Place::at(ms.saturating_add(1)),
                std::cmp::Ordering::Equal => Place { ms, seq }.next(),
                std::cmp::Ordering::Greater => Place::at(ms),
            },
            _ => Place::at(from_ms),
        };
        let sources: Vec<_> = sources
            .into_iter()
            .map(|s| {
                let walk = Walk::new(s.number, from(s.number));
                (s, walk)
            })
            .collect();
        let mut merge = Self {
            sources,
            heads: BinaryHeap::new(),
            open: None,
        };
        for index in 0..merge.sources.len() {
            merge.show(store, index).await?;
        }
        Ok(merge)
    }

    /// Returns the next event's rank.
    pub(crate) async fn peek(&mut self, store: &Store) -> Result<Option<Rank>, StoreError> {
        if let Some(index) = self.open.take() {
            self.show(store, index).await?;
        }
        Ok(self.heads.peek().map(|Reverse((rank, _))| *rank))
    }

    /// Takes the event that [`peek`](Self::peek) showed, with its stream.
    pub(crate) fn take(&mut self) -> Option<(&Source, Event)> {
        let Reverse((_, index)) = self.heads.pop()?;
        self.open = Some(index);
        let (source, walk) = self.sources.get_mut(index)?;
        Some((source, walk.take()?))
    }

    async fn show(&mut self, store: &Store, index: usize) -> Result<(), StoreError> {
        if let Some((source, walk)) = self.sources.get_mut(index)
            && let Some(event) = walk.peek(store).await?
        {
            self.heads
                .push(Reverse(((event.ms, source.number, event.seq), index)));
        }
        Ok(())
    }
}
