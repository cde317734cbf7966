//! The program's own log: to stderr, so that stdout stays data.

use telemetry::log::Format;

/// Starts logging at `TAXIWAY_LOG`'s level, else at `default`, for people.
pub(crate) fn start(default: &str) {
    telemetry::log::start(default, Format::Text, None);
}

/// Prints an error with what caused it, for the person at the terminal.
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
