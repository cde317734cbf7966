//! What an import can be undone with: each part as it was before.

use aws::{ApiError, Call, Principal, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Key, StoreError};

use super::{Direction, Failure, Job, part::PartRef};
use crate::{
    QuickSight,
    asset::{
        ANALYSIS, Asset, DATA_SET, Document, Scope, TAGS, Version, commit_change, folders_of, leave,
    },
    dataset::DataSet,
    schedule::{SCHEDULES, Schedule},
};

const UNDO: &str = "quicksight/bundle-undo";

/// One part as it was. Kept before the part is touched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Undo {
    v: u32,
    resource: String,
    /// The record of the asset or the schedule; nothing where there was none.
    former: Option<Value>,
    #[serde(default)]
    tags: Option<Value>,
    #[serde(default)]
    folders: Vec<String>,
    pub(super) is_done: bool,
}

fn key(scope: &Scope, job: &str, place: usize) -> Key {
    scope.key(&[job, &format!("{place:06}")])
}

impl Undo {
    /// Returns how a part is now.
    pub(super) async fn of(
        service: &QuickSight,
        scope: &Scope,
        at: &PartRef,
    ) -> Result<Self, ApiError> {
        let store = &service.store;
        let (table, record) = match &at.schedule {
            Some(schedule) => (SCHEDULES, Schedule::key(scope, &at.id, schedule)),
            None => (at.part.kind.table, scope.key(&[&at.id])),
        };
        let former: Option<Value> = store
            .get_json(table, &record)
            .await
            .map_err(ApiError::internal)?;
        let tags = store.get_json(TAGS, &scope.key(&[&at.arn(scope)])).await;
        let folders = match at.schedule {
            Some(_) => Vec::new(),
            None => folders_of(store, scope, at.part.kind, &at.id).await?,
        };
        Ok(Self {
            v: 1,
            resource: at.resource(),
            former,
            tags: tags.map_err(ApiError::internal)?,
            folders,
            is_done: false,
        })
    }

    pub(super) async fn find(
        service: &QuickSight,
        scope: &Scope,
        job: &str,
        place: usize,
    ) -> Result<Option<Self>, ApiError> {
        let found = service.store.get_json(UNDO, &key(scope, job, place)).await;
        found.map_err(ApiError::internal)
    }

    pub(super) async fn put(
        &self,
        service: &QuickSight,
        scope: &Scope,
        job: &str,
        place: usize,
    ) -> Result<(), ApiError> {
        let mut batch = Batch::new();
        let put = batch.put_json(UNDO, key(scope, job, place), self, Expect::Any);
        put.map_err(ApiError::internal)?;
        service
            .store
            .commit(batch)
            .await
            .map_err(ApiError::internal)
    }

    pub(super) fn was_there(&self) -> bool {
        self.former.is_some()
    }

    /// Returns the newest version that there was.
    pub(super) fn version(&self) -> u64 {
        let version = self.former.as_ref().and_then(|f| f.get("version"));
        version.and_then(Value::as_u64).unwrap_or(0)
    }

    async fn undo(
        &self,
        service: &QuickSight,
        scope: &Scope,
        at: &PartRef,
    ) -> Result<(), ApiError> {
        match (&self.former, &at.schedule) {
            (None, _) => delete(service, scope, at).await,
            (Some(former), Some(_)) => {
                let schedule = Schedule::deserialize(former).map_err(ApiError::internal)?;
                let mut batch = Batch::new();
                schedule.put(&mut batch, scope, Expect::Any)?;
                commit_change(&service.store, batch).await?;
                service.schedules.notify_one();
                Ok(())
            }
            (Some(former), None) => {
                let asset = Asset::deserialize(former).map_err(ApiError::internal)?;
                self.restore(service, scope, at, &asset).await
            }
        }
    }

    async fn restore(
        &self,
        service: &QuickSight,
        scope: &Scope,
        at: &PartRef,
        former: &Asset,
    ) -> Result<(), ApiError> {
        let kind = at.part.kind;
        let now = Asset::find(&service.store, kind, scope, &at.id).await?;
        let mut batch = Batch::new();
        former.put(&mut batch, kind, scope, Expect::Any)?;
        let tags = scope.key(&[&former.arn]);
        match &self.tags {
            Some(given) => {
                let put = batch.put_json(TAGS, tags, given, Expect::Any);
                put.map_err(ApiError::internal)?;
            }
            None => {
                batch.delete(TAGS, tags);
            }
        }
        for number in former.version + 1..=now.as_ref().map_or(0, |n| n.version) {
            Version::delete(&mut batch, kind, scope, &at.id, number);
        }
        for folder in folders_of(&service.store, scope, kind, &at.id).await? {
            if !self.folders.contains(&folder) {
                leave(&mut batch, scope, kind, &at.id, &folder);
            }
        }
        commit_change(&service.store, batch).await?;
        let changed = now.is_some_and(|now| now.body != former.body);
        if kind.noun == DATA_SET.noun && changed {
            service.answers.forget(scope, &at.id);
            if DataSet::of(former).is_spice() {
                refill(service, scope, former).await?;
            }
        }
        Ok(())
    }
}

/// The rows that the import has filled in were of its tables.
async fn refill(service: &QuickSight, scope: &Scope, former: &Asset) -> Result<(), ApiError> {
    let call = json!({
        "AwsAccountId": scope.account, "DataSetId": former.id, "IngestionId": ids::uuid(),
    });
    send(service, scope, "CreateIngestion", call).await
}

async fn delete(service: &QuickSight, scope: &Scope, at: &PartRef) -> Result<(), ApiError> {
    let mut input = Document::new();
    input.insert("AwsAccountId".into(), scope.account.clone().into());
    input.insert(at.part.id_member(), at.id.clone().into());
    if let Some(schedule) = &at.schedule {
        input.insert("ScheduleId".into(), schedule.clone().into());
    }
    if at.part.noun == ANALYSIS.noun {
        input.insert("ForceDeleteWithoutRecovery".into(), true.into());
    }
    match send(
        service,
        scope,
        &format!("Delete{}", at.part.noun),
        input.into(),
    )
    .await
    {
        Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
        other => other,
    }
}

/// Undoing is the service's own work, whoever started the import.
async fn send(
    service: &QuickSight,
    scope: &Scope,
    operation: &str,
    input: Value,
) -> Result<(), ApiError> {
    let call = Call {
        service: "quicksight".into(),
        operation: operation.into(),
        input,
        principal: Principal::root(&scope.account, &scope.region),
        request_id: ids::request_id(),
    };
    service.invoke.call(call).await.map(|_| ())
}

/// Undoes all that an import has done, the last first; returns what could not be undone.
pub(super) async fn all(
    service: &QuickSight,
    scope: &Scope,
    job: &str,
) -> Result<Vec<Failure>, StoreError> {
    let rows = service
        .store
        .scan_json::<Undo>(UNDO, &scope.scan(&[job]))
        .await?;
    let mut failures = Vec::new();
    for (_, undo) in rows.iter().rev() {
        let arn = scope.arn(undo.resource.as_str());
        let Some(at) = PartRef::of_resource(&undo.resource) else {
            continue;
        };
        if let Err(error) = undo.undo(service, scope, &at).await {
            failures.push(Failure::of(arn, &error));
        }
    }
    Ok(failures)
}

/// Adds the deletion of what an import could have been undone with to a batch.
pub(super) async fn forget(
    service: &QuickSight,
    batch: &mut Batch,
    scope: &Scope,
    job: &Job,
) -> Result<(), StoreError> {
    if job.direction == Direction::Import {
        for (key, _) in service.store.scan(UNDO, &scope.scan(&[&job.id])).await? {
            batch.delete(UNDO, key);
        }
    }
    Ok(())
}
