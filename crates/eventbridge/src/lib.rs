//! EventBridge: buses, rules, patterns, schedules and targets, and EventBridge Scheduler.
//!
//! Cron, pattern and transformer arithmetic is pure (`schedule`, `pattern`, `transform`): no clock, no I/O.
//! `rules` has the entities, `delivery` what becomes of events, `api` the operations. `connections` authorizes and
//! sends HTTP requests, for API destinations (`destinations`) and for others ([`EventBridge::invoke`]).

mod api;
mod archive;
pub mod backfill;
mod background;
mod connections;
mod delivery;
mod destinations;
mod due;
mod event;
pub mod firing;
mod id;
pub mod pattern;
mod retry;
pub mod rules;
pub mod schedule;
pub mod scheduler;
mod service;
#[cfg(test)]
mod tests;
pub mod transform;

pub use connections::{Exchange, InvokeError, InvokeRequest, InvokeResponse, SentRequest};
pub use scheduler::Scheduler;
pub use service::EventBridge;
