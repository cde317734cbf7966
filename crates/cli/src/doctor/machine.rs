//! The machine's limits.

use super::Finding;

/// Files that the server may have open: connections, bodies of objects, Parquet files.
const FILES: u64 = 1_024;
/// A Spark driver with the default of 1 GB of heap, and the server.
const MEMORY_BYTES: u64 = 2_000_000_000;

pub(super) fn look(findings: &mut Vec<Finding>) {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let said = limit
        .current
        .map_or_else(|| "no limit".to_owned(), |n| format!("up to {n}"));
    findings.push(if limit.current.is_none_or(|n| n >= FILES) {
        Finding::ok("open files", said)
    } else {
        Finding::warn("open files", said, format!("ulimit -n {FILES}, or more"))
    });
    let Some(available) = available_memory() else {
        return;
    };
    let said = format!("{} available", crate::backup::size(available));
    findings.push(if available >= MEMORY_BYTES {
        Finding::ok("memory", said)
    } else {
        let next = "Spark jobs may be killed for want of memory; end what is not needed";
        Finding::warn("memory", said, next)
    });
}

fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
