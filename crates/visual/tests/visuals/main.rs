//! Visuals' queries against the engine that answers them.

mod figures;
mod house;
mod plans;
mod properties;
mod visuals;
