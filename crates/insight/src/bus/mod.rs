//! `/_taxiway/events`: what happens, as it happens, of all stores' buses.

mod follow;
mod place;

pub(crate) use follow::answer;
pub(crate) use place::Place;

#[cfg(test)]
mod tests;
