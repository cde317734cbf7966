//! Refresh schedules: when data sets are ingested by themselves.

mod due;
mod follow;

pub(crate) use due::next;
pub(crate) use follow::{AFTER, After, follow};

use std::sync::{Arc, Weak};

use aws::{ApiError, ids};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Batch, Expect, Key, StoreError};

use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    spice::{self, RequestType, Source},
};

/// Schedules by data set.
pub(crate) const SCHEDULES: &str = "quicksight/refresh-schedules";
const QUEUE: &str = "quicksight/refresh";
/// How long the loop rests after the store failed.
const REST_MS: i64 = 1_000;
/// Timers of one round.
const ROUND: usize = 100;

/// One schedule, as it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) data_set: String,
    /// `RefreshSchedule`.
    pub(crate) given: Value,
    pub(crate) next_ms: i64,
}

impl Schedule {
    pub(crate) fn key(scope: &Scope, data_set: &str, id: &str) -> Key {
        scope.key(&[data_set, id])
    }

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn(format!(
            "dataset/{}/refresh-schedule/{}",
            self.data_set, self.id
        ))
    }

    /// Adds the schedule and its next time to a batch.
    pub(crate) fn put(
        &self,
        batch: &mut Batch,
        scope: &Scope,
        expect: Expect,
    ) -> Result<(), ApiError> {
        let key = Self::key(scope, &self.data_set, &self.id);
        batch
            .put_json(SCHEDULES, key.clone(), self, expect)
            .map_err(ApiError::internal)?;
        batch.set_timer(QUEUE, key, self.next_ms, "1");
        Ok(())
    }

    pub(crate) fn delete(batch: &mut Batch, scope: &Scope, data_set: &str, id: &str) {
        let key = Self::key(scope, data_set, id);
        batch.delete(SCHEDULES, key.clone());
        batch.clear_timer(QUEUE, key);
    }
}

/// Adds the deletion of all that a data set has of schedules to a batch.
pub(crate) async fn forget(
    service: &QuickSight,
    batch: &mut Batch,
    scope: &Scope,
    data_set: &str,
) -> Result<(), ApiError> {
    let rows = service
        .store
        .scan(SCHEDULES, &scope.scan(&[data_set]))
        .await;
    for (key, _) in rows.map_err(ApiError::internal)? {
        batch.delete(SCHEDULES, key.clone());
        batch.clear_timer(QUEUE, key);
    }
    batch.delete(AFTER, scope.key(&[data_set]));
    Ok(())
}

/// Does what is due, again and again; ends when the service is dropped.
pub(crate) async fn run(this: Weak<QuickSight>) {
    loop {
        let Some(service) = this.upgrade() else {
            return;
        };
        let next = match round(&service).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "refresh schedules could not be looked through");
                Some(service.clock.now_ms() + REST_MS)
            }
        };
        let (clock, wake) = (Arc::clone(&service.clock), Arc::clone(&service.schedules));
        drop(service);
        match next {
            Some(due) => tokio::select! {
                () = clock.sleep_until(due) => {}
                () = wake.notified() => {}
            },
            None => wake.notified().await,
        }
    }
}

/// Starts what is due, and returns when the next one is.
async fn round(service: &Arc<QuickSight>) -> Result<Option<i64>, StoreError> {
    loop {
        let now_ms = service.clock.now_ms();
        let timers = service.store.timers(QUEUE, i64::MAX, ROUND).await?;
        let due: Vec<_> = timers.iter().filter(|t| t.due_ms <= now_ms).collect();
        if due.is_empty() {
            return Ok(timers.first().map(|t| t.due_ms));
        }
        for timer in due {
            fire(service, &timer.key, now_ms).await?;
        }
    }
}

async fn fire(service: &Arc<QuickSight>, key: &Key, now_ms: i64) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    let record = service.store.get(SCHEDULES, key).await?;
    let (Some(record), Some((scope, _))) = (record, Scope::split(key)) else {
        batch.clear_timer(QUEUE, key.clone());
        return service.store.commit(batch).await;
    };
    let mut schedule: Schedule = record.json()?;
    // A server that was down does a time that was missed once.
    match next(&schedule.given, now_ms) {
        Some(at) => {
            schedule.next_ms = at;
            batch.set_timer(QUEUE, key.clone(), at, "1");
        }
        None => {
            batch.clear_timer(QUEUE, key.clone());
        }
    }
    batch.put_json(
        SCHEDULES,
        key.clone(),
        &schedule,
        Expect::Version(record.version),
    )?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => return Ok(()),
        other => other?,
    }
    refresh(service, &scope, &schedule.data_set, &schedule.given).await;
    Ok(())
}

/// Asks for an ingestion; one that cannot be asked for is said in the log.
pub(super) async fn refresh(
    service: &Arc<QuickSight>,
    scope: &Scope,
    data_set: &str,
    given: &Value,
) {
    let what = match given.get("RefreshType").and_then(Value::as_str) {
        Some("INCREMENTAL_REFRESH") => RequestType::Incremental,
        _ => RequestType::Full,
    };
    let asked = async {
        let (asset, _) = Asset::get(&service.store, &DATA_SET, scope, data_set).await?;
        spice::request(
            service,
            scope,
            &asset,
            &ids::uuid(),
            what,
            Source::Scheduled,
        )
        .await
    };
    if let Err(error) = asked.await {
        tracing::warn!(%error, data_set, "a scheduled refresh could not be started");
    }
}
