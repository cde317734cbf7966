//! Visuals' queries against the engine that answers them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "tests"
)]

mod figures;
mod house;
mod items;
mod levels;
mod plans;
mod properties;
mod totals;
mod visuals;
