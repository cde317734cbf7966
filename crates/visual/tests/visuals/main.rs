//! Visuals' queries against the engine that answers them.

mod house;
mod plans;
mod visuals;
