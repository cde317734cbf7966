//! The metrics' names. A metric that is not here has no help text, and a test refuses it.

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    /// Of seconds.
    Histogram,
}

/// Name, kind, help.
pub const ALL: &[(&str, Kind, &str)] = &[
    (
        "taxiway_requests_total",
        Kind::Counter,
        "HTTP requests answered, by service, operation and status.",
    ),
    (
        "taxiway_request_seconds",
        Kind::Histogram,
        "From a request's head to its response's head, by service and operation. Long polls are among them.",
    ),
    (
        "taxiway_requests_running",
        Kind::Gauge,
        "Requests that are being answered.",
    ),
    (
        "taxiway_calls_total",
        Kind::Counter,
        "Calls from one service to another, by service, operation and error code (OK for none).",
    ),
    (
        "taxiway_executions_started_total",
        Kind::Counter,
        "Executions started, by type of their state machine.",
    ),
    (
        "taxiway_executions_ended_total",
        Kind::Counter,
        "Executions ended, by type and status.",
    ),
    (
        "taxiway_transitions_total",
        Kind::Counter,
        "States entered.",
    ),
    (
        "taxiway_timer_late_seconds",
        Kind::Histogram,
        "How long after its due time a timer of an execution fired.",
    ),
    (
        "taxiway_execution_log_lines_total",
        Kind::Counter,
        "Lines of executions' logging configurations, by outcome: written, dropped.",
    ),
    (
        "taxiway_invariants_broken_total",
        Kind::Counter,
        "Invariants that did not hold of what is stored of executions, by invariant.",
    ),
    (
        "taxiway_survey_ended_time_seconds",
        Kind::Gauge,
        "When the last survey of all executions ended, since the epoch.",
    ),
    (
        "taxiway_survey_executions",
        Kind::Gauge,
        "Executions that the last survey looked at.",
    ),
    (
        "taxiway_survey_broken",
        Kind::Gauge,
        "Invariants that the last survey found broken.",
    ),
    (
        "taxiway_store_commits_total",
        Kind::Counter,
        "Transactions committed, each made durable before it was answered, by file.",
    ),
    (
        "taxiway_store_batches_total",
        Kind::Counter,
        "Batches asked for, by file and outcome; several are committed together.",
    ),
    (
        "taxiway_store_log_bytes_total",
        Kind::Counter,
        "Bytes written into the write-ahead log, by file.",
    ),
    (
        "taxiway_store_sync_seconds",
        Kind::Histogram,
        "Writing a transaction into the log and syncing it, by file.",
    ),
    (
        "taxiway_store_queue",
        Kind::Gauge,
        "Batches that waited for the writer when it last looked, by file.",
    ),
    (
        "taxiway_job_runs_ended_total",
        Kind::Counter,
        "Job runs that came to a final state, by state.",
    ),
    (
        "taxiway_job_runs_running",
        Kind::Gauge,
        "Job runs that are attended to.",
    ),
    (
        "taxiway_queries_ended_total",
        Kind::Counter,
        "Athena queries that ended, by state.",
    ),
    (
        "taxiway_bus_lag_events",
        Kind::Gauge,
        "Events on the bus that the rules have not seen yet, by bus.",
    ),
    (
        "taxiway_deliveries_total",
        Kind::Counter,
        "Attempts to deliver to targets of rules and schedules, by outcome.",
    ),
    (
        "taxiway_spans_total",
        Kind::Counter,
        "Spans of traces, by what became of them: sent, failed, dropped.",
    ),
];
