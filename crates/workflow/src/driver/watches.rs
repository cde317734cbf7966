//! What `.sync` tasks wait for: resources of other services, woken by the bus.
//!
//! A task is noted first and its resource described then, so that nothing falls between; after a restart all of
//! them are described once.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use asl::{TaskId, Trigger};
use parking_lot::Mutex;
use store::{BusEvent, StoreError};

use super::{
    Driver,
    row::{Phase, TaskRow},
};
use crate::{
    integrations::{self, Verdict},
    tables,
};

/// How many bus events are read at once.
const PAGE: usize = 500;
/// How often some of the resources are looked at although the bus is silent: not every service tells every
/// change, and none is trusted to.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How many of them each time.
const LOOK_AT: usize = 20;
/// How long to wait when the bus cannot be read.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A task of an execution.
type TaskOf = (i64, u64);

pub(super) struct Watches(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    by_resource: HashMap<String, Vec<TaskOf>>,
    resource_of: HashMap<TaskOf, String>,
    /// In the order in which they are looked at.
    turns: VecDeque<TaskOf>,
}

impl Watches {
    pub(super) fn new() -> Self {
        Self(Mutex::default())
    }

    fn add(&self, task: TaskOf, resource: String) {
        let mut watched = self.0.lock();
        if watched.resource_of.insert(task, resource.clone()).is_none() {
            watched.by_resource.entry(resource).or_default().push(task);
            watched.turns.push_back(task);
        }
    }

    pub(super) fn remove(&self, stream: i64, task: u64) {
        let mut watched = self.0.lock();
        let Some(resource) = watched.resource_of.remove(&(stream, task)) else {
            return;
        };
        if let Some(tasks) = watched.by_resource.get_mut(&resource) {
            tasks.retain(|t| *t != (stream, task));
            if tasks.is_empty() {
                watched.by_resource.remove(&resource);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.0.lock().resource_of.is_empty()
    }

    fn waiting_for(&self, resource: &str) -> Vec<TaskOf> {
        self.0
            .lock()
            .by_resource
            .get(resource)
            .cloned()
            .unwrap_or_default()
    }

    fn next_turns(&self) -> Vec<TaskOf> {
        let mut watched = self.0.lock();
        let mut found = Vec::new();
        for _ in 0..watched.turns.len().min(LOOK_AT) {
            if let Some(task) = watched
                .turns
                .pop_front()
                .filter(|t| watched.resource_of.contains_key(t))
            {
                watched.turns.push_back(task);
                found.push(task);
            }
        }
        found
    }
}

impl Driver {
    /// Waits for what a task runs: notes it, then looks at it once.
    pub(super) async fn watch(&self, stream: i64, row: &TaskRow) {
        let Phase::Watch { output } = &row.phase else {
            return;
        };
        let task = row.task.task.0;
        match integrations::resource(&row.task, output) {
            Some(resource) => self.watches.add((stream, task), resource),
            None => {
                tracing::error!(resource = %row.task.resource, "an answer names nothing to wait for")
            }
        }
        self.look(stream, row).await;
    }

    /// Looks at a task's resource; when it has come to its end, so has the task.
    async fn look(&self, stream: i64, row: &TaskRow) {
        let Phase::Watch { output } = &row.phase else {
            return;
        };
        let id = row.task.task;
        let trigger = match integrations::check(&*self.door, &row.caller, &row.task, output).await {
            Ok(Verdict::Running) => return,
            Ok(Verdict::Succeeded(output)) => Trigger::TaskSucceeded { task: id, output },
            Ok(Verdict::Failed(fault)) => Trigger::TaskFailed {
                task: id,
                error: Some(fault.error),
                cause: fault.cause,
            },
            Err(fault) if fault.passing => return,
            Err(fault) => Trigger::TaskFailed {
                task: id,
                error: Some(fault.error),
                cause: fault.cause,
            },
        };
        self.deliver_surely(stream, trigger, None).await;
        self.watches.remove(stream, id.0);
    }

    async fn look_again(self: Arc<Self>, (stream, task): TaskOf) {
        match self.task_row(stream, TaskId(task)).await {
            Ok(Some(row)) => self.look(stream, &row).await,
            Ok(None) => self.watches.remove(stream, task),
            Err(error) => tracing::warn!(%error, "a task cannot be read; it is looked at later"),
        }
    }

    async fn task_row(&self, stream: i64, task: TaskId) -> Result<Option<TaskRow>, StoreError> {
        let key = tables::key(&[&tables::stream(stream), &format!("{:x}", task.0)]);
        self.store.get_json(tables::TASKS, &key).await
    }

    /// Follows the bus for ever.
    pub(super) async fn run_watches_forever(self: Arc<Self>) {
        let mut newest = self.store.bus_watch();
        let mut cursor = *newest.borrow_and_update();
        let mut look =
            tokio::time::interval_at(tokio::time::Instant::now() + LOOK_EVERY, LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // First, so that it has its turn on a bus that is never silent.
                biased;
                _ = look.tick() => {
                    for task in self.watches.next_turns() {
                        tokio::spawn(Arc::clone(&self).look_again(task));
                    }
                    continue;
                }
                changed = newest.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
            let position = *newest.borrow_and_update();
            if self.watches.is_empty() {
                // Whoever begins to wait from now on looks at its resource after that.
                cursor = position;
                continue;
            }
            while cursor < position {
                match self.store.bus_after(cursor, PAGE).await {
                    Ok(events) => {
                        let Some((last, _)) = events.last() else {
                            cursor = position;
                            break;
                        };
                        cursor = *last;
                        for (_, event) in &events {
                            self.wake(event);
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the bus cannot be read; it is tried again");
                        tokio::time::sleep(RETRY_AFTER).await;
                    }
                }
            }
        }
    }

    fn wake(self: &Arc<Self>, event: &BusEvent) {
        for resource in integrations::resources_of(event) {
            for task in self.watches.waiting_for(&resource) {
                tokio::spawn(Arc::clone(self).look_again(task));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_wakes_those_that_wait_for_it_and_no_one_else() {
        let watches = Watches::new();
        watches.add((1, 1), "a".into());
        watches.add((2, 1), "a".into());
        watches.add((3, 1), "b".into());
        assert_eq!(watches.waiting_for("a"), [(1, 1), (2, 1)]);
        watches.remove(1, 1);
        watches.remove(3, 1);
        assert_eq!(
            (watches.waiting_for("a"), watches.waiting_for("b")),
            (vec![(2, 1)], vec![])
        );
        assert_eq!(watches.next_turns(), [(2, 1)]);
        watches.remove(2, 1);
        assert!(watches.is_empty() && watches.next_turns().is_empty());
    }
}
