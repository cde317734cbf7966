//! The service's tests as its callers see it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may"
)]

mod api;
mod job_runs;
mod spark;
mod support;

/// Not a test: the process that a server under test starts as a runner.
#[test]
#[ignore = "a server under test starts this program as a runner"]
fn runner_process() {
    support::act_as_runner();
}
