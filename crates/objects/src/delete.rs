//! Deleting objects, versions and delete markers.

use store::Expect;

use crate::{
    Bucket, Caller, DeleteTarget, Deleted, Error, ObjectInfo, Objects, Versioning, WriteCondition,
    body::Body,
    change::{Change, is_conflict},
    events::{self, Happening},
    ids, keys,
    objects::{ATTEMPTS, Entry},
    write::{check_condition, check_key},
};

impl Objects {
    /// Deletes an object; in a bucket with versions, makes a delete marker. What is not there is no error.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<Deleted, Error> {
        let target = DeleteTarget {
            key: key.into(),
            ..DeleteTarget::default()
        };
        self.delete_with(bucket, &target, &Caller::default()).await
    }

    /// Deletes objects one by one; answers in the order of the targets.
    pub async fn delete_many(
        &self,
        bucket: &str,
        targets: Vec<DeleteTarget>,
        caller: &Caller,
    ) -> Result<Vec<Result<Deleted, Error>>, Error> {
        /// Enough for their commits to go together.
        const AT_ONCE: usize = 64;
        self.head_bucket(bucket).await?;
        let mut results = Vec::with_capacity(targets.len());
        for targets in targets.chunks(AT_ONCE) {
            let mut each = Vec::with_capacity(targets.len());
            for target in targets {
                each.push(self.delete_with(bucket, target, caller));
            }
            results.extend(futures::future::join_all(each).await);
        }
        Ok(results)
    }

    /// Deletes an object, or one version of it for good.
    pub async fn delete_with(
        &self,
        bucket: &str,
        target: &DeleteTarget,
        caller: &Caller,
    ) -> Result<Deleted, Error> {
        check_key(&target.key)?;
        let _bucket_stays = self.buckets.read().await;
        let _turn = self.lock_key(bucket, &target.key).await;
        for _ in 0..ATTEMPTS {
            let bucket = self.head_bucket(bucket).await?;
            let result = match &target.version_id {
                None => self.delete_newest(&bucket, target, caller).await,
                Some(version_id) => {
                    self.delete_version(&bucket, target, version_id, caller)
                        .await
                }
            };
            match result {
                Err(error) if is_conflict(&error) => {}
                result => return result,
            }
        }
        Err(Error::ConditionalConflict {
            key: target.key.clone(),
        })
    }

    async fn delete_newest(
        &self,
        bucket: &Bucket,
        target: &DeleteTarget,
        caller: &Caller,
    ) -> Result<Deleted, Error> {
        let key = target.key.as_str();
        let current = self.current(&bucket.name, key).await?;
        let info = current.as_ref().map(|(entry, _)| &entry.info);
        check_condition(&condition(target), key, info)?;
        let mut change = Change::default();
        let now = self.clock.now_ms();
        let floor = match info {
            Some(info) => info.sequence,
            None if bucket.versioning == Versioning::Never => return Ok(Deleted::default()),
            None => self
                .older(&bucket.name, key, 1)
                .await?
                .first()
                .map_or(0, |(entry, _)| entry.info.sequence),
        };
        let sequence = self.sequence.next(now, floor);
        if let Some((_, version)) = &current {
            change.delete_if(keys::CURRENT, keys::current(&bucket.name, key), *version);
        }
        if bucket.versioning == Versioning::Never {
            let Some((mut entry, _)) = current else {
                return Ok(Deleted::default());
            };
            change.release(&entry.body);
            entry.info.sequence = sequence;
            publish(
                &mut change,
                bucket,
                &entry.info,
                Happening::Deleted,
                caller,
                now,
            );
            self.commit(change).await?;
            return Ok(Deleted::default());
        }
        self.supersede(bucket, key, current.map(|(entry, _)| entry), &mut change)
            .await?;
        let enabled = bucket.versioning == Versioning::Enabled;
        let info = ObjectInfo {
            key: key.into(),
            modified_ms: now,
            version_id: enabled.then(|| ids::version_id(sequence)),
            delete_marker: true,
            sequence,
            ..ObjectInfo::default()
        };
        let version_id = info.version_id.clone().or_else(|| Some("null".into()));
        publish(
            &mut change,
            bucket,
            &info,
            Happening::MarkerCreated,
            caller,
            now,
        );
        let record = keys::version(&bucket.name, key, sequence);
        change.put_entry(
            keys::VERSIONS,
            record,
            &Entry::new(info, Body::Empty),
            Expect::Absent,
        )?;
        self.commit(change).await?;
        Ok(Deleted {
            delete_marker: true,
            version_id,
        })
    }

    async fn delete_version(
        &self,
        bucket: &Bucket,
        target: &DeleteTarget,
        version_id: &str,
        caller: &Caller,
    ) -> Result<Deleted, Error> {
        let key = target.key.as_str();
        let named = Deleted {
            delete_marker: false,
            version_id: Some(version_id.into()),
        };
        let current = self.current(&bucket.name, key).await?;
        let is_newest =
            |entry: &Entry| entry.info.version_id.as_deref().unwrap_or("null") == version_id;
        let mut change = Change::default();
        let (entry, leaves_none) = match current {
            Some((entry, version)) if is_newest(&entry) => {
                change.delete_if(keys::CURRENT, keys::current(&bucket.name, key), version);
                (entry, true)
            }
            current => {
                let Some((entry, version)) =
                    self.older_version(&bucket.name, key, version_id).await?
                else {
                    return Ok(named);
                };
                let record = keys::version(&bucket.name, key, entry.info.sequence);
                change.delete_if(keys::VERSIONS, record, version);
                (entry, current.is_none())
            }
        };
        check_condition(&condition(target), key, Some(&entry.info))?;
        change.release(&entry.body);
        if leaves_none {
            self.promote(bucket, key, entry.info.sequence, &mut change)
                .await?;
        }
        let now = self.clock.now_ms();
        let mut info = entry.info;
        let delete_marker = info.delete_marker;
        info.sequence = self.sequence.next(now, info.sequence);
        publish(&mut change, bucket, &info, Happening::Deleted, caller, now);
        self.commit(change).await?;
        Ok(Deleted {
            delete_marker,
            ..named
        })
    }

    /// Makes the newest version but `gone` the current one, if it is an object.
    async fn promote(
        &self,
        bucket: &Bucket,
        key: &str,
        gone: u64,
        change: &mut Change,
    ) -> Result<(), Error> {
        let older = self.older(&bucket.name, key, 2).await?;
        let Some((entry, version)) = older
            .into_iter()
            .find(|(entry, _)| entry.info.sequence != gone)
        else {
            return Ok(());
        };
        // A delete marker stays the newest; nor does one that is older than a marker come to light.
        let hidden = entry.info.sequence > gone;
        if entry.info.delete_marker || hidden {
            return Ok(());
        }
        change.delete_if(
            keys::VERSIONS,
            keys::version(&bucket.name, key, entry.info.sequence),
            version,
        );
        change.put_entry(
            keys::CURRENT,
            keys::current(&bucket.name, key),
            &entry,
            Expect::Any,
        )
    }
}

fn condition(target: &DeleteTarget) -> WriteCondition {
    target
        .if_match
        .clone()
        .map_or(WriteCondition::None, WriteCondition::Matches)
}

fn publish(
    change: &mut Change,
    bucket: &Bucket,
    info: &ObjectInfo,
    happening: Happening,
    caller: &Caller,
    now: i64,
) {
    if let Some(event) = events::about(bucket, info, happening, caller, now) {
        change.batch.publish(event);
    }
}
