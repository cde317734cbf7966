//! Athena and Glue over a real store and real objects.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod coverage;
mod crosscheck;
mod ddl;
mod executions;
mod functions;
mod glue;
mod queries;
mod support;
mod tutorial;
mod writes;
