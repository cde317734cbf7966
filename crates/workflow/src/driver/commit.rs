//! Commits a turn: journal row, timers, tasks, record, bus events, all in one batch.

use std::sync::Arc;

use asl::Status;
use store::{Batch, Expect, StoreError};

use super::{
    Driver,
    cells::Slot,
    log_queue::Admitted,
    observe,
    row::{JournalRow, Parked, Snapshot, encode},
    turn::{CONTINUE, Turn},
};
use crate::{bus, tables};

/// Events after which a waiting execution's state is saved whole, so that it is loaded without replaying more.
const EVENTS_PER_SNAPSHOT: usize = 64;
/// Journals longer than this many rows are sealed into one compressed row when the execution ends. Fewer share a
/// page of the file as they are; rows that are long are compressed one by one.
const ROWS_WORTH_SEALING: u64 = 8;

impl Driver {
    /// Adds a turn's changes to `batch` and commits it.
    ///
    /// **Errors**: nothing is committed; the slot is ahead of the store and must be dropped.
    pub(super) async fn commit(
        &self,
        slot: &mut Slot,
        turn: &mut Turn,
        mut batch: Batch,
    ) -> Result<(), StoreError> {
        let first = slot.rows == 0;
        observe::entered(turn);
        self.settle(slot, turn);
        let redrives = slot.record.redrive_count;
        let lines = slot
            .log
            .as_mut()
            .map(|log| log.lines(turn.at_ms, &turn.events, redrives));
        // Before the commit: what is committed waits for nothing.
        let lines = self.log.admit(lines.unwrap_or_default()).await;
        if slot.fleeting.is_some() {
            let at = turn.at_ms;
            let events = std::mem::take(&mut turn.events);
            if let Some(fleeting) = &mut slot.fleeting {
                fleeting.journal.extend(events.into_iter().map(|e| (at, e)));
            }
            slot.rows += 1;
            self.committed(slot, turn, first, lines);
            return Ok(());
        }
        let stream = slot.record.stream;
        slot.unsaved += turn.events.len();
        if !turn.events.is_empty() {
            let events = std::mem::take(&mut turn.events);
            let row = encode(&JournalRow {
                at_ms: turn.at_ms,
                events,
            })?;
            batch.append(stream, slot.rows, row);
            slot.rows += 1;
        }
        self.task_ops(slot, turn, &mut batch)?;
        self.timer_ops(slot, turn, &mut batch);
        if first || turn.ended.is_some() || turn.redriven {
            self.record_ops(slot, turn, first, &mut batch)?;
        }
        let parked = tables::key(&[&tables::stream(stream)]);
        if turn.ended.is_some() {
            if !first {
                batch.delete(tables::PARKED, parked);
                batch.delete(tables::OPEN, slot.record.home.open_key(stream));
            }
            if slot.rows > ROWS_WORTH_SEALING {
                batch.seal(stream);
            }
        } else {
            let save = slot.unsaved >= EVENTS_PER_SNAPSHOT;
            if first || turn.redriven || save {
                let snapshot = save.then(|| Snapshot {
                    upto: slot.rows,
                    state: slot.state.clone(),
                });
                if save {
                    slot.unsaved = 0;
                }
                let row = Parked {
                    home: slot.record.home.clone(),
                    snapshot,
                };
                batch.put(tables::PARKED, parked, encode(&row)?);
            }
            if first || turn.redriven {
                batch.put(tables::OPEN, slot.record.home.open_key(stream), Vec::new());
            }
        }
        self.store.commit(batch).await?;
        self.committed(slot, turn, first, lines);
        Ok(())
    }

    /// Brings the record up to the turn.
    fn settle(&self, slot: &mut Slot, turn: &Turn) {
        let record = &mut slot.record;
        if turn.redriven && !turn.events.is_empty() {
            record.status = Status::Running;
            record.redrive_count += 1;
            record.redrive_ms = Some(turn.at_ms);
            record.stop_ms = None;
            record.output = None;
            record.error = None;
            record.cause = None;
        }
        if let Some(ended) = &turn.ended {
            record.status = ended.status;
            record.stop_ms = Some(turn.at_ms);
            record.output = ended.output.as_ref().map(|o| o.to_text().into());
            // AWS names the error of an execution that timed out in its history alone.
            if ended.status != Status::TimedOut {
                record.error = ended.error.clone();
                record.cause = ended.cause.clone();
            }
        }
    }

    fn task_ops(&self, slot: &Slot, turn: &Turn, batch: &mut Batch) -> Result<(), StoreError> {
        let stream = tables::stream(slot.record.stream);
        for (task, row) in &turn.tasks {
            let key = tables::key(&[&stream, &format!("{task:x}")]);
            match row {
                Some(row) => batch.put_json(tables::TASKS, key, row, Expect::Any)?,
                None => batch.delete(tables::TASKS, key),
            };
        }
        Ok(())
    }

    fn timer_ops(&self, slot: &mut Slot, turn: &mut Turn, batch: &mut Batch) {
        if turn.more {
            turn.timers.insert(CONTINUE, Some(turn.at_ms));
            slot.continues = true;
        } else if slot.continues {
            turn.timers.insert(CONTINUE, None);
            slot.continues = false;
        }
        for (timer, due) in &turn.timers {
            let key = super::timers::key(slot.record.stream, *timer);
            match due {
                Some(due) => batch.set_timer(tables::TIMERS, key, *due, Vec::new()),
                None => batch.clear_timer(tables::TIMERS, key),
            };
        }
    }

    /// Logs what is committed, and tells the timers in memory what is set and cleared now.
    fn committed(&self, slot: &Slot, turn: &Turn, first: bool, lines: Option<Admitted>) {
        if first {
            observe::started(slot);
        }
        if let Some(ended) = &turn.ended {
            observe::ended(slot, ended);
        }
        self.followers.tell(slot.record.stream);
        self.log.send(lines);
        for (timer, due) in &turn.timers {
            match due {
                // More to do is done by whoever holds the slot; the row is for a restart.
                Some(_) if *timer == CONTINUE => {}
                Some(due) => self.timers.set(slot.record.stream, *timer, *due),
                None => self.timers.clear(slot.record.stream, *timer),
            }
        }
    }

    fn record_ops(
        &self,
        slot: &Slot,
        turn: &Turn,
        first: bool,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let record = &slot.record;
        let expect = if first { Expect::Absent } else { Expect::Any };
        batch.put_json(tables::EXECUTIONS, record.home.key(), record, expect)?;
        batch.put_json(
            tables::LISTED,
            record.home.listed_key(record.start_ms),
            &record.summary(),
            Expect::Any,
        )?;
        if first || turn.redriven {
            let mut begun = record.clone();
            begun.status = Status::Running;
            begun.stop_ms = None;
            begun.output = None;
            begun.error = None;
            begun.cause = None;
            batch.publish(bus::status_change(&begun, turn.at_ms));
        }
        if turn.ended.is_some() {
            batch.publish(bus::status_change(record, turn.at_ms));
        }
        Ok(())
    }

    /// Does what a committed turn asks for outside.
    pub(super) fn carry_out(&self, slot: &Slot, turn: Turn) {
        let stream = slot.record.stream;
        for carry in turn.carry {
            match carry {
                super::turn::Carry::Call(task) => {
                    if let Some(row) = slot.tasks.get(&task) {
                        self.spawn_call(slot, row.clone());
                    }
                }
                super::turn::Carry::Cancel(task) => {
                    if let Some(Some(row)) = turn.tasks.get(&task) {
                        self.spawn_cancel(stream, row.clone());
                    }
                }
                super::turn::Carry::Offer(arn) => self.activities.offered(&arn),
                super::turn::Carry::StartMapRun(arn, open) => self.spawn_map_run(arn, open),
                super::turn::Carry::CancelMapRun(map_run) => {
                    let arn = super::Caller::of(slot).execution_arn;
                    self.cancel_map_run(stream, map_run, &arn, None);
                }
            }
        }
    }

    /// Hands an ended Express execution to whoever waits for it.
    pub(super) fn hand_over(slot: &mut Slot) {
        let record = slot.record.clone();
        if let Some(waiter) = slot.fleeting.as_mut().and_then(|f| f.waiter.take()) {
            // Nobody waits any more when the client has gone; the execution is over all the same.
            let _ = waiter.send(record);
        }
    }

    pub(super) fn this(&self) -> Option<Arc<Self>> {
        self.this.upgrade()
    }
}
