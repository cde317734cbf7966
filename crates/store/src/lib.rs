//! Everything durable: records, streams, timers and the bus, behind one small trait.

pub mod api;
pub mod clock;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod cursor;
#[cfg(any(test, feature = "testing"))]
pub mod simulated;
pub mod sqlite;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use api::{
    Backend, Batch, BusEvent, Expect, Key, Op, Record, Scan, Store, StoreError, StreamRow, Timer,
};
pub use clock::{Clock, SystemClock};
pub use sqlite::{FolderLock, OpenError, Options, snapshot};
