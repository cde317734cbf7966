//! Snapshots: tables whose files never change, kept in memory by column and asked again and again.
//!
//! A column is decoded once and kept in pieces of as many rows as every other column's, so that columns that were
//! read at different times still fit together. Texts that repeat are kept as codes. A query that groups by what has
//! few possible values (a text in codes, a moment's day, a small whole number) finds a row's group by arithmetic
//! and a table instead of a hash of its values; what the keys and the filters are is still computed by
//! DataFusion's own expressions, over the possible values instead of over the rows. Every other query has the
//! columns as plain arrays.

mod aggregate;
mod column;
mod domain;
mod kept;
mod keys;
mod load;
mod rule;
mod scan;
mod table;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use kept::Columns;
pub(crate) use rule::AggregateSnapshots;
pub(crate) use table::SnapshotTable;

/// The most rows of one piece of a column.
const PIECE: usize = 32_768;
