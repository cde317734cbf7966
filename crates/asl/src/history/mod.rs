//! The journal told in AWS's words: the events of GetExecutionHistory. A projection, never replayed.

mod details;
mod event;
mod numbering;

pub use event::HistoryEvent;
pub(crate) use numbering::Numbering;
mod projector;

pub use projector::{Projector, project};
