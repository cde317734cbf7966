//! Events in the store: chunks of many lines, each stream's apart and in order of time.
//!
//! A chunk's key is its stream's number and its first event's place, and chunks of a stream do not overlap: an event
//! belongs to the last chunk that begins at or before it. So the store finds any place with one look, and a
//! page reads only the chunks that it shows.

mod append;
mod chunk;
mod merge;
mod place;
mod walk;

pub(crate) use append::append;
pub(crate) use chunk::{CHUNKS, Event, OVERHEAD, prefix, unpack};
pub(crate) use merge::{Merge, Rank, Source};
pub(crate) use place::Place;
pub(crate) use walk::{Walk, backward};
