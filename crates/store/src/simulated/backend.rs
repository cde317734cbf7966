//! The simulated disk as a backend.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};

use super::{Death, Faults, data::Data};
use crate::{Backend, Batch, BusEvent, Key, Op, Record, Scan, Store, StoreError, StreamRow, Timer};

/// The most batches in a group.
const LARGEST_GROUP: usize = 32;

/// What outlives the processes that write on it.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Data>>);

impl Disk {
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a store on the disk for one life of a process, and what is told when that life is over. There must
    /// be no other one alive.
    pub fn store(&self, faults: Faults) -> (Store, watch::Receiver<Option<Death>>) {
        let (over, told) = watch::channel(None);
        let position = self.0.lock().bus.len() as u64;
        let backend = Simulated(Arc::new(Life {
            disk: Arc::clone(&self.0),
            newest: watch::Sender::new(position),
            over,
            queue: Mutex::new(Queue {
                waiting: Vec::new(),
                busy: false,
                groups: 0,
                full_until: None,
                faults,
            }),
        }));
        (Store(Arc::new(backend)), told)
    }
}

type Waiting = (Batch, oneshot::Sender<Result<(), StoreError>>);

struct Queue {
    waiting: Vec<Waiting>,
    busy: bool,
    groups: u64,
    full_until: Option<Instant>,
    faults: Faults,
}

struct Life {
    disk: Arc<Mutex<Data>>,
    newest: watch::Sender<u64>,
    over: watch::Sender<Option<Death>>,
    queue: Mutex<Queue>,
}

struct Simulated(Arc<Life>);

impl Life {
    fn death(&self) -> Option<Death> {
        *self.over.borrow()
    }

    /// Commits what waits, group by group, until nothing does.
    async fn write(self: Arc<Self>) {
        loop {
            let delay_ms = self.queue.lock().faults.delay_ms();
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            let (group, death, is_full) = {
                let mut queue = self.queue.lock();
                let most = queue.waiting.len().min(LARGEST_GROUP);
                let group: Vec<Waiting> = queue.waiting.drain(..most).collect();
                if group.is_empty() {
                    queue.busy = false;
                    return;
                }
                let number = queue.groups;
                queue.groups += 1;
                let death = queue.faults.death.filter(|(at, _)| *at == number);
                if let Some(full_ms) = queue.faults.full_ms() {
                    queue.full_until = Some(Instant::now() + Duration::from_millis(full_ms));
                }
                let is_full = queue.full_until.is_some_and(|until| Instant::now() < until);
                (group, death.map(|(_, how)| how), is_full)
            };
            if !self.commit(group, death, is_full) {
                return;
            }
        }
    }

    /// Commits a group; returns whether the process lives on.
    fn commit(&self, group: Vec<Waiting>, death: Option<Death>, is_full: bool) -> bool {
        // Who dies while writing has written all of the group or nothing that counts.
        let written = death.is_none() || self.queue.lock().faults.dice.one_in(2);
        let mut answers = Vec::new();
        {
            let mut data = self.disk.lock();
            for (batch, _) in &group {
                answers.push(match () {
                    () if !written => Ok(()),
                    () if is_full && grows(batch) => Err(StoreError::Full),
                    () => data.apply(batch),
                });
            }
            if death.is_none() {
                let position = data.bus.len() as u64;
                self.newest
                    .send_if_modified(|is| std::mem::replace(is, position) != position);
            }
        }
        match death {
            None => {
                for ((_, caller), answer) in group.into_iter().zip(answers) {
                    let _ = caller.send(answer);
                }
                true
            }
            Some(Death::FailedSync) => {
                for (_, caller) in group {
                    let _ = caller.send(Err(failed()));
                }
                self.over.send_replace(death);
                false
            }
            Some(Death::Lost) => {
                self.over.send_replace(death);
                // Nobody hears of it, and nobody is told that nobody will.
                self.queue.lock().waiting.extend(group);
                false
            }
        }
    }
}

/// Tells whether a batch needs room that a full disk has not.
fn grows(batch: &Batch) -> bool {
    let grows = |op: &Op| {
        !matches!(
            op,
            Op::Delete { .. } | Op::ClearTimer { .. } | Op::Drop { .. }
        )
    };
    batch.ops.iter().any(grows)
}

fn failed() -> StoreError {
    StoreError::Failed {
        what: "the disk failed".into(),
    }
}

#[async_trait]
impl Backend for Simulated {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        match self.0.death() {
            None => {}
            Some(Death::FailedSync) => return Err(failed()),
            Some(Death::Lost) => return std::future::pending().await,
        }
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut queue = self.0.queue.lock();
            queue.waiting.push((batch, answer));
            !std::mem::replace(&mut queue.busy, true)
        };
        if begin {
            tokio::spawn(Arc::clone(&self.0).write());
        }
        answered.await.map_err(|_| failed())?
    }

    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        Ok(self.0.disk.lock().get(table, key))
    }

    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        Ok(self.0.disk.lock().scan(table, scan))
    }

    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        Ok(self.0.disk.lock().read(stream, from))
    }

    async fn new_stream(&self) -> Result<i64, StoreError> {
        let mut data = self.0.disk.lock();
        data.next_stream += 1;
        Ok(data.next_stream)
    }

    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        Ok(self.0.disk.lock().timers(queue, until_ms, limit))
    }

    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        let data = self.0.disk.lock();
        let after = (1..)
            .zip(&data.bus)
            .filter(|(position, _)| *position > cursor);
        Ok(after
            .take(limit)
            .map(|(position, event)| (position, event.clone()))
            .collect())
    }

    fn bus_watch(&self) -> watch::Receiver<u64> {
        self.0.newest.subscribe()
    }
}
