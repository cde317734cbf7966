//! Archives of what a bus carried, and replays of it to the bus's rules.

mod entity;
mod index;
mod keep;
mod replay;

pub(crate) use entity::{ARCHIVES, Archive, ArchiveRef, REPLAYS, Replay, ReplayRef, ReplayState};
pub(crate) use index::ArchiveIndex;
