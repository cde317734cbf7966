//! Query executions: what they are, how they change state, how they run.

mod ddl_run;
mod information;
mod location;
mod model;
mod partitions;
mod prepared;
mod relation;
mod results;
mod run;
mod show;
mod start;
mod transition;
mod write_run;

pub(crate) use location::Output;
pub(crate) use model::{EXECUTIONS, Execution, State, execution_key, seconds};
pub(crate) use prepared::{PREPARED, PreparedStatement, prepared_key};
pub(crate) use results::{COLUMNS, Kept, read_page};
pub(crate) use run::resume;
pub(crate) use start::{StartRequest, start};
pub(crate) use transition::{ORDER, end};
