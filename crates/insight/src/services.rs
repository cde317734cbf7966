//! What the console asks of services that is in no API of AWS's. `server` knows them all and hands this in.

use std::path::PathBuf;

use aws::{ApiError, Context};
use futures::future::BoxFuture;
use serde_json::{Map, Value};

/// History events, as GetExecutionHistory has them.
pub type Events = Vec<Map<String, Value>>;

/// An execution's history as it grows.
pub trait History: Send {
    /// Waits for the next events; `None` once the execution has ended and all is told.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Events>, ApiError>>;

    /// Returns the execution's status.
    fn status(&self) -> &'static str;
}

/// Where one of the driver's outputs of a job run is found.
#[derive(Clone, Debug, Default)]
pub struct DriverLog {
    /// The file that grows while the attempt runs; it need not be there yet, or any more.
    pub file: PathBuf,
    /// From 1. A retry begins another file.
    pub attempt: i64,
    pub state: String,
    /// The output does not grow any more.
    pub ended: bool,
    /// Bucket and key of what was delivered to S3, gzipped.
    pub delivered: Option<(String, String)>,
}

/// Columns by name and type, and rows of text; absent for NULL.
pub type Rows = (Vec<(String, String)>, Vec<Vec<Option<String>>>);

/// What comes into a log group.
pub trait LogTail: Send {
    /// Looks for what is new.
    fn look(&mut self) -> BoxFuture<'_, Result<Looked, ApiError>>;
}

/// What one look at a log group found.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// As FilterLogEvents has them.
    pub events: Vec<Value>,
    /// Where to go on; nothing while there is more of before.
    pub cursor: Option<String>,
}

/// Where to begin to follow a log group, or one of its streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailFrom {
    /// With events of this time, in epoch milliseconds.
    Since(i64),
    /// With so many of a stream's newest events.
    Newest(usize),
    /// With what came after a look.
    Cursor(String),
}

/// Which log events are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub group: String,
    pub stream: Option<String>,
    /// A filter pattern; an empty one matches all.
    pub pattern: String,
}

/// What is due at times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheduled {
    Rule { bus: String, name: String },
    Schedule { group: String, name: String },
}

/// When something was due: epoch milliseconds, the earliest first.
#[derive(Clone, Debug, Default)]
pub struct Due {
    pub times_ms: Vec<i64>,
    /// There are more in the window.
    pub truncated: bool,
}

/// Everything that is asked.
pub trait Services: Send + Sync {
    /// Begins to follow an execution after one of its history events; 0 is before the first.
    fn follow(
        &self,
        execution_arn: &str,
        after: u64,
    ) -> BoxFuture<'static, Result<Box<dyn History>, ApiError>>;

    /// Begins to follow a log group.
    fn tail(
        &self,
        context: Context,
        of: Followed,
        from: TailFrom,
    ) -> BoxFuture<'static, Result<Box<dyn LogTail>, ApiError>>;

    /// Finds an output, `stdout` or `stderr`, of a job run's driver in its latest attempt.
    fn driver_log(
        &self,
        context: Context,
        virtual_cluster: &str,
        id: &str,
        output: &str,
    ) -> BoxFuture<'static, Result<DriverLog, ApiError>>;

    /// Returns when an expression would be due, in epoch milliseconds, from `from_ms` on.
    fn next_runs(
        &self,
        expression: &str,
        zone: &str,
        from_ms: i64,
        count: usize,
    ) -> Result<Vec<i64>, ApiError>;

    /// Returns what a rule last did, and why not, as JSON, the newest first.
    fn rule_firings(
        &self,
        context: Context,
        bus: &str,
        rule: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>>;

    /// Returns what a schedule last did, and why not, as JSON, the newest first.
    fn schedule_firings(
        &self,
        context: Context,
        group: &str,
        name: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>>;

    /// Returns when an enabled rule is due next, in epoch milliseconds.
    fn rule_upcoming(&self, context: &Context, bus: &str, rule: &str, count: usize) -> Vec<i64>;

    /// Returns when an enabled schedule is due next, in epoch milliseconds.
    fn schedule_upcoming(
        &self,
        context: Context,
        group: &str,
        name: &str,
        count: usize,
    ) -> BoxFuture<'static, Result<Vec<i64>, ApiError>>;

    /// Returns when a rule or schedule was due within a window of the past.
    fn due_within(
        &self,
        context: Context,
        of: Scheduled,
        from_ms: i64,
        to_ms: i64,
    ) -> BoxFuture<'static, Result<Due, ApiError>>;

    /// Has a rule or schedule run past occurrences; returns the backfill's id and how many invocations it queued. The
    /// same request again under the same token queues nothing.
    fn backfill(
        &self,
        context: Context,
        of: Scheduled,
        times_ms: Vec<i64>,
        token: Option<String>,
    ) -> BoxFuture<'static, Result<(String, usize), ApiError>>;

    /// Opens a job run in the Spark History Server; returns the address.
    fn spark_ui(
        &self,
        context: Context,
        virtual_cluster: &str,
        id: &str,
    ) -> BoxFuture<'static, Result<String, ApiError>>;

    /// Reads the first rows of a Parquet file.
    fn first_rows(
        &self,
        bucket: &str,
        key: &str,
        limit: usize,
    ) -> BoxFuture<'static, Result<Rows, ApiError>>;
}
