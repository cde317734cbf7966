//! How the service is set up.

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf, thread};

use crate::env::Setup;

/// What the service needs to know at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where each job run has a folder, in the server's data folder.
    pub data_dir: PathBuf,
    /// The server's own address, as it is after a restart too: `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// Where Spark's environment is made.
    pub setup: Setup,
    /// More job runs than these wait in PENDING.
    pub max_concurrent_jobs: usize,
    /// The Spark master of jobs that name none.
    pub master: String,
    /// Access key and secret of job runs, where the server checks signatures. Without, the account is the
    /// access key and any secret will do.
    pub credentials: Option<(String, String)>,
    /// What a script sees is what EMR has, no more.
    pub strict: bool,
    /// The command that starts a runner; the attempt's folder is added to it.
    pub runner: Vec<OsString>,
}

impl Config {
    /// Returns the usual set-up: this program's `runner` subcommand, jobs and master by the machine's cores.
    pub fn new(data_dir: impl Into<PathBuf>, endpoint: impl Into<String>) -> Self {
        let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
        let program = std::env::current_exe().map_or_else(|_| "taxiway".into(), OsString::from);
        Self {
            data_dir: data_dir.into(),
            endpoint: endpoint.into(),
            setup: Setup::from_env(),
            // Two cores are what a small Spark job keeps busy.
            max_concurrent_jobs: (cores / 2).max(2),
            master: format!("local[{}]", cores.max(2)),
            credentials: None,
            strict: false,
            runner: vec![program, "runner".into()],
        }
    }
}
