//! Random definitions, inputs and expressions against the pure crates: no panic and no hang.
//!
//! ```text
//! make fuzz ARGS='--cases 1000000 --seed 7'    a million cases from seed 7
//! make fuzz ARGS='--seconds 60'                as many cases as a minute has room for
//! make fuzz ARGS='--seed 7 --only 1234'        case 1234 of seed 7 again, its text printed
//! ```
//!
//! A case is one of three: a definition made from nothing (the generator of the interpreter's own test), a
//! definition of the corpus changed member by member and run, an expression of the corpus changed piece by
//! piece and evaluated. Every case follows from the seed and its number alone. Exit status: 0 when all went
//! well, 1 when a case panicked, 2 when one took longer than its limit.

mod cases;
mod corpus;
#[path = "../../crates/asl/tests/fuzz.rs"]
mod random;

use std::{
    panic,
    process::{ExitCode, exit},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use cases::{Counts, run};
use corpus::Corpus;

const TAKES_TOO_LONG: Duration = Duration::from_secs(120);
/// A panic is told with its case; after so many there is nothing new to learn.
const MOST_PANICS: u64 = 20;

struct Arguments {
    cases: u64,
    from: u64,
    seed: u64,
    only: Option<u64>,
    seconds: Option<u64>,
    threads: u64,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments {
        cases: 200_000,
        from: 0,
        seed: 1,
        only: None,
        seconds: None,
        threads: thread::available_parallelism().map_or(1, |n| n.get() as u64),
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let number: u64 = given
            .next()
            .and_then(|v| v.replace('_', "").parse().ok())
            .ok_or(format!("{name} takes a number"))?;
        match name.as_str() {
            "--cases" => found.cases = number,
            "--from" => found.from = number,
            "--seed" => found.seed = number,
            "--only" => found.only = Some(number),
            "--seconds" => found.seconds = Some(number),
            "--threads" => found.threads = number.max(1),
            _ => {
                return Err(format!(
                    "{name}? --cases, --from, --seconds, --seed, --only, --threads"
                ));
            }
        }
    }
    if found.seconds.is_some() {
        found.cases = u64::MAX - found.from;
    }
    Ok(found)
}

/// The case that each thread is at, and how many it has done: what the watch looks at.
#[derive(Default)]
struct Progress {
    case: AtomicU64,
    done: AtomicU64,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(64);
        }
    };
    let corpus = Corpus::read();
    let (seed, from, threads) = (arguments.seed, arguments.from, arguments.threads);
    if let Some(case) = arguments.only {
        run(&corpus, seed, case, true, &mut Counts::default());
        println!("case {case} of seed {seed}: well");
        return ExitCode::SUCCESS;
    }
    match arguments.seconds {
        Some(seconds) => println!("{seconds} s of cases from seed {seed}, {threads} threads"),
        None => println!(
            "{} cases from seed {seed}, {threads} threads",
            arguments.cases
        ),
    }
    let progress: Vec<Progress> = (0..threads).map(|_| Progress::default()).collect();
    let (panics, began) = (AtomicU64::new(0), Instant::now());
    let until = arguments.seconds.map(|s| began + Duration::from_secs(s));
    // One row of cases for all threads: they end together, or the watch would take the one that is ready first for stuck.
    let next = AtomicU64::new(from);
    let counts = thread::scope(|scope| {
        let workers: Vec<_> = progress
            .iter()
            .map(|at| {
                let (corpus, panics, next) = (&corpus, &panics, &next);
                let end = from.saturating_add(arguments.cases);
                let cases = std::iter::from_fn(move || {
                    let case = next.fetch_add(1, Relaxed);
                    (case < end).then_some(case)
                });
                scope.spawn(move || work(corpus, seed, cases, until, at, panics))
            })
            .collect();
        watch(&progress, || workers.iter().all(|w| w.is_finished()), seed);
        let mut all = Counts::default();
        for worker in workers {
            all += worker.join().unwrap_or_default();
        }
        all
    });
    let (panics, seconds) = (panics.into_inner(), began.elapsed().as_secs_f64());
    println!(
        "{counts}\n{panics} panics, {seconds:.1} s, {:.0} cases a second",
        counts.cases() as f64 / seconds
    );
    ExitCode::from(u8::from(panics > 0))
}

fn work(
    corpus: &Corpus,
    seed: u64,
    cases: impl Iterator<Item = u64>,
    until: Option<Instant>,
    at: &Progress,
    panics: &AtomicU64,
) -> Counts {
    let mut counts = Counts::default();
    for case in cases {
        if until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
        at.case.store(case, Relaxed);
        let done = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            run(corpus, seed, case, false, &mut counts)
        }));
        if done.is_err() {
            eprintln!(
                "case {case} of seed {seed} panics: make fuzz ARGS='--seed {seed} --only {case}'"
            );
            if panics.fetch_add(1, Relaxed) + 1 >= MOST_PANICS {
                break;
            }
        }
        at.done.fetch_add(1, Relaxed);
    }
    counts
}

/// Ends the process when a case hangs; tells every minute how far it is.
fn watch(progress: &[Progress], finished: impl Fn() -> bool, seed: u64) {
    let mut seen: Vec<(u64, Instant)> = progress
        .iter()
        .map(|_| (u64::MAX, Instant::now()))
        .collect();
    let mut told = Instant::now();
    while !finished() {
        thread::sleep(Duration::from_millis(50));
        for (at, seen) in progress.iter().zip(&mut seen) {
            let done = at.done.load(Relaxed);
            if seen.0 != done {
                *seen = (done, Instant::now());
            } else if seen.1.elapsed() > TAKES_TOO_LONG && !finished() {
                let case = at.case.load(Relaxed);
                eprintln!(
                    "case {case} of seed {seed} hangs: make fuzz ARGS='--seed {seed} --only {case}'"
                );
                exit(2);
            }
        }
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            let done: u64 = progress.iter().map(|at| at.done.load(Relaxed)).sum();
            eprintln!("{done} cases");
        }
    }
}
