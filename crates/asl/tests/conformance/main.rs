//! Recorded answers of AWS Step Functions against the interpreter and the validator, offline.
//!
//! The recordings lie beside the repository (`../shared/conformance/asl`). What is known to differ stands in
//! `known_failures.txt`; the list may only shrink: a case in it that passes fails the test.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

#[expect(unreachable_pub, reason = "a test program")]
mod cases;
#[expect(unreachable_pub, reason = "a test program")]
mod compare;
#[expect(unreachable_pub, reason = "a test program")]
mod driver;

use std::collections::{BTreeMap, BTreeSet};

use cases::{Case, Outcome};

#[test]
fn recordings_hold() {
    let Some(cases) = cases::load() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "the recordings are absent"
        );
        println!("skipped: the recordings are absent");
        return;
    };
    let only = std::env::var("ASL_CASE").unwrap_or_default();
    let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut failed = BTreeMap::new();
    for case in cases.iter().filter(|c| c.file.contains(&only)) {
        let row = table.entry(case.category.clone()).or_default();
        row[0] += 1;
        match run(case) {
            Outcome::Pass => row[1] += 1,
            Outcome::Skip => row[2] += 1,
            Outcome::Fail(why) => {
                failed.insert(case.file.clone(), why);
            }
        }
    }
    report(&table);
    let known: BTreeSet<String> = known_failures();
    let fresh: Vec<_> = failed
        .iter()
        .filter(|(file, _)| !known.contains(*file))
        .collect();
    for (file, why) in if only.is_empty() {
        fresh.clone()
    } else {
        failed.iter().collect()
    } {
        println!("\n{file}\n  {why}");
    }
    if only.is_empty() {
        let mended: Vec<_> = known.iter().filter(|k| !failed.contains_key(*k)).collect();
        assert!(
            fresh.is_empty(),
            "{} cases fail that are not known to",
            fresh.len()
        );
        assert!(
            mended.is_empty(),
            "take these out of known_failures.txt: {mended:?}"
        );
    }
}

fn run(case: &Case) -> Outcome {
    match std::panic::catch_unwind(|| cases::run(case)) {
        Ok(outcome) => outcome,
        Err(_) => Outcome::Fail("panicked".to_owned()),
    }
}

fn report(table: &BTreeMap<String, [usize; 3]>) {
    println!(
        "{:20} {:>6} {:>6} {:>8}",
        "category", "cases", "full", "not here"
    );
    let mut total = [0; 3];
    for (category, row) in table {
        println!("{category:20} {:6} {:6} {:8}", row[0], row[1], row[2]);
        (0..3).for_each(|i| total[i] += row[i]);
    }
    println!(
        "{:20} {:6} {:6} {:8}",
        "TOTAL", total[0], total[1], total[2]
    );
}

fn known_failures() -> BTreeSet<String> {
    let text = include_str!("../known_failures.txt");
    let lines = text
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
    lines
        .map(|l| {
            l.split_once(" : ")
                .map_or(l, |(file, _)| file)
                .trim()
                .to_owned()
        })
        .collect()
}
