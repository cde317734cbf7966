//! Asset bundles: assets as files, to keep or to take elsewhere.
//!
//! A bundle is a zip archive with a JSON file per asset, below a folder per kind. Its members are those of the asset's
//! creating request; AWS writes them with a small first letter.

mod document;
mod export;
mod import;
mod job;
mod names;
mod overrides;
mod part;
mod portable;
mod shelf;
mod start;
mod template;
mod undo;

pub(crate) use job::{Direction, Failure, Job};
pub(crate) use part::of_arn;
pub(crate) use shelf::{Shelf, URL_LIFETIME_MS};
pub(crate) use start::start;
