//! DDL carried out against the catalog.

mod create_table;
mod create_view;
mod drop;
mod formats;
mod ground;
mod run;

pub(super) use formats::{PARQUET_SERDE, formats};
pub(super) use ground::{Ground, failure};
pub(super) use run::run;
