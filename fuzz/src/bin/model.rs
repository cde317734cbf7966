//! Random state machines and orders of events through the interpreter and through the reference beside its tests.
//!
//! ```text
//! make model ARGS='--runs 1000000 --from 0'
//! ```
//!
//! A run follows from its number alone. Exit status: 1 when one differs.

#[path = "../../../crates/asl/tests/model/generator.rs"]
mod generator;
#[path = "../../../crates/asl/tests/model/reference/mod.rs"]
mod reference;
#[path = "../../../crates/asl/tests/model/runs.rs"]
mod runs;

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::Instant,
};

use runs::Tally;

/// Differences that are told; more teach nothing new.
const MOST_DIFFERENCES: u64 = 5;

fn main() -> ExitCode {
    let (mut runs, mut from) = (1_000_000_u64, 0_u64);
    let mut threads = thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let number = given.next().and_then(|v| v.replace('_', "").parse().ok());
        match (name.as_str(), number) {
            ("--runs", Some(number)) => runs = number,
            ("--from", Some(number)) => from = number,
            ("--threads", Some(number)) => threads = number.max(1),
            _ => {
                eprintln!("usage: model [--runs N] [--from N] [--threads N]");
                return ExitCode::from(2);
            }
        }
    }
    let (next, differences, began) = (AtomicU64::new(from), AtomicU64::new(0), Instant::now());
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let work = || {
            let mut tally = Tally::default();
            loop {
                let seed = next.fetch_add(1, Relaxed);
                if seed >= from + runs || differences.load(Relaxed) >= MOST_DIFFERENCES {
                    return tally;
                }
                if let Err(difference) = runs::run(seed, &mut tally) {
                    differences.fetch_add(1, Relaxed);
                    println!("SEED={seed}: {difference}");
                }
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|w| w.join().ok()).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.runs += tally.runs;
        all.happenings += tally.happenings;
        all.events += tally.events;
        for (status, count) in tally.by_status {
            *all.by_status.entry(status).or_default() += count;
        }
    }
    println!(
        "{} runs equal to the reference, {} differ; {} happenings, {} history events, {:?}; {:.1} s",
        all.runs,
        differences.load(Relaxed),
        all.happenings,
        all.events,
        all.by_status,
        began.elapsed().as_secs_f64()
    );
    // A worker that panicked counted nothing of what it had.
    ExitCode::from(u8::from(differences.load(Relaxed) > 0 || all.runs < runs))
}
