//! A Map run under way: how many children are begun, which of them wait, which are to be stopped.
//!
//! Few are started or stopped at a time, so that what else happens finds its place among their commits. A child that
//! runs is waited for by a receiver alone: ten thousand that wait are some megabytes.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    task::{Context, Poll},
};

use asl::{Failure, MapRunSpec, Status, Trigger, Value, map_run};
use futures::{
    FutureExt,
    stream::{FuturesUnordered, StreamExt},
};
use store::StoreError;
use tokio::sync::{oneshot, watch};

use super::{
    Driver,
    map_children::{Child, Family, RETRY_AFTER},
    map_runs::{Live, failure},
};
use crate::{execution::Record, map_run::MapRun};

/// How many children of a Map run are under way at once at most, as AWS has it.
pub(super) const CHILDREN_AT_ONCE: usize = 10_000;
/// How many are being started, and how many stopped, at a time: enough to share a group of commits, and few in the
/// store's queue before whatever else comes.
const AT_A_TIME: usize = 64;

/// A child that runs.
struct Waiting {
    number: usize,
    ended: oneshot::Receiver<Record>,
}

impl Future for Waiting {
    type Output = (usize, Option<Record>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let number = self.number;
        self.ended
            .poll_unpin(context)
            .map(|ended| (number, ended.ok()))
    }
}

/// How a child is begun.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Start,
    /// It was under way and was let go without a word.
    Again,
    /// The Map run has failed: what an earlier life started is stopped.
    Look,
}

/// The children of a Map run with their inputs and how many items each has.
pub(super) struct Going<'a> {
    driver: &'a Driver,
    family: &'a Family<'a>,
    inputs: &'a [(Value, u64)],
    /// There may be children that an earlier life started.
    earlier: bool,
    /// What each came to.
    children: &'a mut Vec<Option<Record>>,
    next: usize,
    /// The streams of those that run.
    streams: HashMap<usize, i64>,
    waiting: FuturesUnordered<Waiting>,
    to_stop: VecDeque<i64>,
    failed: Option<Failure>,
}

impl<'a> Going<'a> {
    pub(super) fn new(
        driver: &'a Driver,
        family: &'a Family<'a>,
        inputs: &'a [(Value, u64)],
        earlier: bool,
        children: &'a mut Vec<Option<Record>>,
    ) -> Self {
        children.resize(inputs.len(), None);
        Self {
            driver,
            family,
            inputs,
            earlier,
            children,
            next: 0,
            streams: HashMap::new(),
            waiting: FuturesUnordered::new(),
            to_stop: VecDeque::new(),
            failed: None,
        }
    }

    /// Runs all children to their end. **Errors**: why the Map run failed; its children have been stopped.
    pub(super) async fn run(mut self) -> Result<(), Failure> {
        let (driver, family, inputs) = (self.driver, self.family, self.inputs);
        let begin = |number: usize, how: How| async move {
            let (input, items) = &inputs[number];
            let begun = match how {
                How::Look => driver.child_left(family, number, *items).await,
                How::Start => driver.child(family, number, input, *items).await,
                How::Again => {
                    tokio::time::sleep(RETRY_AFTER).await;
                    driver.child(family, number, input, *items).await
                }
            };
            (number, how, begun)
        };
        let mut beginning = FuturesUnordered::new();
        let mut stopping = FuturesUnordered::new();
        let mut cancelled = family.live.cancelled.subscribe();
        loop {
            // Before any is begun: an earlier life may have ended after the stop.
            if self.failed.is_none() && *cancelled.borrow() {
                self.fail(was_stopped());
            }
            while beginning.len() < AT_A_TIME
                && let Some(how) = self.next_one(beginning.len())
            {
                if how == How::Start {
                    let items = inputs[self.next].1;
                    family.live.run(|run| started(run, items));
                }
                beginning.push(begin(self.next, how));
                self.next += 1;
            }
            while stopping.len() < AT_A_TIME
                && let Some(stream) = self.to_stop.pop_front()
            {
                let stop = Trigger::Stop {
                    error: None,
                    cause: None,
                };
                stopping.push(driver.deliver_surely(stream, stop, None));
            }
            if beginning.is_empty() && self.waiting.is_empty() && stopping.is_empty() {
                return self.failed.map_or(Ok(()), Err);
            }
            tokio::select! {
                biased;
                () = stopped(&mut cancelled), if self.failed.is_none() => {
                    self.fail(was_stopped());
                }
                () = family.live.changed.notified(), if self.failed.is_none() => self.judge(),
                Some(_) = stopping.next() => {}
                Some((number, ended)) = self.waiting.next() => match ended {
                    Some(record) => self.ended(number, record),
                    None if self.failed.is_none() => {
                        self.streams.remove(&number);
                        beginning.push(begin(number, How::Again));
                    }
                    None => self.lost(number, Status::Aborted),
                },
                Some((number, how, begun)) = beginning.next() => self.begun(number, how, begun),
            }
        }
    }

    /// Returns how the next child is to be begun, if it is.
    fn next_one(&self, beginning: usize) -> Option<How> {
        if self.next >= self.inputs.len() {
            return None;
        }
        if self.failed.is_some() {
            return self.earlier.then_some(How::Look);
        }
        let under_way = self.waiting.len() + beginning;
        (under_way < at_once(self.family.live)).then_some(How::Start)
    }

    fn begun(&mut self, number: usize, how: How, begun: Result<Child, StoreError>) {
        if how == How::Look && !matches!(begun, Ok(Child::Absent)) {
            let items = self.inputs[number].1;
            self.family.live.run(|run| started(run, items));
        }
        match begun {
            Ok(Child::Ended(record)) => self.ended(number, *record),
            Ok(Child::Runs { stream, ended }) => {
                self.waiting.push(Waiting { number, ended });
                if self.failed.is_some() {
                    self.to_stop.push_back(stream);
                } else {
                    self.streams.insert(number, stream);
                }
            }
            Ok(Child::Absent) => {}
            Err(error) => {
                self.lost(number, Status::Failed);
                self.fail(failure("States.Runtime", error.to_string()));
            }
        }
    }

    fn ended(&mut self, number: usize, record: Record) {
        self.lost(number, record.status);
        self.children[number] = Some(record);
        self.judge();
    }

    /// Counts a child that is under way no more.
    fn lost(&mut self, number: usize, status: Status) {
        self.streams.remove(&number);
        let items = self.inputs[number].1;
        self.family.live.run(|run| over(run, items, status));
    }

    /// Fails the Map run when more is lost than it tolerates by now.
    fn judge(&mut self) {
        let (spec, live) = (&self.family.open.spec, self.family.live);
        if self.failed.is_none() && exceeded(spec, live) {
            self.fail(map_run::threshold_exceeded());
        }
    }

    /// Stops all that runs; what is being started is stopped when it runs.
    fn fail(&mut self, why: Failure) {
        self.failed.get_or_insert(why);
        self.to_stop.extend(self.streams.drain().map(|(_, s)| s));
    }
}

fn was_stopped() -> Failure {
    failure("States.Runtime", "The Map run was stopped.".to_owned())
}

/// Waits until a Map run is to be stopped.
async fn stopped(cancelled: &mut watch::Receiver<bool>) {
    // The sender lives as long as the Map run is managed.
    let _ = cancelled.wait_for(|c| *c).await;
}

fn at_once(live: &Live) -> usize {
    match live.run(|r| r.max_concurrency) {
        0 => CHILDREN_AT_ONCE,
        n => usize::try_from(n).map_or(CHILDREN_AT_ONCE, |n| n.min(CHILDREN_AT_ONCE)),
    }
}

fn started(run: &mut MapRun, items: u64) {
    run.items.pending -= items;
    run.items.running += items;
    run.executions.pending -= 1;
    run.executions.running += 1;
}

fn over(run: &mut MapRun, items: u64, status: Status) {
    for (counts, by) in [(&mut run.items, items), (&mut run.executions, 1)] {
        counts.running -= by;
        match status {
            Status::Succeeded => counts.succeeded += by,
            Status::TimedOut => counts.timed_out += by,
            Status::Aborted => counts.aborted += by,
            Status::Failed | Status::Running => counts.failed += by,
        }
    }
}

/// Tells whether more items are lost than the Map run tolerates by now.
fn exceeded(spec: &MapRunSpec, live: &Live) -> bool {
    let (items, count, percentage) = live.run(|r| {
        (
            r.items,
            r.tolerated_failure_count,
            r.tolerated_failure_percentage,
        )
    });
    let lost = items.failed + items.timed_out + items.aborted;
    if lost == 0 {
        return false;
    }
    let mut now = spec.clone();
    now.tolerated_failure_count = spec
        .tolerated_failure_count
        .map(|_| count)
        .or((count > 0).then_some(count));
    now.tolerated_failure_percentage = spec
        .tolerated_failure_percentage
        .map(|_| percentage)
        .or((percentage > 0.0).then_some(percentage));
    map_run::is_exceeded(&now, lost, items.total)
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Notify, watch};

    use super::*;
    use crate::map_run::{Counts, MapStatus};

    #[test]
    fn as_many_at_once_as_it_says_and_ten_thousand_at_most() {
        let of = |max_concurrency| {
            let run = MapRun {
                v: 1,
                arn: "".into(),
                machine: "".into(),
                id: "".into(),
                account: "".into(),
                region: "".into(),
                execution_arn: "".into(),
                status: MapStatus::Running,
                start_ms: 0,
                stop_ms: None,
                max_concurrency,
                tolerated_failure_percentage: 0.0,
                tolerated_failure_count: 0,
                items: Counts::default(),
                executions: Counts::default(),
                redrive_count: 0,
                redrive_ms: None,
            };
            at_once(&Live {
                cancelled: watch::channel(false).0,
                changed: Notify::new(),
                run: std::sync::Mutex::new(run),
            })
        };
        assert_eq!(
            [0, 1, 1_001, 10_000, 10_001, u64::MAX].map(of),
            [10_000, 1, 1_001, 10_000, 10_000, 10_000]
        );
    }
}
