//! Puts events into a stream's chunks.

use store::{Batch, Key, Scan, Store, StoreError};

use super::{
    Place,
    chunk::{self, CHUNKS, Event},
};

/// A chunk is not added to beyond this many bytes, so that a line at a time costs little, and not many lines make
/// many chunks.
const GROWS_TO: usize = 32 * 1024;

/// A chunk is split beyond this many bytes: what a page reads at least.
const LARGEST: usize = 128 * 1024;

/// Adds to the batch what puts these events, which are in order and not empty, into the stream's chunks. Nobody else
/// may change the stream meanwhile: the batch must expect the stream's record as it was read.
pub(crate) async fn append(
    store: &Store,
    number: i64,
    events: Vec<Event>,
    batch: &mut Batch,
) -> Result<(), StoreError> {
    let mut rest = events.into_iter().peekable();
    while let Some(place) = rest.peek().map(Event::place) {
        let next = next_begin(store, number, place).await?;
        let mut run = Vec::new();
        while let Some(event) = rest.next_if(|e| next.is_none_or(|next| e.place() < next)) {
            run.push(event);
        }
        let target = last_at(store, number, place).await?;
        if let Some((key, held)) = target {
            let after_all = held.last().is_none_or(|last| last.place() < place);
            if !after_all || held.iter().map(Event::size).sum::<usize>() < GROWS_TO {
                batch.delete(CHUNKS, key);
                run.extend(held);
                run.sort_by_key(Event::place);
            }
        }
        put(number, &run, batch)?;
    }
    Ok(())
}

/// Returns where the first chunk begins that begins after the place.
async fn next_begin(store: &Store, number: i64, place: Place) -> Result<Option<Place>, StoreError> {
    let after = Some(chunk::key(number, place));
    let scan = Scan {
        prefix: chunk::prefix(number),
        after,
        limit: 1,
        reverse: false,
    };
    Ok(store
        .scan(CHUNKS, &scan)
        .await?
        .first()
        .and_then(|(key, _)| chunk::begins(key)))
}

/// Returns the chunk that the place belongs to.
async fn last_at(
    store: &Store,
    number: i64,
    place: Place,
) -> Result<Option<(Key, Vec<Event>)>, StoreError> {
    let after = Some(chunk::key(number, place.next()));
    let scan = Scan {
        prefix: chunk::prefix(number),
        after,
        limit: 1,
        reverse: true,
    };
    match store.scan(CHUNKS, &scan).await?.pop() {
        Some((key, record)) => Ok(Some((key, chunk::unpack(&record.value)?))),
        None => Ok(None),
    }
}

fn put(number: i64, events: &[Event], batch: &mut Batch) -> Result<(), StoreError> {
    let mut rest = events;
    while let Some(first) = rest.first() {
        let mut size = 0;
        let fits = rest.iter().take_while(|event| {
            size += event.size();
            size <= LARGEST
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        batch.put(CHUNKS, chunk::key(number, first.place()), chunk::pack(now)?);
        rest = later;
    }
    Ok(())
}
