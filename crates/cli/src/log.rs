//! The program's own log: to stderr, so that stdout stays data.

use tracing_subscriber::EnvFilter;

/// Starts logging at `TAXIWAY_LOG`'s level, by default `warn`.
pub(crate) fn start(default: &str) {
    let filter = EnvFilter::try_from_env("TAXIWAY_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}

/// Prints an error with what caused it, for the person at the terminal.
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
