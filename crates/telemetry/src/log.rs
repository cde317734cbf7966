//! The program's own log: to stderr, so that stdout stays data.

use std::io;

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, fmt::MakeWriter, layer::SubscriberExt, registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::traces::Exporting;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line, with `timestamp`, `level`, `target`, `fields`, and of the spans around it
    /// the request's id.
    Json,
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("a log is text or json, not {other}")),
        }
    }
}

/// Starts logging at `TAXIWAY_LOG`'s levels, by default `default`, and exporting spans where [`crate::traces`] says where
/// to. Once for a process.
pub fn start(default: &str, format: Format, traces: Option<&Exporting>) {
    let default = match format {
        Format::Text => default.to_owned(),
        // With the spans of requests, so that each line within one says of which.
        Format::Json => format!("{default},{}=info", crate::traces::TARGET),
    };
    let filter = EnvFilter::try_from_env("TAXIWAY_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = layer(format, io::stderr).with_filter(filter);
    let registry = tracing_subscriber::registry().with(log);
    let _ = match traces {
        Some(exporting) => registry.with(exporting.layer()).try_init(),
        None => registry.try_init(),
    };
}

/// Returns the layer that writes lines.
pub fn layer<S, W>(format: Format, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    match format {
        Format::Text => lines.with_target(false).boxed(),
        Format::Json => lines.json().with_ansi(false).boxed(),
    }
}
