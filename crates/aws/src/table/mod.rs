//! The wire protocols as data: per service its operations, HTTP bindings, shapes and constraints, made by
//! `tools/protocol_tables.py` from the public API models and decoded on first use.

mod file;
mod model;
mod pattern;
mod registry;

pub use model::{
    Constraints, Kind, Location, Member, Operation, Reference, Shape, ShapeId, Structure, Table,
    TimestampFormat,
};
pub use pattern::Pattern;
pub use registry::{
    BOTOCORE, Metadata, Protocol, by_signing_name, by_target_prefix, table, tables_available,
};
