//! The durable shell around the interpreter.
//!
//! A trigger is decided, what it led to is committed, and only then are its effects carried out. A crash before
//! the commit: nothing happened. After it: the rows of timers and tasks say what is still to be done, and a call
//! whose outcome is unknown is made again with the same token.
//!
//! Each execution has a lock of its own; there is none for all.

mod carry;
mod cells;
mod commit;
mod express;
mod followers;
mod histories;
mod log_queue;
pub(crate) mod logging;
mod map_buckets;
mod map_children;
mod map_going;
mod map_items;
mod map_redrive;
mod map_runs;
mod near;
mod observe;
mod read;
mod recover;
mod retention;
pub(crate) mod row;
mod start;
mod timers;
mod trigger;
mod turn;
mod watches;

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
};

use aws::Invoke;
use parking_lot::Mutex;
use store::{Clock, Store};
use tokio::sync::oneshot;

pub(crate) use carry::Caller;
pub(crate) use followers::Follower;
pub(crate) use histories::Part;
pub(crate) use start::{Begin, Begun};
pub(crate) use trigger::{Delivered, Extra};

use crate::{
    Answers, Connections, activities::Activities, buckets::Buckets, execution::Record,
    integrations::Outside, machines::Machines,
};

/// Runs executions.
pub(crate) struct Driver {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) door: Arc<dyn Invoke>,
    pub(crate) machines: Arc<Machines>,
    pub(crate) activities: Arc<Activities>,
    /// What answers tasks in the place of services, if anything does.
    pub(crate) answers: OnceLock<Arc<dyn Answers>>,
    cells: cells::Cells,
    timers: timers::Timers,
    watches: watches::Watches,
    pub(crate) followers: Arc<followers::Followers>,
    histories: histories::Histories,
    /// Express executions have no stream; they are numbered downwards from -1.
    fleeting: AtomicI64,
    /// What ItemReader and ResultWriter use; none: they fail.
    pub(crate) buckets: OnceLock<Arc<dyn Buckets>>,
    /// What HTTP tasks use; none: they fail.
    pub(crate) connections: OnceLock<Arc<dyn Connections>>,
    managed: map_runs::Managed,
    /// For how many days an execution is kept after its end.
    keep_days: AtomicU32,
    /// How many invariants did not hold of executions that were read into memory.
    broken: AtomicU64,
    /// Who waits for the executions on these streams to end.
    awaited: Mutex<HashMap<i64, oneshot::Sender<Record>>>,
    left: Mutex<Option<recover::Left>>,
    log: log_queue::LogQueue,
    /// Itself, for the tasks that it spawns.
    this: Weak<Driver>,
}

impl Driver {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        door: Arc<dyn Invoke>,
        machines: Arc<Machines>,
        activities: Arc<Activities>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            store,
            clock,
            door,
            machines,
            activities,
            answers: OnceLock::new(),
            cells: cells::Cells::new(),
            timers: timers::Timers::new(),
            watches: watches::Watches::new(),
            followers: Arc::default(),
            histories: histories::Histories::default(),
            fleeting: AtomicI64::new(-1),
            buckets: OnceLock::new(),
            connections: OnceLock::new(),
            managed: map_runs::Managed::default(),
            keep_days: AtomicU32::new(retention::KEEP_DAYS),
            broken: AtomicU64::new(0),
            awaited: Mutex::default(),
            left: Mutex::new(None),
            log: log_queue::LogQueue::new(),
            this: Weak::clone(this),
        })
    }

    /// Returns what tasks reach outside.
    pub(crate) fn outside(&self) -> Outside<'_> {
        Outside {
            door: &*self.door,
            connections: self.connections.get().map(|c| &**c),
        }
    }

    pub(crate) fn broken_invariants(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }

    pub(crate) fn keep(&self, days: u32) {
        self.keep_days.store(days, Ordering::Relaxed);
    }

    fn keep_days(&self) -> u32 {
        self.keep_days.load(Ordering::Relaxed)
    }

    fn next_fleeting(&self) -> i64 {
        self.fleeting.fetch_sub(1, Ordering::Relaxed)
    }
}
