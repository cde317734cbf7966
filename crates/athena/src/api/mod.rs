//! Athena's operations, a file per resource.

pub(crate) mod executions;
pub(crate) mod metadata;
pub(crate) mod named_queries;
pub(crate) mod prepared_statements;
pub(crate) mod results;
pub(crate) mod tags;
pub(crate) mod work_groups;
