//! REST-XML as a client speaks it: from a Call's input to an HTTP request, and from the response to the Call's
//! output or error. Services of this protocol read their requests themselves.

mod checksum;
mod element;
mod request;
mod response;

pub(super) use element::Element;
pub(crate) use request::request;
pub(crate) use response::{error, response};
pub(super) use response::{from_head, members};
