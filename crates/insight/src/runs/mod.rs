//! What runs and ran lately: executions, job runs and queries, as the buses told of them.
//!
//! A read model: everything in it came from the buses and can be made from them again. Its file may be deleted.

mod feed;
mod model;
mod told;

pub(crate) use feed::Feed;
pub(crate) use model::{Run, Runs};

#[cfg(test)]
mod tests;
