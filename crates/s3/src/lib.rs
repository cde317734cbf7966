//! The S3 API over the object layer: paths, headers and XML in and out; what is kept and how is `objects`'.

mod api;
mod cors;
mod error;
mod lifecycle;
mod service;
mod words;

pub use service::S3;
