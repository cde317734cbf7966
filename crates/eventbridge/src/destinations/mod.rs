//! API destinations: HTTP endpoints as rules' targets.

mod deliver;
mod entity;
mod rate;

pub(crate) use deliver::Delivered;
pub(crate) use entity::{API_DESTINATIONS, ApiDestination, DestinationRef, HttpParameters};
pub(crate) use rate::Rates;
