//! The Glue Data Catalog's API.

mod api;
mod service;

pub use service::Glue;
