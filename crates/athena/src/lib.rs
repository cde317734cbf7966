//! Athena and the Glue Data Catalog: Hive's DDL by a parser of our own, queries by the `query` crate,
//! results where Athena puts them, work groups, and a catalog that both services share.
//!
//! An execution's every state change and its bus event are one commit. What runs is a task; a restart
//! finds what had not ended and runs it again where that changes nothing, or fails it and says so.

mod api;
pub mod catalog;
pub mod ddl;
mod execution;
mod glue;
mod paging;
mod service;
mod workgroup;

pub use glue::Glue;
pub use service::Athena;
