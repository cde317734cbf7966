//! The journal told in AWS's words: the events of GetExecutionHistory. A projection, never replayed.

mod event;

pub use event::HistoryEvent;
mod projector;

pub use projector::{Projector, project};
