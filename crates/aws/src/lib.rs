//! What every AWS service here shares: accounts, ARNs and principals, the [`Call`] and the door that
//! every Call comes through, API errors, and the wire protocols as data.
//!
//! Nothing in this crate knows a particular service's semantics.

pub mod arn;
pub mod authorizer;
pub mod blob;
pub mod call;
pub mod client;
pub mod coverage;
pub mod door;
pub mod error;
pub mod handle;
pub mod ids;
pub mod page;
mod protocol;
pub mod service;
pub mod sigv4;
pub mod table;
pub mod testing;
pub mod throttle;
pub mod time;
pub mod trace;
pub mod uri;
mod validate;
mod whole;

pub use arn::Arn;
pub use authorizer::{Ask, Authorizer};
pub use call::{Call, Invoke, Principal};
pub use door::{Body, Door, HostRule, RawService};
pub use error::ApiError;
pub use handle::DoorHandle;
pub use service::{Context, Operations, Service};
pub use whole::whole;
