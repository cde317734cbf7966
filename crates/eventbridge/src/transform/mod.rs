//! What a target is sent: the event, a constant, a part of the event, or a template filled from it. Pure.
//!
//! **Source**: EventBridge User Guide, "Input transformation".

mod path;
mod template;
#[cfg(test)]
mod tests;

pub use path::EventPath;
pub use template::{Template, Variables};
