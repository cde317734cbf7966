//! What happens at a start: the rows of timers and tasks say what is still to be done.

use std::sync::Arc;

use store::{Key, Scan, StoreError};
use tokio::sync::Semaphore;

use super::{
    Driver,
    express::ExpressRow,
    row::{Phase, TaskRow},
};
use crate::{
    map_run::{MapRun, OpenMapRun},
    tables,
};

/// What an earlier life left to do.
pub(super) struct Left {
    tasks: Vec<(Key, TaskRow)>,
    express: Vec<(Key, ExpressRow)>,
    map_runs: Vec<(OpenMapRun, MapRun)>,
}

/// How many calls of an earlier life are made again at a time.
const AT_A_TIME: usize = 16;
/// How many rows are read at once.
const PAGE: usize = 4096;

impl Driver {
    /// Reads what an earlier life left to do, before anything begins that is not of it.
    pub(crate) async fn read_left(&self) -> Result<(), StoreError> {
        let tasks = self.left_tasks().await?;
        let express = self
            .store
            .scan_json::<ExpressRow>(tables::EXPRESS, &Scan::prefix(&[]))
            .await?;
        let mut map_runs = Vec::new();
        for (key, mut open) in self
            .store
            .scan_json::<OpenMapRun>(tables::MAP_RUNS_OPEN, &Scan::prefix(&[]))
            .await?
        {
            open.cancelled = self
                .store
                .get(tables::MAP_RUNS_CANCELLED, &key)
                .await?
                .is_some();
            if let Some(run) = self
                .store
                .get_json::<MapRun>(tables::MAP_RUNS, &key)
                .await?
            {
                map_runs.push((open, run));
            }
        }
        self.refresh_timers().await?;
        *self.left.lock() = Some(Left {
            tasks,
            express,
            map_runs,
        });
        Ok(())
    }

    /// Returns the tasks with something to be done. Those that wait for a token need nothing, however many they are.
    async fn left_tasks(&self) -> Result<Vec<(Key, TaskRow)>, StoreError> {
        let mut left = Vec::new();
        let mut scan = Scan::prefix(&[]);
        scan.limit = PAGE;
        loop {
            let page = self
                .store
                .scan_json::<TaskRow>(tables::TASKS, &scan)
                .await?;
            let Some((last, _)) = page.last() else {
                return Ok(left);
            };
            scan.after = Some(last.clone());
            left.extend(
                page.into_iter()
                    .filter(|(_, row)| row.phase != Phase::Token),
            );
        }
    }

    /// Runs timers and watches in the background and takes up what was left. Executions are loaded when something
    /// happens to them.
    pub(crate) fn run(self: &Arc<Self>) {
        let Some(left) = self.left.lock().take() else {
            return;
        };
        self.log.write(&self.door);
        tokio::spawn(Arc::clone(self).run_timers_forever());
        tokio::spawn(Arc::clone(self).run_watches_forever());
        tokio::spawn(Arc::clone(self).run_retention_forever());
        let permits = Arc::new(Semaphore::new(AT_A_TIME));
        for (key, row) in left.tasks {
            let parts = key.parts();
            let Some(stream) = parts.first().and_then(|p| tables::stream_of(p)) else {
                continue;
            };
            let (driver, permits) = (Arc::clone(self), Arc::clone(&permits));
            tokio::spawn(async move {
                let Ok(_permit) = permits.acquire().await else {
                    return;
                };
                driver.resume(stream, row).await;
            });
        }
        for (open, run) in left.map_runs {
            tokio::spawn(Arc::clone(self).resume_map_run(open, run));
        }
        for (_, row) in left.express {
            let driver = Arc::clone(self);
            tokio::spawn(async move { driver.run_express_again(row).await });
        }
    }

    async fn resume(self: Arc<Self>, stream: i64, row: TaskRow) {
        match &row.phase {
            Phase::Call | Phase::Unwanted => self.call(stream, row, true).await,
            Phase::Watch { .. } => self.watch(stream, &row).await,
            Phase::Cancel { .. } => self.spawn_cancel(stream, row),
            Phase::Token => {}
        }
    }
}
