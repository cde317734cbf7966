//! Commits a group of batches as one transaction.

use std::time::Instant;

use rusqlite::Connection;

use super::{
    apply::{Failure, Writing, whole},
    failure,
};
use crate::{Batch, StoreError};

/// What became of a group.
pub(super) enum Outcome {
    /// One answer for each batch; those that say `Ok` are durable.
    Done(Vec<Result<(), StoreError>>),
    /// Nothing is committed, and the same group may go through later or in smaller parts.
    Undone(StoreError),
    /// What is on disk is not known.
    Fatal(String),
}

/// Commits what it can of the group: a crash before the return leaves either nothing of it or all that is answered `Ok`.
///
/// `number`: which group this is, to be kept with it.
pub(super) fn commit(
    file: &Connection,
    writing: &mut Writing,
    group: &[&Batch],
    number: u64,
) -> Outcome {
    let bus = writing.bus;
    // Refusals are rare, and savepoints copy every page that a batch touches: without them first.
    let outcome = match attempt(file, writing, group, number, false) {
        Ok(None) => attempt(file, writing, group, number, true),
        outcome => outcome,
    };
    match outcome {
        Ok(answers) => Outcome::Done(answers.unwrap_or_default()),
        Err(error) => {
            writing.forget(bus);
            // SQLite may have rolled back by itself, as it does when the disk is full.
            if !file.is_autocommit()
                && let Err(second) = file.execute_batch("ROLLBACK")
            {
                return Outcome::Fatal(format!("cannot roll back: {second} (after: {error})"));
            }
            if failure::is_io(&error) {
                Outcome::Fatal(error.to_string())
            } else {
                Outcome::Undone(error.into())
            }
        }
    }
}

/// One answer for each batch.
type Answers = Vec<Result<(), StoreError>>;

/// Returns nothing, and has committed nothing, when a batch of several was refused and there were no `savepoints`.
fn attempt(
    file: &Connection,
    writing: &mut Writing,
    group: &[&Batch],
    number: u64,
    savepoints: bool,
) -> rusqlite::Result<Option<Answers>> {
    run(file, "BEGIN IMMEDIATE")?;
    let alone = group.len() == 1;
    let before = writing.bus;
    let named = writing.spaces.len();
    let mut answers = Vec::with_capacity(group.len());
    for batch in group {
        writing.name_spaces(file, batch)?;
        let bus = writing.bus;
        if savepoints {
            run(file, "SAVEPOINT batch")?;
        }
        match writing.apply(file, batch) {
            Ok(()) => answers.push(Ok(())),
            Err(Failure::Sqlite(error)) => return Err(error),
            Err(Failure::Refused(_)) if !alone && !savepoints => {
                run(file, "ROLLBACK")?;
                writing.forget(before);
                return Ok(None);
            }
            Err(Failure::Refused(refusal)) => {
                if savepoints {
                    run(file, "ROLLBACK TO batch")?;
                }
                writing.forget_batch(batch, bus);
                answers.push(Err(refusal));
            }
        }
        if savepoints {
            run(file, "RELEASE batch")?;
        }
    }
    if answers.iter().any(Result::is_ok) {
        file.prepare_cached("UPDATE meta SET value = ? WHERE name = 'commits'")?
            .execute([whole(number)])?;
        let began = Instant::now();
        run(file, "COMMIT")?;
        writing.meter.synced(began.elapsed());
    } else {
        run(file, "ROLLBACK")?;
        if writing.spaces.len() != named {
            writing.spaces.clear();
        }
    }
    Ok(Some(answers))
}

fn run(file: &Connection, sql: &str) -> rusqlite::Result<()> {
    file.prepare_cached(sql)?.execute([])?;
    Ok(())
}
