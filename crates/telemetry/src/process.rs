//! The process's own figures, under the names that all Prometheus clients give them.

use std::{
    fmt::Write,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

/// What `/proc` counts CPU time in: `USER_HZ`, which Linux has fixed for all programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// Returns the figures that the system tells of; none where there is no `/proc`.
pub(crate) fn page() -> String {
    let mut page = String::new();
    let mut add = |name: &str, kind: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            // Writing to a string does not fail.
            let _ = write!(
                page,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n\n"
            );
        }
    };
    let ticks = TICKS_PER_SECOND;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    let cpu = fields.get(11).zip(fields.get(12));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident_kib =
        resident.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    add(
        "process_cpu_seconds_total",
        "counter",
        "Total user and system CPU time spent in seconds.",
        cpu.map(|(user, system)| (user + system) / ticks),
    );
    add(
        "process_resident_memory_bytes",
        "gauge",
        "Resident memory size in bytes.",
        resident_kib.map(|kib| kib * 1024.0),
    );
    add(
        "process_open_fds",
        "gauge",
        "Number of open file descriptors.",
        fs::read_dir("/proc/self/fd")
            .ok()
            .map(|fds| fds.count() as f64),
    );
    add(
        "process_threads",
        "gauge",
        "Number of threads.",
        fields.get(17).copied(),
    );
    add(
        "process_start_time_seconds",
        "gauge",
        "Start time of the process since unix epoch in seconds.",
        fields.get(19).and_then(|start| started(start / ticks)),
    );
    page
}

/// Returns when the process started, from how long after the boot that was.
#[expect(
    clippy::disallowed_methods,
    reason = "the system's own account of the process, which no simulated clock knows"
)]
fn started(after_boot: f64) -> Option<f64> {
    let uptime = fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(now.as_secs_f64() - uptime + after_boot)
}
