//! The `taxiway` command: a file per subcommand.

mod backup;
mod coverage;
mod demo;
mod doctor;
mod graph;
mod log;
mod report;
mod run;
mod runner;
mod serve;
mod test;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// AWS's serverless data pipeline on your own machine: Step Functions, EMR on EKS, EventBridge, Athena with
/// the Glue Data Catalog, S3 and CloudWatch Logs in one binary that does the work.
#[derive(Parser)]
#[command(name = "taxiway", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Arguments),
    /// Run the tutorial end to end on a server of its own, with progress
    Demo(demo::Arguments),
    /// Say what is wrong with state machine definitions, and where
    Validate(validate::Arguments),
    /// Draw a state machine as Mermaid or SVG
    Graph(graph::Arguments),
    /// Run a state machine with an input, without a server
    Run(run::Arguments),
    /// Run the test cases of mocked state machines in a folder
    Test(test::Arguments),
    /// Draw dashboards into files, through a running server
    Report(report::Arguments),
    /// Write the data folder, as it is at one moment, into an archive; its server may run
    Backup(backup::BackupArguments),
    /// Make a data folder from an archive that `backup` wrote
    Restore(backup::RestoreArguments),
    /// Look at the data folder, the machine and the server, and say what to do
    Doctor(doctor::Arguments),
    /// Print which operations of each AWS service are there, from the protocol tables
    Coverage,
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Look after one job run; the server starts this
    #[command(hide = true)]
    Runner(runner::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Graph(arguments) => graph::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Test(arguments) => test::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Backup(arguments) => backup::backup(arguments),
        Command::Restore(arguments) => backup::restore(arguments),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Coverage => coverage::run(),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "taxiway",
                &mut std::io::stdout(),
            );
            ExitCode::SUCCESS
        }
        Command::Runner(arguments) => runner::run(arguments),
    }
}
