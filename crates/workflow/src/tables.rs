//! The tables, queues and keys of this service in the store.

use store::Key;

/// [`Machine`](crate::machine::Machine) by account, region, name.
pub(crate) const MACHINES: &str = "workflow/machines";
/// [`Revision`](crate::machine::Revision) by account, region, name, machine id, ordinal.
pub(crate) const REVISIONS: &str = "workflow/revisions";
/// [`Version`](crate::machine::Version) by account, region, name, machine id, number.
pub(crate) const VERSIONS: &str = "workflow/versions";
/// [`Alias`](crate::machine::Alias) by account, region, name, machine id, alias.
pub(crate) const ALIASES: &str = "workflow/aliases";
/// [`Record`](crate::execution::Record) by account, region, machine, name.
pub(crate) const EXECUTIONS: &str = "workflow/executions";
/// [`Summary`](crate::execution::Summary) by account, region, machine, machine id, start (newest first), name.
pub(crate) const LISTED: &str = "workflow/listed";
/// [`Parked`](crate::driver::row::Parked): an execution that has not ended, by its stream.
pub(crate) const PARKED: &str = "workflow/parked";
/// Nothing, by account, region, machine, machine id, stream: one row for each execution that has not ended.
pub(crate) const OPEN: &str = "workflow/open";
/// [`TaskRow`](crate::driver::row::TaskRow): tasks that have not come to their end, by stream, task.
pub(crate) const TASKS: &str = "workflow/tasks";
/// Whose token it is, by token. Kept when the task has ended, to tell late callers so.
pub(crate) const TOKENS: &str = "workflow/tokens";
/// [`Activity`](crate::activity::Activity) by account, region, name.
pub(crate) const ACTIVITIES: &str = "workflow/activities";
/// Tasks that wait for a worker, by account, region, activity, activity id, time, stream, task.
pub(crate) const ACTIVITY_TASKS: &str = "workflow/activity-tasks";
/// Asynchronous Express executions that have not ended, by execution id.
pub(crate) const EXPRESS: &str = "workflow/express";

/// [`MapRun`](crate::map_run::MapRun) by account, region, machine with label, id.
pub(crate) const MAP_RUNS: &str = "workflow/map-runs";
/// Nothing, by account, region, machine, execution, start, machine with label, id: an execution's Map runs.
pub(crate) const MAP_RUNS_OF: &str = "workflow/map-runs-of";
/// [`OpenMapRun`](crate::map_run::OpenMapRun): Map runs that have not ended, under the keys of [`MAP_RUNS`].
pub(crate) const MAP_RUNS_OPEN: &str = "workflow/map-runs-open";
/// [`OpenMapRun`](crate::map_run::OpenMapRun): Map runs that ended without success and may be redriven, under the
/// keys of [`MAP_RUNS`].
pub(crate) const MAP_RUNS_ENDED: &str = "workflow/map-runs-ended";
/// [`Record`](crate::execution::Record) of Express children that succeeded, of Map runs that did not: under the keys
/// of [`MAP_RUNS`] and the child's number.
pub(crate) const MAP_RUN_RESULTS: &str = "workflow/map-run-results";
/// Nothing: open Map runs that are to be stopped, under the keys of [`MAP_RUNS`].
pub(crate) const MAP_RUNS_CANCELLED: &str = "workflow/map-runs-cancelled";

/// The queue of the executions' timers; keys are stream, timer.
pub(crate) const TIMERS: &str = "workflow";

/// Returns a number as text that sorts as the number does.
pub(crate) fn ordered(number: u64) -> String {
    format!("{number:016x}")
}

/// Returns a number as text that sorts the other way around.
pub(crate) fn reversed(number: u64) -> String {
    format!("{:016x}", u64::MAX - number)
}

/// Returns a stream's number as it stands in keys.
pub(crate) fn stream(stream: i64) -> String {
    format!("{stream:x}")
}

/// Reads a stream's number from a key.
pub(crate) fn stream_of(part: &str) -> Option<i64> {
    i64::from_str_radix(part, 16).ok()
}

pub(crate) fn key(parts: &[&str]) -> Key {
    Key::of(parts)
}
