//! What the driver tells of executions: counts, and spans of turns and tasks.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, LazyLock},
};

use asl::JournalEvent;
use metrics::{Counter, Histogram, counter, histogram};
use tracing::{Level, Span, field::Empty, info_span};

use super::{
    cells::Slot,
    row::TaskRow,
    turn::{Ended, Turn},
};

/// The target of spans that are exported as traces.
const TARGET: &str = "taxiway::trace";

static TRANSITIONS: LazyLock<Counter> = LazyLock::new(|| counter!("taxiway_transitions_total"));
static LATE: LazyLock<Histogram> = LazyLock::new(|| histogram!("taxiway_timer_late_seconds"));

/// Notes that a timer fires so long after it was due.
pub(super) fn timer_fired(late_ms: i64) {
    LATE.record(late_ms.max(0) as f64 / 1e3);
}

/// Notes what a turn that is about to be committed holds.
pub(super) fn entered(turn: &Turn) {
    let entered = |event: &&JournalEvent| matches!(event, JournalEvent::StateEntered { .. });
    TRANSITIONS.increment(turn.events.iter().filter(entered).count() as u64);
}

/// Notes an execution whose first turn was committed.
pub(super) fn started(slot: &Slot) {
    counter!("taxiway_executions_started_total", "type" => kind(slot)).increment(1);
}

/// Notes an execution whose last turn was committed.
pub(super) fn ended(slot: &Slot, ended: &Ended) {
    counter!("taxiway_executions_ended_total", "type" => kind(slot), "status" => ended.status.as_str()).increment(1);
}

fn kind(slot: &Slot) -> &'static str {
    if slot.fleeting.is_some() {
        "EXPRESS"
    } else {
        "STANDARD"
    }
}

/// Returns the span of a turn. The trace is the one that the execution's trace header names; without one, the
/// execution's own, which later lives find again.
pub(super) fn turn_span(slot: &Slot) -> Span {
    if !tracing::enabled!(target: TARGET, Level::INFO) {
        return Span::none();
    }
    let arn = slot.record.home.arn();
    let header = slot.record.trace_header.as_deref();
    info_span!(
        target: TARGET,
        "turn",
        otel.name = format_args!("turn {}", slot.record.home.machine_name()),
        otel.status_code = Empty,
        traceparent = traceparent(header, &arn),
        execution = arn,
    )
}

/// Returns the span of a task's request: a child of the turn that asks for it.
pub(super) fn task_span(row: &TaskRow) -> Span {
    if !tracing::enabled!(target: TARGET, Level::INFO) {
        return Span::none();
    }
    let arn: &Arc<str> = &row.caller.execution_arn;
    info_span!(
        target: TARGET,
        "task",
        otel.name = format_args!("task {}", row.task.state),
        otel.status_code = Empty,
        traceparent = traceparent(None, arn),
        execution = &**arn,
        state = &*row.task.state,
        resource = &*row.task.resource,
    )
}

fn traceparent(header: Option<&str>, arn: &str) -> String {
    let span = format!("{:016x}", hash(0, arn));
    header
        .and_then(|header| aws::trace::traceparent(header, &span))
        .unwrap_or_else(|| format!("00-{:016x}{:016x}-{span}-01", hash(1, arn), hash(2, arn)))
}

/// Returns a number that stands for an ARN, never 0. Another build may number otherwise: a trace that spans an upgrade
/// is then two.
fn hash(which: u8, arn: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (which, arn).hash(&mut hasher);
    hasher.finish().max(1)
}
