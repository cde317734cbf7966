//! Files of lines: read as a stream, decompressed, split, parsed to typed columns.
//!
//! Everything is text first and then typed; a value that is none of its type is NULL. Lines end with LF,
//! CRLF or CR, as Hadoop's text input has it; a value never spans lines.

mod decompress;
mod fields;
mod json;
mod lines;
mod scan;
mod value;

pub(crate) use scan::{LineFile, LineScan};
pub(crate) use value::Node;
