//! The service over a temporary folder, with Athena and S3 behind the same door.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod asked;
mod bundles;
mod coverage;
mod cut;
mod dashboards;
mod data_sets;
mod embedded;
mod equal;
mod pages;
mod permissions;
mod searches;
mod support;
