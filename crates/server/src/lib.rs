//! The composition root: configuration, the listener, and the door with every service behind it.
//!
//! Nothing is decided here that a service could decide; this crate only opens, connects, starts and stops.

mod address;
mod buckets;
mod config;
mod connections;
mod error;
mod health;
mod keys;
mod listener;
mod platform;
mod seams;
mod surveys;

pub use aws::{
    sigv4::Keys,
    throttle::{OperationRate, RateError},
};
pub use config::{Config, Credentials};
pub use error::ServerError;
pub use listener::Listener;
pub use platform::Platform;
pub use remote::{Endpoint, EndpointError, SERVICES as ELSEWHERE};
pub use workflow::quotas;
