//! CloudWatch Logs: groups, streams and their events, with the filter pattern language.
//!
//! Events lie in the store in chunks of many lines, each stream's in order of time; see [`events`].

mod api;
mod arn;
mod error;
mod events;
pub mod pattern;
mod records;
mod service;
mod sweep;
mod tail;

pub use service::Logs;
pub use tail::{Looked, Tail, TailFrom};
