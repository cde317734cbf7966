//! `taxiway doctor`: looks at the data folder, the machine and the running server, and says what to do next.

mod data;
mod finding;
mod machine;
mod server;
mod spark;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use finding::{Finding, Status};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The data folder to look at
    #[arg(long, default_value = "./.taxiway", env = "TAXIWAY_DATA")]
    data: PathBuf,
    /// The address that the server has, or is to have
    #[arg(long, default_value = "127.0.0.1:4566", env = "TAXIWAY_LISTEN")]
    listen: SocketAddr,
    /// Print an array of findings: check, status, said, next
    #[arg(long)]
    json: bool,
}

/// Looks, and changes nothing. Exit codes: 0 nothing failed (there may be warnings), 1 something did.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let mut findings = Vec::new();
    data::look(&arguments.data, &mut findings);
    server::look(arguments.listen, &arguments.data, &mut findings);
    spark::look(&mut findings);
    machine::look(&mut findings);
    if arguments.json {
        let text = serde_json::to_string_pretty(&findings).unwrap_or_default();
        println!("{text}");
    } else {
        finding::print(&findings);
    }
    if findings.iter().any(|f| f.status == Status::Fail) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
