//! Figures of processes and of samples.

use std::{fmt, fs, time::Duration};

/// Returns the CPU time, user and system, of a process with all its threads.
pub fn cpu_of(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = after
        .split_whitespace()
        .map(|f| f.parse().unwrap_or(0))
        .collect();
    let ticks = fields.get(11).unwrap_or(&0) + fields.get(12).unwrap_or(&0);
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

/// Returns the CPU time of this process.
pub fn own_cpu() -> Duration {
    cpu_of(std::process::id())
}

/// A process's memory.
#[derive(Clone, Copy)]
pub struct Memory {
    pub resident_kib: u64,
    /// What is not the pages of a file: heap and stacks.
    pub anonymous_kib: u64,
}

impl Memory {
    pub fn of(pid: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            line.and_then(|l| l.split_whitespace().nth(1)?.parse().ok())
                .unwrap_or(0)
        };
        Self {
            resident_kib: field("VmRSS:"),
            anonymous_kib: field("RssAnon:"),
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |kib: u64| kib as f64 * 1024.0 / 1e6;
        write!(
            f,
            "{:.1} MB resident ({:.1} MB of it heap)",
            mb(self.resident_kib),
            mb(self.anonymous_kib)
        )
    }
}

/// Samples of a duration.
#[derive(Default)]
pub struct Samples(pub Vec<f64>);

impl Samples {
    pub fn push(&mut self, sample: Duration) {
        self.0.push(sample.as_secs_f64() * 1e3);
    }

    /// Returns the quantile, in milliseconds; 0 without samples.
    pub fn quantile(&mut self, q: f64) -> f64 {
        self.0.sort_by(f64::total_cmp);
        let last = self.0.len().saturating_sub(1);
        let at = (q * last as f64).round() as usize;
        self.0.get(at).copied().unwrap_or(0.0)
    }

    pub fn line(&mut self) -> String {
        let [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1.0].map(|q| self.quantile(q));
        format!("p50 {p50:.2} ms   p90 {p90:.2} ms   p99 {p99:.2} ms   longest {max:.2} ms")
    }
}

/// Reads a counter, summed over its labels, out of a page in Prometheus' text format.
pub fn counter(page: &str, name: &str) -> Option<f64> {
    let mut found = None;
    for line in page.lines() {
        let Some(rest) = line.strip_prefix(name) else {
            continue;
        };
        if !rest.starts_with(['{', ' ']) {
            continue;
        }
        let value = line.rsplit(' ').next().and_then(|v| v.parse::<f64>().ok());
        if let Some(value) = value {
            *found.get_or_insert(0.0) += value;
        }
    }
    found
}

/// Says how a figure stands to its aim.
pub fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "NOT reached" }
}
