//! QuickSight: data sources, data sets, SPICE, analyses, dashboards, and the queries behind their visuals.
//!
//! A document that a caller gives (a Definition, a table map) is kept as it came and given back so; what of it
//! has meaning is read where it is used. SPICE is a Parquet snapshot per data set, replaced whole: a refresh
//! that runs or fails leaves the last good one in place.

mod api;
mod asset;
mod bundle;
mod dataset;
mod error;
mod event;
mod lasting;
mod pages;
mod principal;
mod report;
mod schedule;
mod service;
mod source;
mod spice;
mod zip;

pub use pages::EMBED_ROOT;
pub use service::QuickSight;
