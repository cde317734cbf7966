//! The door: what every request comes in by, from outside over HTTP and from one service to another.
//!
//! Host and Origin rule → which service and operation → is there a handler → who → decode → validate → may
//! they → handler → encode. A Call from a service goes the same way without HTTP and signatures; a service that
//! speaks HTTP itself gets it as the request that a client would have sent.
//!
//! The door keeps no state and knows no service's semantics.

mod address;
mod answer;
mod body;
mod browser;
mod builder;
mod direct;
mod limits;
mod observe;
mod origin;
mod own;
mod principal;
mod raw;
mod raw_call;
mod read;
mod respond;
mod route;
mod s3;

pub use body::{Body, BodyError};
pub use builder::{Builder, Door, PathHandler};
pub use limits::body_limit_bytes;
pub use origin::{HostRule, Refusal};
pub use own::OwnPages;
pub use raw::{CorsAsk, CorsGrant, RawService, TrailingChecksums};
pub use read::read_whole;
pub use s3::PayloadError;

#[cfg(test)]
mod tests;
