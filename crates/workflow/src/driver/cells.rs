//! The executions in memory: one lock for each, and a bound on how many that only wait stay.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use asl::{Definition, Execution, JournalEvent};
use parking_lot::Mutex;
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::{logging::Tail, row::TaskRow};
use crate::execution::Record;

/// How many waiting executions stay in memory because something may happen to them soon.
const HOT: usize = 256;
/// Locks on the map of executions; enough that two threads rarely meet.
const SHARDS: usize = 16;

/// An execution in memory.
pub(crate) struct Slot {
    pub record: Record,
    pub definition: Definition,
    pub state: Execution,
    /// How many rows its journal has.
    pub rows: u64,
    /// Events since the state was last saved (or since the start).
    pub unsaved: usize,
    /// The timer that stands for more to do at once is set.
    pub continues: bool,
    pub tasks: HashMap<u64, TaskRow>,
    /// None: the machine does not log.
    pub log: Option<Tail>,
    /// An Express execution: nothing of it is kept but what is here.
    pub fleeting: Option<Fleeting>,
}

/// What an Express execution has instead of rows.
#[derive(Default)]
pub(crate) struct Fleeting {
    pub journal: Vec<(i64, JournalEvent)>,
    /// Gets the record when the execution ends.
    pub waiter: Option<oneshot::Sender<Record>>,
}

/// The place of one execution: whoever holds its lock decides.
pub(crate) type Cell = Arc<tokio::sync::Mutex<Option<Box<Slot>>>>;

/// All executions in memory, by stream.
pub(crate) struct Cells {
    shards: Vec<Mutex<HashMap<i64, Cell>>>,
    recent: Mutex<VecDeque<i64>>,
}

impl Cells {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            recent: Mutex::new(VecDeque::new()),
        }
    }

    fn shard(&self, stream: i64) -> &Mutex<HashMap<i64, Cell>> {
        &self.shards[usize::try_from(stream.unsigned_abs()).unwrap_or(0) % SHARDS]
    }

    fn get(&self, stream: i64) -> Cell {
        Arc::clone(self.shard(stream).lock().entry(stream).or_default())
    }

    /// Locks the place of an execution; it is empty when the execution is not in memory.
    pub(crate) async fn lock(&self, stream: i64) -> OwnedMutexGuard<Option<Box<Slot>>> {
        loop {
            let cell = self.get(stream);
            let guard = Arc::clone(&cell).lock_owned().await;
            // Whoever waited while the execution left memory holds a place that nobody else looks at.
            if self
                .shard(stream)
                .lock()
                .get(&stream)
                .is_some_and(|c| Arc::ptr_eq(c, &cell))
            {
                return guard;
            }
        }
    }

    /// Lets go of an execution that ended or is unknown; the caller holds its lock.
    pub(crate) fn remove(&self, stream: i64) {
        self.shard(stream).lock().remove(&stream);
    }

    /// Notes that an execution waits, and lets the one that has waited longest leave memory.
    pub(crate) fn park(&self, stream: i64) {
        let oldest = {
            let mut recent = self.recent.lock();
            if recent.back() != Some(&stream) {
                recent.push_back(stream);
            }
            if recent.len() > HOT {
                recent.pop_front()
            } else {
                None
            }
        };
        let Some(oldest) = oldest.filter(|o| *o != stream) else {
            return;
        };
        let mut shard = self.shard(oldest).lock();
        // One reference is the map's; with a second one somebody is about to use it.
        if shard
            .get(&oldest)
            .is_some_and(|cell| Arc::strong_count(cell) == 1)
        {
            shard.remove(&oldest);
        }
    }

    /// Returns how many executions are in memory.
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|s| s.lock().len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_longest_leaves_unless_it_is_in_use() {
        let cells = Cells::new();
        let in_use = cells.get(1);
        for stream in 1..=300 {
            cells.get(stream);
            cells.park(stream);
        }
        assert_eq!(cells.len(), HOT + 1);
        assert!(Arc::ptr_eq(&in_use, &cells.get(1)));
    }
}
