//! Zip archives.
//!
//! **Source**: APPNOTE.TXT, PKWARE's description of the format.

mod read;
mod write;

pub(crate) use read::{File, read};
pub(crate) use write::Archive;

/// How a file's bytes are kept: as they are, or deflated.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
