//! One seed from its beginning to its end.

use std::{collections::BTreeMap, sync::Arc};

use store::simulated::{Dice, Disk, Faults};

use crate::{
    check,
    life::{self, Ended},
    outside::Outside,
    plan::{Machine, Plan},
};

/// 2026-01-01T00:00:00Z.
const BEGIN_MS: i64 = 1_767_225_600_000;
/// Groups of commits that a life which ends badly has at most.
const GROUPS: u64 = 12;

/// What the seeds came to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) seeds: u64,
    pub(crate) lives: u64,
    pub(crate) deaths: BTreeMap<String, u64>,
    pub(crate) executions: BTreeMap<String, u64>,
    pub(crate) events: u64,
    pub(crate) compared: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.lives += other.lives;
        self.events += other.events;
        self.compared += other.compared;
        for (mine, others) in [
            (&mut self.deaths, &other.deaths),
            (&mut self.executions, &other.executions),
        ] {
            for (name, count) in others {
                *mine.entry(name.clone()).or_default() += count;
            }
        }
    }
}

/// Runs on one thread with paused time: nothing is left to chance or to the machine.
pub(crate) fn alone<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// **Errors**: what did not hold.
pub(crate) fn simulate(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut dice = Dice(seed);
    aws::ids::follow(seed);
    let plan = Arc::new(Plan::new(&mut dice));
    let outside = Outside::new(1);
    let disk = Disk::new();
    let mut now_ms = BEGIN_MS;
    for life in 0.. {
        let mut faults = Faults::random(&mut dice, GROUPS);
        if life >= plan.deaths {
            faults.death = None;
        }
        let ended = alone(life::live(
            &disk,
            faults,
            &plan,
            &outside,
            &mut now_ms,
            &mut dice,
        ));
        tally.lives += 1;
        *tally.deaths.entry(format!("{ended:?}")).or_default() += 1;
        let within = |what: String| format!("in life {life}, {ended:?}: {what}");
        alone(check::invariants(&disk)).map_err(within)?;
        match ended {
            Ended::Done => break,
            Ended::Died(_) => {}
            Ended::Stuck => return Err(within("not everything comes to its end".into())),
        }
    }
    alone(check::outcomes(&disk, &plan, &outside, now_ms, tally))?;
    tally.seeds += 1;
    Ok(())
}

/// Returns what an execution of a written machine comes to when nothing goes wrong.
pub(crate) fn undisturbed(plan: &Plan) -> Vec<String> {
    let quiet = Plan {
        machines: vec![Machine::Written(match &plan.machines[0] {
            Machine::Written(which) => *which,
            Machine::Random(_) => panic!("random machines have the reference"),
        })],
        executions: vec![crate::plan::Execution {
            name: "e0".into(),
            machine: 0,
            input: plan.executions[0].input.clone(),
            start_after_ms: 0,
            stop_after_ms: None,
            redrive: false,
        }],
        deaths: 0,
        jumps: Vec::new(),
    };
    let (disk, outside, plan) = (Disk::new(), Outside::new(1), Arc::new(quiet));
    let mut now_ms = BEGIN_MS;
    let ended = alone(life::live(
        &disk,
        Faults::none(1),
        &plan,
        &outside,
        &mut now_ms,
        &mut Dice(1),
    ));
    assert_eq!(ended, Ended::Done);
    alone(check::kinds(&disk, &outside, &life::arn(&plan, 0), now_ms))
}
