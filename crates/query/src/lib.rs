//! SQL over objects: DataFusion behind one door, speaking Trino's dialect, reading what Hive's catalog
//! describes.
//!
//! DataFusion is named nowhere but here, and nothing here knows AWS: a [`Catalog`] says what tables there
//! are, the answer comes back as text in Athena's spelling or as files, and errors carry Trino's codes.

mod counting;
mod dialect;
mod engine;
mod error;
mod functions;
mod lateral;
mod listing;
mod parquet;
mod preview;
mod provider;
mod relation;
mod render;
mod rewrite;
mod rows;
mod snapshot;
mod statement;
mod text;
mod types;
mod write;

pub use engine::{Catalog, Engine, Prepared, ResultColumn, Rows, ScannedBytes, Settings};
pub use error::QueryError;
pub use listing::{Location, data_files, is_hidden};
pub use relation::{Field, Format, LineFormat, Part, Relation, Table, View};
pub use rows::parquet_as_json_lines;
pub use types::{HiveType, TypeError};
pub use write::{Compression, FileFormat, WriteTarget, Written, escaped_partition_value};

#[cfg(test)]
mod tests;
