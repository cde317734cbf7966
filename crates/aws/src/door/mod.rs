//! The door: what every request comes in by, from outside over HTTP and from one service to another.

mod body;
mod raw;

pub use body::{Body, BodyError};
pub use raw::{RawService, TrailingChecksums};
