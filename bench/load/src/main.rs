//! Load on a real Taxiway server, and what it costs: throughput, latency, memory, timers, restart.
//!
//! Each figure that the disk decides stands beside a bare log that does the same commits in the same run. The
//! generator is built to be cheap, and says what CPU it took itself: on a small machine it shares the cores.

mod bare_log;
mod client;
mod durable;
mod figures;
mod latency;
mod listing;
mod map;
mod server;
mod timers;
mod waiting;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about, max_term_width = 100)]
struct Arguments {
    /// The binary under measurement
    #[arg(long, env = "TAXIWAY_BIN", global = true, default_value = "taxiway")]
    binary: PathBuf,
    /// Where the servers' data folders are made; must be on the disk that is to be measured
    #[arg(long, global = true)]
    scratch: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Durable transitions per second: executions of a chain of Pass states, beside a bare log
    Durable(durable::Arguments),
    /// Latency of an execution of one state, from the request to the answer that it has ended
    Latency(latency::Arguments),
    /// Memory of executions that wait, and the restart with all of them open
    Waiting(waiting::Arguments),
    /// How late timers are when many are due within a second
    Timers(timers::Arguments),
    /// A distributed Map whose children all wait at once: until they are open, memory, starts of others meanwhile, a
    /// crash in the midst
    Map(map::Arguments),
    /// Starts at a fixed rate while histories and lists are read
    Listing(listing::Arguments),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let place = server::Place::new(arguments.binary, arguments.scratch)?;
    match arguments.command {
        Command::Durable(arguments) => durable::run(&place, &arguments).await,
        Command::Latency(arguments) => latency::run(&place, &arguments).await,
        Command::Waiting(arguments) => waiting::run(&place, &arguments).await,
        Command::Timers(arguments) => timers::run(&place, &arguments).await,
        Command::Map(arguments) => map::run(&place, &arguments).await,
        Command::Listing(arguments) => listing::run(&place, &arguments).await,
    }
}
