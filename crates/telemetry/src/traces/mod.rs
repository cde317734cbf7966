//! Traces: spans of `tracing` sent by OpenTelemetry's protocol (OTLP over HTTP, in JSON).
//!
//! Only where `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set; nothing is collected otherwise.
//! The protocol is small and the spans are there already. OpenTelemetry's own SDK would do the same; it changes the
//! features of crates that DataFusion stands on, which nobody who builds Taxiway wants to pay for.
//!
//! A span's parent is the span around it; else the one that its field `traceparent` names, in the words of W3C's Trace
//! Context: another process's, or an earlier life's. Like the SDK's default (`parentbased_always_on`), what an unsampled
//! parent asks for is not exported.
//!
//! Exporting never holds up the work: spans that the collector does not take in time are dropped and counted.

mod export;
mod layer;
mod settings;
mod span;

use std::sync::Arc;

use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use export::Exporter;
pub use settings::Settings;

/// The target of spans that are exported. Others are the log's alone.
pub const TARGET: &str = "taxiway::trace";

/// Spans on their way out.
pub struct Exporting {
    exporter: Arc<Exporter>,
}

impl Exporting {
    /// Begins to export as the environment says; nothing where it names no endpoint.
    ///
    /// **Errors**: what a variable says makes no sense.
    pub fn from_env() -> Result<Option<Self>, String> {
        let settings = Settings::read(|name| std::env::var(name).ok())?;
        Ok(settings.map(Self::new))
    }

    /// Begins to export.
    pub fn new(settings: Settings) -> Self {
        Self {
            exporter: Exporter::start(settings),
        }
    }

    /// Returns the layer that collects spans.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let ours = Targets::new().with_target(TARGET, LevelFilter::INFO);
        layer::Collect(Arc::clone(&self.exporter)).with_filter(ours)
    }

    /// Sends what has not been sent; gives up after some seconds.
    pub fn finish(&self) {
        self.exporter.finish();
    }
}
