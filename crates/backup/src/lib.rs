//! Backup of a data folder while its server runs, and restore, each with a check.
//!
//! A backup is the data folder as it was at one moment. The files of the store are frozen together for some
//! milliseconds ([`store::snapshot`]); the bodies of objects, which never change, are linked in that time; job
//! folders, which only grow, are read after it, and what they know more than the store is what a server finds after
//! a crash anyway.
//!
//! Restoring never touches data that is there: it refuses a folder that is not empty, and puts a folder in place by
//! rename once every byte was checked.

mod archive;
mod check;
mod create;
mod error;
mod manifest;
mod restore;
mod staging;

pub use check::check;
pub use create::create;
pub use error::BackupError;
pub use manifest::{Listed, Manifest};
pub use restore::restore;
