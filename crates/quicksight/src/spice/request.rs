//! Asking for an ingestion, waiting for its turn, ending it.

use std::sync::Arc;

use aws::ApiError;
use store::{Batch, Expect, Scan, StoreError};

use super::{
    BUCKET,
    ingestion::{self, Failure, INGESTIONS, Ingestion, PENDING, RequestType, Source, Status},
    load::{self, Loaded},
    snapshot::{SNAPSHOTS, Snapshot, location, snapshot},
    warm::warm,
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    error::{exists, invalid},
    schedule,
    source::SourceError,
};

/// Starts an ingestion; it waits for those of the same data set that came before.
///
/// **Errors**: `ResourceExistsException` for an id that was used before.
pub(crate) async fn request(
    service: &Arc<QuickSight>,
    scope: &Scope,
    asset: &Asset,
    id: &str,
    what: RequestType,
    source: Source,
) -> Result<Ingestion, ApiError> {
    let now_ms = service.clock.now_ms();
    let made = Ingestion {
        v: 1,
        id: id.to_owned(),
        data_set: asset.id.clone(),
        status: Status::Initialized,
        request: what,
        source,
        created_ms: now_ms,
        ended_ms: None,
        rows: None,
        bytes: None,
        error: None,
    };
    let mut batch = Batch::new();
    made.put(&mut batch, scope, Expect::Absent, now_ms)
        .map_err(ApiError::internal)?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => {
            return Err(exists(
                Some("INGESTION"),
                format!("Ingestion {id} already exists"),
            ));
        }
        other => other.map_err(ApiError::internal)?,
    }
    spawn(service, scope, &made);
    Ok(made)
}

fn spawn(service: &Arc<QuickSight>, scope: &Scope, made: &Ingestion) {
    let key = (scope.clone(), made.data_set.clone());
    let turn = Arc::clone(service.turns.lock().entry(key).or_default());
    let arn = made.arn(scope);
    let (this, scope, data_set, id) = (
        Arc::clone(service),
        scope.clone(),
        made.data_set.clone(),
        made.id.clone(),
    );
    let own = arn.clone();
    // The task cannot end before it is in the table: the lock is held while both are made.
    let mut running = service.running.lock();
    let task = tokio::spawn(async move {
        if let Err(error) = in_turn(&this, &scope, &data_set, &id, &turn).await {
            tracing::error!(%error, id, "an ingestion's state could not be kept");
        }
        this.running.lock().remove(&own);
    });
    running.insert(arn, task.abort_handle());
}

async fn in_turn(
    service: &Arc<QuickSight>,
    scope: &Scope,
    data_set: &str,
    id: &str,
    turn: &tokio::sync::Mutex<()>,
) -> Result<(), StoreError> {
    let queued = |i: &mut Ingestion| i.status = Status::Queued;
    if change(service, scope, data_set, id, queued)
        .await?
        .is_none()
    {
        return Ok(());
    }
    let _turn = turn.lock().await;
    let Ok(_slot) = service.slots.acquire().await else {
        return Ok(());
    };
    let running = |i: &mut Ingestion| i.status = Status::Running;
    let Some(ingestion) = change(service, scope, data_set, id, running).await? else {
        return Ok(());
    };
    let asset = service
        .store
        .get_json(DATA_SET.table, &scope.key(&[data_set]))
        .await?;
    let outcome = match asset {
        Some(asset) => load::load(service, scope, &asset, &ingestion).await,
        None => Err(SourceError::new(
            "DATA_SET_DELETED",
            "The data set was deleted",
        )),
    };
    match outcome {
        Ok(loaded) => {
            warm(service, &loaded.snapshot).await;
            complete(service, scope, &ingestion, loaded).await
        }
        Err(error) => {
            let now_ms = service.clock.now_ms();
            let failed = |i: &mut Ingestion| {
                i.status = Status::Failed;
                i.ended_ms = Some(now_ms);
                i.error = Some(Failure {
                    kind: error.kind.to_owned(),
                    message: error.message.clone(),
                });
            };
            change(service, scope, data_set, id, failed)
                .await
                .map(|_| ())
        }
    }
}

/// Changes an ingestion that has not ended; nothing where it has ended or is gone.
async fn change(
    service: &QuickSight,
    scope: &Scope,
    data_set: &str,
    id: &str,
    change: impl Fn(&mut Ingestion),
) -> Result<Option<Ingestion>, StoreError> {
    let key = scope.key(&[data_set, id]);
    loop {
        let Some(record) = service.store.get(INGESTIONS, &key).await? else {
            return Ok(None);
        };
        let mut found: Ingestion = record.json()?;
        if found.status.is_final() {
            return Ok(None);
        }
        change(&mut found);
        let mut batch = Batch::new();
        let now_ms = service.clock.now_ms();
        found.put(&mut batch, scope, Expect::Version(record.version), now_ms)?;
        match service.store.commit(batch).await {
            Err(StoreError::Conflict { .. }) => {}
            other => return other.map(|()| Some(found)),
        }
    }
}

/// Puts the new snapshot in the place of the old one and ends the ingestion, in one commit: a crash before it
/// leaves the old snapshot, and the ingestion is done again. Nothing where it is no longer wanted.
async fn complete(
    service: &QuickSight,
    scope: &Scope,
    ingestion: &Ingestion,
    loaded: Loaded,
) -> Result<(), StoreError> {
    let key = scope.key(&[&ingestion.data_set, &ingestion.id]);
    let record = service.store.get(INGESTIONS, &key).await?;
    let there = service
        .store
        .get(DATA_SET.table, &scope.key(&[&ingestion.data_set]))
        .await?;
    let (Some(record), Some(_)) = (record, there) else {
        clear(service, &loaded.snapshot.prefix).await;
        return Ok(());
    };
    let mut ended: Ingestion = record.json()?;
    if ended.status.is_final() {
        clear(service, &loaded.snapshot.prefix).await;
        return Ok(());
    }
    let now_ms = service.clock.now_ms();
    ended.status = Status::Completed;
    ended.ended_ms = Some(now_ms);
    ended.bytes = Some(loaded.snapshot.bytes);
    ended.rows = Some(loaded.rows);
    let at = scope.key(&[&ingestion.data_set]);
    let former: Option<Snapshot> = service.store.get_json(SNAPSHOTS, &at).await?;
    let mut batch = Batch::new();
    ended.put(&mut batch, scope, Expect::Version(record.version), now_ms)?;
    batch.put_json(SNAPSHOTS, at, &loaded.snapshot, Expect::Any)?;
    match service.store.commit(batch).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => {
            // It was cancelled at the last moment.
            clear(service, &loaded.snapshot.prefix).await;
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    service.answers.forget(scope, &ingestion.data_set);
    if let Some(former) = &former {
        service.engine.forget(&location(&former.prefix));
    }
    // Queries may still read the snapshot that was replaced; the one before it is read by none.
    let kept = [
        Some(&loaded.snapshot.prefix),
        loaded.snapshot.former.as_ref(),
    ];
    if let Some(oldest) = former
        .and_then(|f| f.former)
        .filter(|p| !kept.contains(&Some(p)))
    {
        clear(service, &oldest).await;
    }
    Ok(())
}

/// Deletes a snapshot's files, and lets go of what is in memory of it.
async fn clear(service: &QuickSight, prefix: &str) {
    service.engine.forget(&location(prefix));
    let objects = &service.spice.objects;
    let mut request = objects::ListRequest::prefix(prefix);
    loop {
        let page = match objects.list(BUCKET, &request).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%error, prefix, "a snapshot could not be listed");
                return;
            }
        };
        for object in &page.objects {
            if let Err(error) = objects.delete(BUCKET, &object.key).await {
                tracing::warn!(%error, key = object.key, "a snapshot could not be deleted");
            }
        }
        match page.next {
            Some(next) => request.start_after = Some(next),
            None => return,
        }
    }
}

/// Cancels an ingestion.
///
/// **Errors**: `InvalidParameterValueException` where it has ended.
pub(crate) async fn cancel(
    service: &QuickSight,
    scope: &Scope,
    found: &Ingestion,
) -> Result<(), ApiError> {
    let now_ms = service.clock.now_ms();
    let cancelled = |i: &mut Ingestion| {
        i.status = Status::Cancelled;
        i.ended_ms = Some(now_ms);
        i.error = Some(Failure {
            kind: "INGESTION_CANCELED".into(),
            message: "The ingestion was cancelled".into(),
        });
    };
    let changed = change(service, scope, &found.data_set, &found.id, cancelled).await;
    if changed.map_err(ApiError::internal)?.is_none() {
        return Err(invalid(format!("Ingestion {} has ended already", found.id)));
    }
    let task = service.running.lock().remove(&found.arn(scope));
    if let Some(task) = task {
        task.abort();
        clear(service, &load::prefix(scope, found)).await;
    }
    Ok(())
}

/// Deletes what a data set that is gone has left: its ingestions and its snapshots.
pub(crate) async fn forget(
    service: &QuickSight,
    scope: &Scope,
    data_set: &str,
) -> Result<(), ApiError> {
    let last = snapshot(service, scope, data_set).await?;
    let mut batch = Batch::new();
    batch.delete(SNAPSHOTS, scope.key(&[data_set]));
    for found in Ingestion::all(&service.store, scope, data_set).await? {
        if let Some(task) = service
            .running
            .lock()
            .remove(&ingestion::arn(scope, data_set, &found.id))
        {
            task.abort();
        }
        batch.delete(INGESTIONS, scope.key(&[data_set, &found.id]));
        batch.delete(PENDING, scope.key(&[data_set, &found.id]));
    }
    schedule::forget(service, &mut batch, scope, data_set).await?;
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    service.answers.forget(scope, data_set);
    if last.is_some() {
        clear(
            service,
            &format!("{}/{}/{data_set}/", scope.account, scope.region),
        )
        .await;
    }
    Ok(())
}

/// Does again what had not ended when the process did: an ingestion changes nothing before its end.
pub(crate) async fn resume(service: &Arc<QuickSight>) -> Result<(), StoreError> {
    let rows = service.store.scan(PENDING, &Scan::prefix(&[])).await?;
    let mut found: Vec<(Scope, Ingestion)> = Vec::new();
    for (key, _) in rows {
        // The same key in another table.
        let ingestion = service.store.get_json(INGESTIONS, &key).await?;
        if let (Some((scope, _)), Some(ingestion)) = (Scope::split(&key), ingestion) {
            found.push((scope, ingestion));
        }
    }
    found.sort_by_key(|(_, ingestion)| ingestion.created_ms);
    for (scope, ingestion) in &found {
        spawn(service, scope, ingestion);
    }
    Ok(())
}
