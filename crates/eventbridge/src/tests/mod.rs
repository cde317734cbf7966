//! The service as a whole: through its operations, on a real store file, with a clock that stands still.

mod api;
mod archives;
mod deliveries;
pub(crate) mod formats;
pub(crate) mod harness;
mod schedules;
