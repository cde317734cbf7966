//! The store on one SQLite file.
//!
//! One thread writes: it takes all batches that wait, commits them together, answers, repeats. Reads run where
//! they are asked for, on a small pool of read-only connections. A third connection moves the log back into
//! the file.

mod apply;
mod backend;
mod checkpoint;
mod failure;
mod group;
mod lock;
mod mark;
mod meter;
mod moment;
mod open;
mod read;
mod schema;
mod seal;
pub mod snapshot;
mod sum;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use failure::Fatal;
pub use lock::FolderLock;
pub use open::{OpenError, Options};
