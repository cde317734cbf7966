//! Chance that follows from a seed.

/// Numbers that follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `sides`; 0 for no side.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.next_u64().checked_rem(sides).unwrap_or_default()
    }

    pub fn one_in(&mut self, chances: u64) -> bool {
        self.roll(chances) == 0
    }

    /// Returns dice that roll on their own.
    pub fn fork(&mut self) -> Self {
        Self(self.next_u64())
    }
}
