//! The web console, embedded: what `console/dist` held when this was built.
//!
//! Nothing is read from disk, so no path leads anywhere else.

mod assets;
mod serve;

pub(crate) use assets::{Asset, EMBEDDED};
pub(crate) use serve::{answer, embedded};

#[cfg(test)]
mod tests;
