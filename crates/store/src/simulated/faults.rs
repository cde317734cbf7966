//! What goes wrong on a simulated disk, and when.

use super::Dice;

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// `kill -9`, or a power cut: nobody is answered any more.
    Lost,
    /// An fsync failed: callers are told, then the process ends itself.
    FailedSync,
}

/// What is to go wrong in one life of a process.
#[derive(Clone, Debug)]
pub struct Faults {
    pub(super) dice: Dice,
    /// The group of commits that the process does not outlive, counted from 0, and how.
    pub death: Option<(u64, Death)>,
    /// One group in so many waits for a slow disk; 0: none.
    pub slow_one_in: u64,
    /// One group in so many finds the disk full for a while; 0: never.
    pub full_one_in: u64,
}

impl Faults {
    /// Nothing goes wrong; commits take a moment.
    pub fn none(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            death: None,
            slow_one_in: 0,
            full_one_in: 0,
        }
    }

    /// Anything goes wrong within the next `groups` groups of commits.
    pub fn random(dice: &mut Dice, groups: u64) -> Self {
        let how = if dice.one_in(4) {
            Death::FailedSync
        } else {
            Death::Lost
        };
        Self {
            death: Some((dice.roll(groups), how)),
            slow_one_in: 4 + dice.roll(20),
            full_one_in: if dice.one_in(3) { 5 + dice.roll(20) } else { 0 },
            dice: dice.fork(),
        }
    }

    fn hits(&mut self, one_in: u64) -> bool {
        one_in > 0 && self.dice.one_in(one_in)
    }

    /// Returns how long a group takes. **Units**: milliseconds.
    pub(super) fn delay_ms(&mut self) -> u64 {
        if self.hits(self.slow_one_in) {
            500 + self.dice.roll(4000)
        } else {
            self.dice.roll(4)
        }
    }

    /// Returns for how long the disk is full from now on. **Units**: milliseconds.
    pub(super) fn full_ms(&mut self) -> Option<u64> {
        self.hits(self.full_one_in)
            .then(|| 1 + self.dice.roll(6000))
    }
}
