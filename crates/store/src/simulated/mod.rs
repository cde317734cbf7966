//! A store in memory whose disk fails as it is told: for simulations under one seed.
//!
//! It keeps the promise of [`Backend`](crate::Backend) as the one on SQLite does: batches are committed in groups,
//! a group is there whole or not at all, and is durable before anyone is answered. What a [`Disk`] holds outlives
//! the [`Store`](crate::Store)s on it as a disk outlives processes. There are no threads and no real time in it:
//! on one thread with paused time, everything follows from the seed.

mod backend;
mod data;
mod dice;
mod faults;

pub use backend::Disk;
pub use dice::Dice;
pub use faults::{Death, Faults};

#[cfg(test)]
mod tests {
    use super::{Disk, Faults};

    #[tokio::test]
    async fn it_conforms() {
        crate::conformance::all(|| Disk::new().store(Faults::none(1)).0).await;
    }
}
