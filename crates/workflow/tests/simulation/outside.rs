//! What is outside the process and outlives it: services, a worker, clients and what they were told.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use serde_json::Value;

use crate::{generator::Dice, others::Others};

pub(crate) struct Outside {
    pub(crate) others: Arc<Others>,
    pub(crate) known: Mutex<Known>,
}

/// What the worker and the clients know.
#[derive(Default)]
pub(crate) struct Known {
    /// How often each token was handed out.
    pub(crate) handed_out: BTreeMap<String, u32>,
    /// Tokens whose answer is not known to have arrived.
    pub(crate) to_answer: BTreeSet<String>,
    /// Starts that were acknowledged.
    pub(crate) started: BTreeSet<usize>,
    pub(crate) redriven: BTreeSet<usize>,
    pub(crate) redrives_asked: BTreeSet<usize>,
}

impl Outside {
    pub(crate) fn new(looks: usize) -> Arc<Self> {
        let others = Others::new();
        others.jobs_end_in("COMPLETED", looks);
        Arc::new(Self {
            others,
            known: Mutex::default(),
        })
    }

    pub(crate) fn know<R>(&self, with: impl FnOnce(&mut Known) -> R) -> R {
        with(&mut self.known.lock().unwrap())
    }
}

/// Returns how a task ends, always the same for a token: its output, or an error.
pub(crate) fn answer(token: &str) -> Result<Value, &'static str> {
    let seed = token
        .bytes()
        .fold(7_u64, |h, b| h.wrapping_mul(131).wrapping_add(b.into()));
    let mut dice = Dice(seed);
    match dice.roll(3) {
        0 => Err(["E1", "E2"][dice.roll(2)]),
        _ => Ok(dice.data()),
    }
}
