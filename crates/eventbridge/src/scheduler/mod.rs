//! EventBridge Scheduler: schedule groups, schedules, and the Calls that these make when they are due.

mod api;
mod backfill;
mod due;
mod goal;
mod invoke;
mod schedule;
mod service;
#[cfg(test)]
mod tests;
mod timing;
mod upcoming;

pub use schedule::ScheduleRef;
pub use service::Scheduler;
pub use upcoming::next_runs;
