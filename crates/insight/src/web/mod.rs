//! What the routes have in common: the request with who makes it, and the ways to answer.

mod answer;
mod ask;
mod origin;
mod place;
mod sse;

pub(crate) use answer::{error, json, json_text, no_store};
pub(crate) use ask::{Ask, read_json};
pub(crate) use origin::is_same_origin;
pub(crate) use place::{DEFAULT_ACCOUNT, DEFAULT_REGION, account, region};
pub(crate) use sse::{Message, Streams};
