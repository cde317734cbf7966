//! Visuals' queries against the engine that answers them.

mod figures;
mod house;
mod levels;
mod plans;
mod properties;
mod totals;
mod visuals;
