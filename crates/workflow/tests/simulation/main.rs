//! The engine, its store and its clock under one seed, with everything going wrong that may: the process is lost at
//! any commit, an fsync fails, the disk is slow or full, the clock jumps by an hour.
//!
//! A seed makes random state machines (and takes some that are written down), starts executions of them, lets a
//! worker answer their tasks, and ends life after life of the process until all of them have ended. After every
//! life the invariants of `workflow::invariants` must hold of the disk; in the end each execution must have come to
//! what the reference of the interpreter's tests says, given what happened to it.
//!
//! `SEED=123 cargo test -p taxiway-workflow --test simulation` runs one seed again, `SEEDS=100000` that many,
//! `FROM=100000 SEEDS=100000` those that come after.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]
#![allow(
    clippy::result_large_err,
    reason = "the reference is plain before it is quick"
)]

mod check;
mod clock;
mod life;
mod outside;
mod plan;
mod seed;

#[path = "../../../asl/tests/model/generator.rs"]
#[allow(dead_code, reason = "the interpreter's tests use more of it")]
mod generator;
#[path = "../harness/others.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod others;
#[path = "../../../asl/tests/model/reference/mod.rs"]
#[allow(dead_code, reason = "the interpreter's tests use more of it")]
mod reference;
#[path = "../../../asl/tests/model/runs.rs"]
#[allow(dead_code, reason = "the interpreter's tests use more of it")]
mod runs;

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";

/// As many as a test may take time for.
const SEEDS: u64 = 3_000;

#[test]
fn whatever_goes_wrong_every_execution_comes_to_its_end_once() {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<u64>().ok());
    let seeds = match (number("SEED"), number("SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, count) => {
            let first = number("FROM").unwrap_or(0);
            first..first + count.unwrap_or(SEEDS)
        }
    };
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = seed::Tally::default();
    std::thread::scope(|scope| {
        let work = || {
            let mut tally = seed::Tally::default();
            loop {
                let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if seed >= seeds.end {
                    return tally;
                }
                if let Err(what) = seed::simulate(seed, &mut tally) {
                    panic!("SEED={seed}: {what}");
                }
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(tally) => total.add(&tally),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    println!("{total:?}");
}

#[test]
fn a_seed_is_the_same_run_again() {
    let run = || {
        let mut tally = seed::Tally::default();
        for seed in 1..20 {
            assert_eq!(seed::simulate(seed, &mut tally), Ok(()));
        }
        tally
    };
    assert_eq!(run(), run());
}
