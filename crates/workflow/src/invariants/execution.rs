//! The invariants of one execution.

use std::collections::BTreeMap;

use asl::{Definition, Execution, JournalEvent, Status, TaskId, history};

use super::Broken;
use crate::{
    driver::row::{JournalRow, Phase, Snapshot, TaskRow},
    execution::{Record, Summary},
};

/// Stands for "there is more to do at once" among the timers.
const CONTINUE: u64 = u64::MAX;

/// What is known of an execution; what was not read is not judged.
pub(crate) struct Facts<'a> {
    pub record: &'a Record,
    /// Its journal with the rows' numbers, from the start.
    pub journal: &'a [(u64, JournalRow)],
    pub tasks: &'a [TaskRow],
    pub rows: Option<Rows<'a>>,
    pub definition: Option<&'a Definition>,
}

/// The rows beside record and journal.
pub(crate) struct Rows<'a> {
    pub parked: bool,
    pub snapshot: Option<&'a Snapshot>,
    pub open: bool,
    pub summary: Option<&'a Summary>,
    /// Timers that are set, with when they are due.
    pub timers: &'a BTreeMap<u64, i64>,
    /// Tasks by the tokens that lead to them.
    pub tokens: &'a BTreeMap<u64, (i64, u64)>,
}

/// Returns which invariants do not hold of an execution.
pub(crate) fn check(facts: &Facts<'_>) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut tell = |invariant, what: String| {
        broken.push(Broken {
            invariant,
            of: facts.record.home.arn(),
            what,
        });
    };
    let ended = facts.record.stop_ms.is_some();
    if ended == (facts.record.status == Status::Running) {
        tell("INV-1", "status and stop date differ".into());
    }
    if let Err(what) = journal_is_whole(facts.journal) {
        tell("INV-2", what);
    }
    let mut state = Execution::new();
    for (number, row) in facts.journal {
        if let Some(snapshot) = facts.rows.as_ref().and_then(|r| r.snapshot)
            && snapshot.upto == *number
            && snapshot.state != state
        {
            tell(
                "INV-4",
                format!("the state saved at row {number} is another one"),
            );
        }
        row.events.iter().for_each(|e| asl::evolve(&mut state, e));
    }
    if let Err(what) = agrees(facts.record, &state) {
        tell("INV-3", what);
    }
    if let Err(what) = tasks_have_rows(&state, facts.tasks) {
        tell("INV-5", what);
    }
    if let Some(definition) = facts.definition
        && let Err(what) = history_is_numbered(definition, facts.journal)
    {
        tell("INV-7", what);
    }
    let Some(rows) = &facts.rows else {
        return broken;
    };
    if (rows.open, rows.parked) != (!ended, !ended) {
        tell(
            "INV-1",
            format!("ended {ended}, open {}, parked {}", rows.open, rows.parked),
        );
    }
    if let Err(what) = timers_are_set(&state, rows.timers) {
        tell("INV-6", what);
    }
    if !is_summary(facts.record, rows.summary) {
        tell("INV-8", "the listed summary differs from the record".into());
    }
    for (task, row) in state
        .pending_tasks()
        .filter_map(|t| Some((t, state.task_token(t)?)))
    {
        if rows.tokens.get(&task.0) != Some(&(facts.record.stream, task.0)) {
            tell(
                "INV-9",
                format!("the token {row} does not lead to task {task}"),
            );
        }
    }
    broken
}

/// Returns which invariants do not hold of an execution as it was just read into memory. `journal`: from its start
/// on, or nothing where the state was read instead.
pub(crate) fn check_loaded(
    record: &Record,
    journal: &[(u64, JournalRow)],
    state: &Execution,
    tasks: &[TaskRow],
) -> Vec<Broken> {
    let found = [
        ("INV-2", journal_is_whole(journal)),
        ("INV-3", agrees(record, state)),
        ("INV-5", tasks_have_rows(state, tasks)),
    ];
    found
        .into_iter()
        .filter_map(|(invariant, held)| {
            Some(Broken {
                invariant,
                of: record.home.arn(),
                what: held.err()?,
            })
        })
        .collect()
}

fn journal_is_whole(journal: &[(u64, JournalRow)]) -> Result<(), String> {
    if let Some(at) = (0..).zip(journal).find(|(at, (number, _))| at != number) {
        return Err(format!("row {} stands where row {} should", at.1.0, at.0));
    }
    let mut over = true;
    for event in journal.iter().flat_map(|(_, row)| &row.events) {
        let fits = match event {
            JournalEvent::ExecutionStarted { .. } | JournalEvent::ExecutionRedriven { .. } => over,
            _ => !over,
        };
        if !fits {
            return Err(format!("{event:?} stands where it cannot"));
        }
        over = matches!(
            event,
            JournalEvent::ExecutionSucceeded
                | JournalEvent::ExecutionFailed { .. }
                | JournalEvent::ExecutionTimedOut { .. }
                | JournalEvent::ExecutionAborted { .. }
        );
    }
    Ok(())
}

fn agrees(record: &Record, state: &Execution) -> Result<(), String> {
    if state.status() != Some(record.status) {
        return Err(format!(
            "{:?} by the journal, {:?} by the record",
            state.status(),
            record.status
        ));
    }
    let output = state.output().map(asl::Value::to_text);
    if record.status == Status::Succeeded && output.as_deref() != record.output.as_deref() {
        return Err("the outputs differ".into());
    }
    let told = matches!(record.status, Status::Failed | Status::Aborted);
    if told && state.failure().error != record.error {
        return Err("the errors differ".into());
    }
    Ok(())
}

fn tasks_have_rows(state: &Execution, rows: &[TaskRow]) -> Result<(), String> {
    for task in state.pending_tasks() {
        if !rows.iter().any(|row| row.task.task == task) {
            return Err(format!("task {task} has no row"));
        }
    }
    let awaited = |task: TaskId| state.pending_tasks().any(|t| t == task);
    for row in rows {
        let given_up = matches!(row.phase, Phase::Unwanted | Phase::Cancel { .. });
        if awaited(row.task.task) == given_up {
            return Err(format!(
                "task {} has a row in the phase {:?}",
                row.task.task, row.phase
            ));
        }
    }
    Ok(())
}

fn timers_are_set(state: &Execution, set: &BTreeMap<u64, i64>) -> Result<(), String> {
    for timer in state.pending_timers() {
        if !set.contains_key(&timer.0) {
            return Err(format!("timer {timer} is not set"));
        }
    }
    for timer in set.keys().filter(|t| **t != CONTINUE) {
        if !state.pending_timers().any(|t| t.0 == *timer) {
            return Err(format!("timer {timer} is set for nothing"));
        }
    }
    Ok(())
}

fn history_is_numbered(
    definition: &Definition,
    journal: &[(u64, JournalRow)],
) -> Result<(), String> {
    let events = journal
        .iter()
        .flat_map(|(_, row)| row.events.iter().map(|e| (row.at_ms, e)));
    for (at, event) in (1..).zip(history::project(definition, events)) {
        if event.id != at || event.previous_id >= at {
            return Err(format!(
                "event {} after {} stands at {at}",
                event.id, event.previous_id
            ));
        }
    }
    Ok(())
}

fn is_summary(record: &Record, summary: Option<&Summary>) -> bool {
    let json = |s: &Summary| serde_json::to_value(s).ok();
    summary.is_some_and(|s| json(s) == json(&record.summary()))
}
