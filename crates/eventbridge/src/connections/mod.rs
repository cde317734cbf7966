//! Connections: how requests to HTTP endpoints are authorized, and those requests themselves.

mod authorize;
mod client;
mod endpoint;
mod entity;
mod invoke;
mod request;
mod secret;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod token;

pub use invoke::InvokeError;
pub use request::{Exchange, InvokeRequest, InvokeResponse, SentRequest};

pub(crate) use client::Client;
pub(crate) use endpoint::check as check_endpoint;
pub(crate) use entity::{
    Auth, CONNECTIONS, Connection, ConnectionRef, ConnectionState, Method, OAuth, Parameters,
};
pub(crate) use invoke::Outgoing;
pub(crate) use request::encode_part;
pub(crate) use secret::Secret;
pub(crate) use token::Tokens;
