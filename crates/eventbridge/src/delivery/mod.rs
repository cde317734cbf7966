//! From events and occurrences to what targets are given: matching, the queue, carrying out, the record.

mod carry_out;
mod cursor;
mod firing;
mod matching;
mod queue;
mod schedules;

pub use firing::{Firing, Outcome};

pub(crate) use cursor::Source;
pub(crate) use firing::History;
