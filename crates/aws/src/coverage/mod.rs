//! What is there and what is not, told from the protocol tables and the handlers.

mod members;
mod page;

pub use members::{check_declared, check_members, unread};
pub(crate) use page::{Served, page};

#[cfg(test)]
mod tests;
