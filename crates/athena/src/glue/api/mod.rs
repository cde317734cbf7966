//! Glue's operations, a file per resource.

mod answers;
pub(super) mod databases;
pub(super) mod partitions;
pub(super) mod tables;
pub(super) mod tags;
