//! The door from outside: requests in, responses out.

mod golden;
mod http_rules;
mod protocols;
mod raw;
mod raw_calls;
mod support;
