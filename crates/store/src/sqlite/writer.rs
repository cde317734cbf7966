//! The writer thread: takes what waits, commits it together, answers, repeats.

use std::{path::PathBuf, sync::Arc};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Fatal,
    apply::{Writing, whole},
    checkpoint::Checkpoints,
    group::{self, Outcome},
    mark::Mark,
};
use crate::{Batch, Op, StoreError, cursor};

/// Requests that wait before callers are held back.
pub(super) const QUEUE: usize = 1024;

/// Batches in one transaction: past this the gain is gone and the first caller waits for nothing.
const LARGEST_GROUP: usize = 512;

/// How many stream numbers are taken from the file at once.
const STREAMS: i64 = 1024;

/// How many events come between looks for old ones.
const TRIM_EVERY: u64 = 1024;

/// Bus events stay for a week, and longer while a cursor has not passed them.
const KEEP_BUS_MS: i64 = 7 * 24 * 3600 * 1000;

pub(super) enum Request {
    Commit(Batch, oneshot::Sender<Result<(), StoreError>>),
    /// Asks for the first of [`STREAMS`] unused stream numbers.
    Streams(oneshot::Sender<Result<std::ops::Range<i64>, StoreError>>),
}

type Waiting = (Batch, oneshot::Sender<Result<(), StoreError>>);

pub(super) struct Writer {
    pub(super) file: Connection,
    pub(super) path: PathBuf,
    pub(super) writing: Writing,
    pub(super) newest: Arc<watch::Sender<u64>>,
    pub(super) checkpoints: Checkpoints,
    pub(super) on_fatal: Fatal,
    pub(super) trimmed_at: u64,
    pub(super) mark: Mark,
    /// Groups that were committed.
    pub(super) commits: u64,
}

impl Writer {
    /// Serves requests until all senders are gone.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group: Vec<Waiting> = Vec::new();
        while let Some(first) = requests.blocking_recv() {
            let mut next = Some(first);
            let mut streams = Vec::new();
            while let Some(request) = next.take() {
                match request {
                    Request::Commit(batch, answer) => group.push((batch, answer)),
                    Request::Streams(answer) => streams.push(answer),
                }
                if group.len() < LARGEST_GROUP {
                    next = requests.try_recv().ok();
                }
            }
            let healthy = self.commit(&mut group)
                && streams.into_iter().all(|answer| self.give_streams(answer));
            if !healthy {
                return refuse_all(requests);
            }
        }
    }

    /// Commits the group and answers; returns whether the file can still be trusted.
    fn commit(&mut self, group: &mut Vec<Waiting>) -> bool {
        if group.is_empty() {
            return true;
        }
        let before = self.writing.bus;
        let batches: Vec<&Batch> = group.iter().map(|(batch, _)| batch).collect();
        let bytes = batches.iter().map(|batch| size(batch)).sum();
        let turn = self.checkpoints.turn();
        let turn = turn.lock();
        self.writing.meter.queued(group.len());
        let outcome = group::commit(&self.file, &mut self.writing, &batches, self.commits + 1);
        self.writing.meter.answered(&outcome, group.len());
        drop(turn);
        match outcome {
            Outcome::Done(answers) => {
                if answers.iter().any(Result::is_ok) {
                    self.commits += 1;
                    self.mark.set(self.commits);
                }
                if self.writing.bus != before {
                    self.newest.send_replace(self.writing.bus);
                }
                for ((_, caller), answer) in group.drain(..).zip(answers) {
                    let _ = caller.send(answer);
                }
                self.checkpoints.committed(bytes);
                self.trim_bus();
                true
            }
            // One by one, so that what still fits goes in.
            Outcome::Undone(_) if group.len() > 1 => std::mem::take(group)
                .into_iter()
                .all(|one| self.commit(&mut vec![one])),
            Outcome::Undone(error) => {
                if matches!(error, StoreError::Full) {
                    self.checkpoints.full();
                }
                for (_, caller) in group.drain(..) {
                    let _ = caller.send(Err(error.clone()));
                }
                true
            }
            Outcome::Fatal(what) => {
                self.fail(&what);
                for (_, caller) in group.drain(..) {
                    let _ = caller.send(Err(StoreError::Failed { what: what.clone() }));
                }
                false
            }
        }
    }

    fn fail(&self, what: &str) {
        let message = format!(
            "cannot write {}: {what}; check the disk, then start again",
            self.path.display()
        );
        tracing::error!("{message}");
        (self.on_fatal)(&message);
    }

    fn give_streams(
        &mut self,
        answer: oneshot::Sender<Result<std::ops::Range<i64>, StoreError>>,
    ) -> bool {
        let sql = "UPDATE meta SET value = value + ? WHERE name = 'next stream' RETURNING value";
        let taken: rusqlite::Result<i64> = self
            .file
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([STREAMS], |row| row.get(0)));
        let healthy = match &taken {
            Err(error) if super::failure::is_io(error) => {
                self.fail(&error.to_string());
                false
            }
            _ => true,
        };
        let taken = taken.map(|end| end - STREAMS..end);
        if let Ok(streams) = &taken {
            self.writing.given(streams.clone());
        }
        let _ = answer.send(taken.map_err(StoreError::from));
        healthy
    }

    /// Deletes events that are old and behind all cursors, now and then. Failing is no harm: it comes again.
    fn trim_bus(&mut self) {
        if self.writing.bus < self.trimmed_at + TRIM_EVERY {
            return;
        }
        self.trimmed_at = self.writing.bus;
        if let Err(error) = trim(&self.file, self.writing.bus) {
            tracing::warn!(%error, "old bus events stay for now");
        }
    }
}

fn trim(file: &Connection, newest: u64) -> rusqlite::Result<()> {
    let now: i64 = file.query_row(
        "SELECT time_ms FROM bus WHERE position = ?",
        [whole(newest)],
        |r| r.get(0),
    )?;
    let mut cursors = file.prepare_cached(
        "SELECT value FROM records WHERE space = (SELECT id FROM spaces WHERE name = ?)",
    )?;
    let positions = cursors.query_map([cursor::CURSORS], |row| row.get::<_, Vec<u8>>(0))?;
    let mut behind = newest.saturating_sub(1);
    for position in positions {
        behind = behind.min(cursor::position(&position?).unwrap_or(0));
    }
    let mut oldest = file.prepare_cached(
        "SELECT position, time_ms FROM bus WHERE position <= ? ORDER BY position LIMIT ?",
    )?;
    let mut rows = oldest.query([whole(behind), whole(4 * TRIM_EVERY)])?;
    let mut upto = 0i64;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? > now - KEEP_BUS_MS {
            break;
        }
        upto = row.get(0)?;
    }
    drop(rows);
    if upto > 0 {
        file.prepare_cached("DELETE FROM bus WHERE position <= ?")?
            .execute([upto])?;
    }
    Ok(())
}

fn refuse_all(mut requests: mpsc::Receiver<Request>) {
    let failed = || StoreError::Failed {
        what: "an earlier write failed; the store takes no more".into(),
    };
    while let Some(request) = requests.blocking_recv() {
        match request {
            Request::Commit(_, answer) => drop(answer.send(Err(failed()))),
            Request::Streams(answer) => drop(answer.send(Err(failed()))),
        }
    }
}

/// Returns how many bytes of values a batch writes.
fn size(batch: &Batch) -> usize {
    let sizes = batch.ops.iter().map(|op| match op {
        Op::Put { value, .. } => value.len(),
        Op::Append { row, .. } => row.len(),
        Op::SetTimer { payload, .. } => payload.len(),
        Op::Publish(event) => event.detail.len(),
        _ => 0,
    });
    sizes.sum()
}
