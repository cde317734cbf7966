//! Metrics in Prometheus' text format.

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{
    names::{self, Kind},
    process,
};

/// Upper ends of histograms' buckets, in seconds: from a commit on a fast disk to a long poll.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    60.0,
];

/// How often samples are put into buckets; until then they take memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// The content type of [`page`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count, for the whole process. Once; what was counted before is lost, so this comes first.
pub fn install() {
    let Some(handle) = recorder() else { return };
    if HANDLE.set(handle).is_err() {
        return;
    }
    let upkeep = std::thread::Builder::new()
        .name("metrics".into())
        .spawn(|| {
            while let Some(handle) = HANDLE.get() {
                std::thread::sleep(UPKEEP);
                handle.run_upkeep();
            }
        });
    if let Err(error) = upkeep {
        tracing::warn!(%error, "metrics take memory until they are read");
    }
}

fn recorder() -> Option<PrometheusHandle> {
    let built = PrometheusBuilder::new()
        .set_buckets(BUCKETS)
        .map(PrometheusBuilder::build_recorder);
    let recorder = match built {
        Ok(recorder) => recorder,
        Err(error) => {
            tracing::warn!(%error, "there are no metrics");
            return None;
        }
    };
    let handle = recorder.handle();
    // Another recorder is there already: tests of one process.
    metrics::set_global_recorder(recorder).ok()?;
    for (name, kind, help) in names::ALL {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
    Some(handle)
}

/// Returns all metrics as Prometheus reads them; the process's own alone where [`install`] was not called.
pub fn page() -> String {
    let mut page = HANDLE
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    page.push_str(&process::page());
    page
}
