//! Brings what happened outside to an execution.

use std::{sync::atomic::Ordering, time::Duration};

use asl::{JournalEvent, Trigger};
use store::{Batch, Expect, Key, StoreError};
use tracing::Instrument;

use super::{
    Driver,
    cells::Slot,
    logging::Tail,
    observe,
    row::{JournalRow, Parked, TaskRow, decode},
    timers,
    turn::{CONTINUE, Turn},
};
use crate::{execution::Record, ids, invariants, tables};

/// How long to wait before a commit that failed is tried again. A full disk lifts by itself.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The same, for what is left of a turn that was committed in parts.
const CONTINUE_AFTER_MS: i64 = 1000;

/// A commit that failed, perhaps after others of the same trigger had not.
pub(super) struct Failed {
    pub error: StoreError,
    pub after: Delivered,
}

impl Failed {
    /// What is committed is committed: the rest comes by its timer.
    pub(super) fn result(self) -> Result<Delivered, StoreError> {
        match self.after {
            Delivered::Changed => Ok(Delivered::Changed),
            _ => Err(self.error),
        }
    }
}

/// What became of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivered {
    /// It led to something, which is committed.
    Changed,
    /// It came too late: nothing changed.
    Unchanged,
    /// The execution has ended, or there is none.
    Gone,
}

/// What is committed together with what a trigger leads to, and only then.
#[derive(Clone, Debug)]
pub(crate) enum Extra {
    None,
    /// Takes a row that must be there; otherwise the batch fails with a conflict.
    Take(&'static str, Key),
}

impl Driver {
    /// Decides on a trigger, commits, carries out.
    ///
    /// **Errors**: nothing is committed, and the execution is as it was.
    pub(crate) async fn deliver(
        &self,
        stream: i64,
        trigger: Trigger,
        extra: Extra,
    ) -> Result<Delivered, StoreError> {
        let mut guard = self.cells.lock(stream).await;
        if guard.is_none() {
            match self.load(stream).await {
                Ok(Some(slot)) => *guard = Some(Box::new(slot)),
                Ok(None) => {
                    self.cells.remove(stream);
                    return Ok(Delivered::Gone);
                }
                Err(error) => {
                    self.cells.remove(stream);
                    return Err(error);
                }
            }
        }
        let Some(slot) = guard.as_deref_mut() else {
            return Ok(Delivered::Gone);
        };
        let outcome = self.process(slot, trigger, extra).await;
        let ended = slot.record.stop_ms.is_some();
        match outcome {
            Ok(delivered) if !ended => {
                drop(guard);
                if stream >= 0 {
                    self.cells.park(stream);
                }
                Ok(delivered)
            }
            Ok(delivered) => {
                *guard = None;
                self.cells.remove(stream);
                Ok(delivered)
            }
            Err(failed) => {
                // The state is ahead of the journal: forget it, the next trigger reads it again.
                *guard = None;
                self.cells.remove(stream);
                failed.result()
            }
        }
    }

    /// Lets an execution that ended go on, and returns since when it does: what its record says from now on. `None`:
    /// it cannot. `record` is of before.
    pub(crate) async fn redrive(&self, record: Record) -> Result<Option<i64>, StoreError> {
        let stream = record.stream;
        self.map_runs_settled(&record.home.arn()).await;
        let mut guard = self.cells.lock(stream).await;
        let redriven = match self.load_record(record, None).await {
            Ok(slot) => {
                let slot = guard.insert(Box::new(slot));
                self.process(slot, Trigger::Redrive, Extra::None)
                    .await
                    .or_else(Failed::result)
                    .map(|delivered| match delivered {
                        Delivered::Changed => slot.record.redrive_ms,
                        Delivered::Unchanged | Delivered::Gone => None,
                    })
            }
            Err(error) => Err(error),
        };
        *guard = None;
        self.cells.remove(stream);
        redriven
    }

    /// Delivers, again and again until the store takes it. `timer`: the timer that fired.
    pub(super) async fn deliver_surely(
        &self,
        stream: i64,
        trigger: Trigger,
        timer: Option<u64>,
    ) -> Delivered {
        loop {
            match self.deliver(stream, trigger.clone(), Extra::None).await {
                Ok(Delivered::Changed) => return Delivered::Changed,
                Ok(other) => {
                    if let Some(timer) = timer.filter(|_| stream >= 0) {
                        let mut batch = Batch::new();
                        batch.clear_timer(tables::TIMERS, timers::key(stream, timer));
                        if let Err(error) = self.store.commit(batch).await {
                            tracing::warn!(%error, "a timer that is over could not be cleared; it fires again");
                        }
                    }
                    return other;
                }
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::error!(%error, stream, "an execution cannot be read");
                    return Delivered::Gone;
                }
                Err(error) => {
                    tracing::warn!(%error, stream, "an execution could not go on; it is tried again");
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    /// Takes turns until there is nothing more to do at once.
    pub(super) async fn process(
        &self,
        slot: &mut Slot,
        trigger: Trigger,
        extra: Extra,
    ) -> Result<Delivered, Failed> {
        let mut trigger = trigger;
        let mut extra = extra;
        let mut delivered = Delivered::Unchanged;
        loop {
            let mut batch = Batch::new();
            let fail = |error| Failed {
                error,
                after: delivered,
            };
            let trigger_now = self.unless_deleted(slot, trigger).await.map_err(fail)?;
            let span = observe::turn_span(slot);
            let turn = self
                .turn(slot, trigger_now, &mut batch)
                .instrument(span.clone());
            let mut turn = turn.await.map_err(fail)?;
            if nothing(&turn) {
                return Ok(delivered);
            }
            if let Extra::Take(table, key) = std::mem::replace(&mut extra, Extra::None) {
                batch.ops.push(store::Op::Delete {
                    table,
                    key,
                    expect: Expect::Present,
                });
            }
            let committed = self.commit(slot, &mut turn, batch);
            if let Err(error) = committed.instrument(span.clone()).await {
                if delivered == Delivered::Changed {
                    // What was committed said that there is more to do.
                    let again_ms = self.clock.now_ms() + CONTINUE_AFTER_MS;
                    self.timers.set(slot.record.stream, CONTINUE, again_ms);
                }
                return Err(Failed {
                    error,
                    after: delivered,
                });
            }
            delivered = Delivered::Changed;
            let more = turn.more;
            let ended = turn.ended.is_some();
            span.in_scope(|| self.carry_out(slot, turn));
            if ended {
                Self::hand_over(slot);
                self.tell_awaiting(&slot.record);
                self.machine_may_go(&slot.record.home);
            }
            if !more {
                return Ok(delivered);
            }
            trigger = Trigger::Continue;
        }
    }

    /// Returns the trigger, or the end: an execution of a machine that is being deleted enters no further state.
    async fn unless_deleted(&self, slot: &Slot, trigger: Trigger) -> Result<Trigger, StoreError> {
        let home = &slot.record.home;
        let begins = slot.rows == 0 || slot.fleeting.is_some();
        if begins || self.machines.surely_stays(home) {
            return Ok(trigger);
        }
        if !self.machines.is_deleting(home).await? {
            return Ok(trigger);
        }
        let env = asl::Env {
            now_ms: self.clock.now_ms(),
            seed: ids::seed(),
        };
        let step = asl::decide(&slot.definition, &slot.state, trigger.clone(), &env);
        let enters = step
            .events
            .iter()
            .any(|event| matches!(event, JournalEvent::StateEntered { .. }));
        Ok(if enters {
            Trigger::Stop {
                error: None,
                cause: None,
            }
        } else {
            trigger
        })
    }

    /// Reads an execution that waits out of the store.
    async fn load(&self, stream: i64) -> Result<Option<Slot>, StoreError> {
        if stream < 0 {
            return Ok(None);
        }
        let key = tables::key(&[&tables::stream(stream)]);
        let parked: Option<Parked> = match self.store.get(tables::PARKED, &key).await? {
            Some(row) => Some(decode(&row.value)?),
            None => None,
        };
        let Some(parked) = parked else {
            return Ok(None);
        };
        let record: Record = self
            .store
            .get_json(tables::EXECUTIONS, &parked.home.key())
            .await?
            .ok_or_else(|| StoreError::Corrupt {
                what: format!("no record of execution {}", parked.home.arn()),
            })?;
        let snapshot = parked.snapshot.map(|s| (s.upto, s.state));
        self.load_record(record, snapshot).await.map(Some)
    }

    /// Reads an execution of which the record is at hand.
    pub(super) async fn load_record(
        &self,
        record: Record,
        snapshot: Option<(u64, asl::Execution)>,
    ) -> Result<Slot, StoreError> {
        let definition = self.definition_of(&record.home).await?;
        let loaded = self.machines.of_execution(&record.home).await?;
        let logging = &loaded.revision.logging;
        let arn = record.home.arn().into();
        let mut log = Tail::new(logging, &record.home, arn, &definition, record.start_ms);
        // The log's numbers count from the journal's beginning.
        let snapshot = snapshot.filter(|_| log.is_none());
        let (from, mut state) = snapshot.unwrap_or_else(|| (0, asl::Execution::new()));
        let mut rows = from;
        let mut unsaved = 0;
        let mut read = Vec::new();
        for row in self.store.read(record.stream, from).await? {
            let journal: JournalRow = decode(&row.row)?;
            for event in &journal.events {
                asl::evolve(&mut state, event);
            }
            if let Some(log) = &mut log {
                log.skip(journal.at_ms, &journal.events);
            }
            unsaved += journal.events.len();
            rows = row.seq + 1;
            read.push((row.seq, journal));
        }
        if from > 0 {
            read.clear();
        }
        let prefix = store::Scan::prefix(&[&tables::stream(record.stream)]);
        let tasks = self
            .store
            .scan_json::<TaskRow>(tables::TASKS, &prefix)
            .await?;
        let tasks: Vec<TaskRow> = tasks.into_iter().map(|(_, row)| row).collect();
        for broken in invariants::check_loaded(&record, &read, &state, &tasks) {
            self.broken.fetch_add(1, Ordering::Relaxed);
            broken.tell();
        }
        Ok(Slot {
            tasks: tasks
                .into_iter()
                .map(|row| (row.task.task.0, row))
                .collect(),
            log,
            record,
            definition,
            state,
            rows,
            unsaved,
            continues: true,
            fleeting: None,
        })
    }

    /// Returns the definition that an execution runs: its machine's, or for a Map run's child the item processor.
    pub(crate) async fn definition_of(
        &self,
        home: &crate::execution::Home,
    ) -> Result<asl::Definition, StoreError> {
        let loaded = self.machines.of_execution(home).await?;
        let Some(map) = &home.map else {
            return Ok(loaded.definition.clone());
        };
        loaded
            .definition
            .item_processor(&map.state)
            .ok_or_else(|| StoreError::Corrupt {
                what: format!("no Map state '{}'", map.state),
            })
    }

    /// Drops a machine that was deleted while executions were in flight, when the last of them has ended.
    fn machine_may_go(&self, home: &crate::execution::Home) {
        if self.machines.surely_stays(home) {
            return;
        }
        let (Some(this), home) = (self.this(), home.clone()) else {
            return;
        };
        tokio::spawn(async move {
            if let Err(error) = this.machines.drop_if_over(&home).await {
                tracing::warn!(%error, "a deleted state machine could not be dropped; the next execution tries again");
            }
        });
    }
}

fn nothing(turn: &Turn) -> bool {
    turn.events.is_empty()
        && turn.timers.is_empty()
        && turn.tasks.is_empty()
        && turn.ended.is_none()
        && !turn.more
}
