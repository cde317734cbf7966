//! Everything durable: records, streams, timers and the bus, behind one small trait.

pub mod api;
pub mod clock;

pub use api::{Backend, Batch, BusEvent, Expect, Key, Op, Record, Scan, Store, StoreError, StreamRow, Timer};
pub use clock::{Clock, SystemClock};
