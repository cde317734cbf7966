//! Athena and Glue over a real store and real objects.

mod ddl;
mod executions;
mod functions;
mod queries;
mod support;
mod tutorial;
mod writes;
