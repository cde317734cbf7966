//! Redriving a Map run: the same Map run goes on with the children that did not succeed.

use std::{sync::Arc, time::Duration};

use asl::{MapRunId, Status};
use store::{Batch, Expect, Scan, StoreError};

use super::{Driver, cells::Slot, map_children::Child};
use crate::{
    execution::Record,
    ids,
    map_run::{MapRun, MapStatus, OpenMapRun},
    tables,
};

/// How often a Map run that still stops its children is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Results of Express children that are kept in one commit.
const KEPT_AT_ONCE: usize = 200;

/// A Map run that goes on.
pub(super) struct Reopened {
    pub arn: Arc<str>,
    pub redrive_count: u32,
    pub open: Arc<OpenMapRun>,
}

impl Driver {
    /// Waits until no Map run of an execution is managed any more: one that was stopped may still stop its children.
    pub(super) async fn map_runs_settled(&self, execution_arn: &str) {
        while self.manages_any_of(execution_arn) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Makes the rows of a Map run that goes on; it does so when they are committed. None: it is not known.
    pub(super) async fn reopen_map_run(
        &self,
        slot: &Slot,
        map_run: MapRunId,
        batch: &mut Batch,
    ) -> Result<Option<Reopened>, StoreError> {
        let home = &slot.record.home;
        let caller = super::Caller::of(slot);
        let id = ids::derived(&[&caller.execution_arn, &map_run.to_string(), "run"]);
        let prefix = [&*home.account, &*home.region, &*home.machine, &*home.name];
        let of = self
            .store
            .scan(tables::MAP_RUNS_OF, &Scan::prefix(&prefix))
            .await?;
        let found = of.iter().find_map(|(key, _)| {
            let parts = key.parts();
            let [.., machine, is] = parts.as_slice() else {
                return None;
            };
            (**is == *id).then(|| tables::key(&[&home.account, &home.region, machine, is]))
        });
        let Some(key) = found else { return Ok(None) };
        let run = self
            .store
            .get_json::<MapRun>(tables::MAP_RUNS, &key)
            .await?;
        let open = self
            .store
            .get_json::<OpenMapRun>(tables::MAP_RUNS_ENDED, &key)
            .await?;
        let Some((mut run, mut open)) = run.zip(open) else {
            return Ok(None);
        };
        let now_ms = self.clock.now_ms();
        run.status = MapStatus::Running;
        run.stop_ms = None;
        run.redrive_count += 1;
        run.redrive_ms = Some(now_ms);
        open.redriven_ms = Some(now_ms);
        open.cancelled = false;
        batch.put_json(tables::MAP_RUNS, key.clone(), &run, Expect::Any)?;
        batch.put_json(tables::MAP_RUNS_OPEN, key.clone(), &open, Expect::Any)?;
        batch.delete(tables::MAP_RUNS_ENDED, key.clone());
        batch.delete(tables::MAP_RUNS_CANCELLED, key);
        let reopened = Reopened {
            arn: Arc::clone(&run.arn),
            redrive_count: run.redrive_count,
            open: Arc::new(open),
        };
        self.manage_from_now(run);
        Ok(Some(reopened))
    }

    /// Lets a child that ended without success go on, once in each redrive of its Map run. One that cannot be redriven
    /// any more stays as it is.
    pub(super) async fn redriven_child(
        &self,
        open: &OpenMapRun,
        child: Record,
    ) -> Result<Child, StoreError> {
        let as_it_is = |child| Ok(Child::Ended(Box::new(child)));
        let Some(since_ms) = open.redriven_ms else {
            return as_it_is(child);
        };
        let done = child.redrive_ms.is_some_and(|at| at >= since_ms);
        if child.status == Status::Succeeded || done || !child.is_redrivable(self.clock.now_ms()) {
            return as_it_is(child);
        }
        let stream = child.stream;
        let ended = self.wait_for(stream);
        // Boxed: a child's own turn may redrive Map runs in turn.
        match Box::pin(self.redrive(child.clone())).await {
            Ok(Some(_)) => Ok(Child::Runs { stream, ended }),
            other => {
                self.awaited.lock().remove(&stream);
                other?;
                as_it_is(child)
            }
        }
    }

    /// Keeps what Express children came to, of a Map run that may be redriven: nothing else of them stays.
    pub(super) async fn keep_results(
        &self,
        run: &MapRun,
        children: &[Option<Record>],
    ) -> Result<(), StoreError> {
        let succeeded: Vec<(usize, &Record)> = children
            .iter()
            .enumerate()
            .filter_map(|(number, child)| Some((number, child.as_ref()?)))
            .filter(|(_, child)| child.status == Status::Succeeded)
            .collect();
        for some in succeeded.chunks(KEPT_AT_ONCE) {
            let mut batch = Batch::new();
            for (number, child) in some {
                let key = result_key(run, *number);
                batch.put_json(tables::MAP_RUN_RESULTS, key, child, Expect::Any)?;
            }
            self.store.commit(batch).await?;
        }
        Ok(())
    }

    /// Returns what an Express child came to before the redrive, if it succeeded.
    pub(super) async fn kept_result(
        &self,
        open: &OpenMapRun,
        run: &MapRun,
        number: usize,
    ) -> Result<Option<Record>, StoreError> {
        if open.redriven_ms.is_none() {
            return Ok(None);
        }
        let key = result_key(run, number);
        self.store.get_json(tables::MAP_RUN_RESULTS, &key).await
    }

    /// Lets go of the results that were kept.
    pub(super) async fn drop_results(&self, run: &MapRun) -> Result<(), StoreError> {
        let prefix = [&*run.account, &*run.region, &*run.machine, &*run.id];
        let kept = self
            .store
            .scan(tables::MAP_RUN_RESULTS, &Scan::prefix(&prefix))
            .await?;
        for some in kept.chunks(KEPT_AT_ONCE) {
            let mut batch = Batch::new();
            for (key, _) in some {
                batch.delete(tables::MAP_RUN_RESULTS, key.clone());
            }
            self.store.commit(batch).await?;
        }
        Ok(())
    }
}

fn result_key(run: &MapRun, number: usize) -> store::Key {
    tables::key(&[
        &run.account,
        &run.region,
        &run.machine,
        &run.id,
        &number.to_string(),
    ])
}
