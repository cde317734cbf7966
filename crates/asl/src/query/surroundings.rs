//! What an expression is evaluated in: its input, the context object, variables, chance.

use std::{
    cell::{Cell, OnceCell},
    sync::Arc,
};

use crate::Value;

/// Where variables are looked up.
pub(crate) trait Variables {
    fn get(&self, name: &str) -> Option<Value>;

    /// Returns all that are visible, each name once.
    fn all(&self) -> Vec<(Arc<str>, Value)>;
}

/// Numbers that follow from a seed (SplitMix64).
#[derive(Debug)]
pub(crate) struct Random(Cell<u64>);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    pub(crate) fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 up to but not 1.
    pub(crate) fn fraction(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns the text of a version 4 UUID.
    pub(crate) fn uuid(&self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            (low >> 48) & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}

/// Java's `java.util.Random`, from which AWS draws where a seed is given.
#[derive(Debug)]
pub(crate) struct JavaRandom(u64);

impl JavaRandom {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;

    pub(crate) fn new(seed: i64) -> Self {
        Self((seed as u64 ^ Self::MULTIPLIER) & Self::MASK)
    }

    fn bits(&mut self, count: u32) -> u64 {
        self.0 = self.0.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        self.0 >> (48 - count)
    }

    /// `nextDouble`: from 0 up to but not 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        let high = self.bits(26) << 27;
        (high + self.bits(27)) as f64 / (1u64 << 53) as f64
    }
}

/// What an expression is evaluated in.
pub(crate) struct Surroundings<'a> {
    /// `$` of JSONPath, `$states.input` of JSONata.
    pub(crate) input: &'a Value,
    /// `$states.result`.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`.
    pub(crate) error_output: Option<&'a Value>,
    pub(crate) variables: &'a dyn Variables,
    pub(crate) random: &'a Random,
    /// Epoch milliseconds, for `$now`.
    pub(crate) now_ms: i64,
    context: OnceCell<Value>,
    make_context: &'a dyn Fn() -> Value,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(
        input: &'a Value,
        make_context: &'a dyn Fn() -> Value,
        variables: &'a dyn Variables,
        random: &'a Random,
        now_ms: i64,
    ) -> Self {
        Self {
            input,
            result: None,
            error_output: None,
            variables,
            random,
            now_ms,
            context: OnceCell::new(),
            make_context,
        }
    }

    /// Returns the context object, made on first use.
    pub(crate) fn context(&self) -> &Value {
        self.context.get_or_init(|| (self.make_context)())
    }

    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::JavaRandom;

    #[test]
    fn a_seed_gives_what_java_gives() {
        assert_eq!(JavaRandom::new(42).fraction(), 0.727_563_680_032_868_1);
    }
}
