//! `taxiway runner`: the process that outlives the server and looks after one job run.

use std::{ffi::OsString, process::ExitCode};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    emr::runner::main(arguments.arguments)
}
