//! Statements that write files: INSERT INTO, CREATE TABLE AS, UNLOAD.

mod ctas;
mod files;
mod insert;
mod settings;
mod unload;

pub(super) use ctas::ctas;
pub(super) use insert::insert;
pub(super) use unload::unload;
