//! `taxiway demo`: the tutorial end to end, on a server of its own, with progress.

mod client;
mod data;
mod follow;
mod pipeline;
mod screen;

use std::{path::PathBuf, process::ExitCode};

use crate::log;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Rows of yellow taxi trips to make (green ones in proportion; the real month has 6,405,008)
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    rows: u64,
    /// Seed of the made trips: the same seed, the same bytes
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Folder with real files (*yellow*.csv, *green*.csv); a colour that is missing there is made
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder for the server's data, made anew [default: a folder in Taxiway's cache]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Runs the tutorial. Exit codes: 0 it went through, 1 it did not.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    log::start("error");
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::new)
        .and_then(|runtime| runtime.block_on(pipeline::run(&arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}
