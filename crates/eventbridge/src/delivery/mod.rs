//! From events and occurrences to what targets are given: matching, the queue, carrying out, the record.

mod backfill;
mod carry_out;
mod cursor;
mod matching;
mod queue;
mod schedules;

pub(crate) use carry_out::call;
pub(crate) use cursor::Source;
pub(crate) use queue::Taken;
