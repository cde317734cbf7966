//! The interpreter held against a reference that is too simple to be wrong.
//!
//! `SEED=123 cargo test -p taxiway-asl --test model` runs one seed again; `make model` runs a million.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]
#![allow(
    clippy::result_large_err,
    reason = "the reference is simple before it is fast"
)]

mod generator;
mod reference;
mod runs;

/// Enough that each rule of the language meets each other; a few seconds.
const RUNS: u64 = 20_000;

#[test]
fn the_interpreter_does_what_the_reference_does() {
    let seeds = match std::env::var("SEED").ok().and_then(|s| s.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..RUNS,
    };
    let mut tally = runs::Tally::default();
    for seed in seeds {
        if let Err(difference) = runs::run(seed, &mut tally) {
            panic!("SEED={seed}: {difference}");
        }
    }
    if tally.runs > 1 {
        assert_eq!(
            tally.by_status.len(),
            4,
            "every end is reached: {:?}",
            tally.by_status
        );
    }
}
