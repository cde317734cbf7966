//! Commits a group of batches as one transaction.

use std::time::Instant;

use rusqlite::Connection;

use super::{
    apply::{Failure, Writing},
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
pub(super) fn commit(file: &Connection, writing: &mut Writing, group: &[&Batch]) -> Outcome {
    let bus = writing.bus;
    match attempt(file, writing, group) {
        Ok(answers) => Outcome::Done(answers),
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

fn attempt(
    file: &Connection,
    writing: &mut Writing,
    group: &[&Batch],
) -> rusqlite::Result<Vec<Result<(), StoreError>>> {
    run(file, "BEGIN IMMEDIATE")?;
    let alone = group.len() == 1;
    let named = writing.spaces.len();
    let mut answers = Vec::with_capacity(group.len());
    for batch in group {
        writing.name_spaces(file, batch)?;
        let bus = writing.bus;
        if !alone {
            run(file, "SAVEPOINT batch")?;
        }
        match writing.apply(file, batch) {
            Ok(()) => answers.push(Ok(())),
            Err(Failure::Sqlite(error)) => return Err(error),
            Err(Failure::Refused(refusal)) => {
                if !alone {
                    run(file, "ROLLBACK TO batch")?;
                }
                writing.forget_batch(batch, bus);
                answers.push(Err(refusal));
            }
        }
        if !alone {
            run(file, "RELEASE batch")?;
        }
    }
    if answers.iter().any(Result::is_ok) {
        let began = Instant::now();
        run(file, "COMMIT")?;
        writing.meter.synced(began.elapsed());
    } else {
        run(file, "ROLLBACK")?;
        if writing.spaces.len() != named {
            writing.spaces.clear();
        }
    }
    Ok(answers)
}

fn run(file: &Connection, sql: &str) -> rusqlite::Result<()> {
    file.prepare_cached(sql)?.execute([])?;
    Ok(())
}
