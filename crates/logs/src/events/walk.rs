//! Reads a stream's events in order, or from the end.

use std::collections::VecDeque;

use store::{Key, Scan, Store, StoreError};

use super::{
    Place,
    chunk::{self, CHUNKS, Event},
};

/// Chunks read at once when walking forward.
const AHEAD: usize = 4;

/// Walks forward through a stream's events from a place on.
pub(crate) struct Walk {
    number: i64,
    from: Place,
    /// Chunks after this one are not read yet; nothing before the first look.
    after: Option<Key>,
    ended: bool,
    held: VecDeque<Event>,
}

impl Walk {
    pub(crate) fn new(number: i64, from: Place) -> Self {
        Self {
            number,
            from,
            after: None,
            ended: false,
            held: VecDeque::new(),
        }
    }

    /// Returns the event that comes next.
    pub(crate) async fn peek(&mut self, store: &Store) -> Result<Option<&Event>, StoreError> {
        while self.held.is_empty() && !self.ended {
            self.fill(store).await?;
        }
        Ok(self.held.front())
    }

    /// Takes the event that [`peek`](Self::peek) showed.
    pub(crate) fn take(&mut self) -> Option<Event> {
        self.held.pop_front()
    }

    async fn fill(&mut self, store: &Store) -> Result<(), StoreError> {
        let prefix = chunk::prefix(self.number);
        let first_look = self.after.is_none();
        let scan = if first_look {
            let after = Some(chunk::key(self.number, self.from.next()));
            Scan {
                prefix,
                after,
                limit: 1,
                reverse: true,
            }
        } else {
            Scan {
                prefix,
                after: self.after.clone(),
                limit: AHEAD,
                reverse: false,
            }
        };
        let found = store.scan(CHUNKS, &scan).await?;
        if first_look {
            // Also when no chunk begins before: then all after it are wanted.
            self.after = Some(chunk::key(self.number, self.from));
        } else {
            self.ended = found.len() < AHEAD;
        }
        for (key, record) in found {
            let events = chunk::unpack(&record.value)?;
            self.held.extend(
                events
                    .into_iter()
                    .filter(|event| event.place() >= self.from),
            );
            self.after = self.after.take().max(Some(key));
        }
        Ok(())
    }
}

/// Returns the last events before `until` and not before `from`, in order, as far as `limit` events and `bytes` go.
pub(crate) async fn backward(
    store: &Store,
    number: i64,
    from: Place,
    until: Place,
    limit: usize,
    mut bytes: usize,
) -> Result<Vec<Event>, StoreError> {
    let mut before = chunk::key(number, until);
    let mut found = Vec::new();
    loop {
        let scan = Scan {
            prefix: chunk::prefix(number),
            after: Some(before),
            limit: 1,
            reverse: true,
        };
        let Some((key, record)) = store.scan(CHUNKS, &scan).await?.pop() else {
            break;
        };
        let events = chunk::unpack(&record.value)?;
        for event in events
            .into_iter()
            .rev()
            .filter(|event| event.place() < until)
        {
            if event.place() < from
                || found.len() == limit
                || (event.size() > bytes && !found.is_empty())
            {
                found.reverse();
                return Ok(found);
            }
            bytes = bytes.saturating_sub(event.size());
            found.push(event);
        }
        before = key;
    }
    found.reverse();
    Ok(found)
}
