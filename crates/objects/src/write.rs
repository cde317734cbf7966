//! Writing objects: the body comes in, then one commit makes it visible.

use bytes::Bytes;
use futures::Stream;
use store::{Expect, StoreError};

use crate::{
    Bucket, Caller, ChecksumType, Error, ObjectInfo, Objects, PutRequest, Versioning,
    WriteCondition,
    body::{Body, receive},
    change::{Change, Incoming, is_conflict},
    events::{self, Happening},
    ids, keys,
    objects::{ATTEMPTS, Entry},
};

/// S3's longest key, in bytes of UTF-8.
const KEY_MAX: usize = 1024;

/// An object about to be written: all but what the commit gives it (time, sequence, version).
pub(crate) struct Draft<'a> {
    pub(crate) info: ObjectInfo,
    pub(crate) body: Body,
    pub(crate) condition: &'a WriteCondition,
    pub(crate) caller: &'a Caller,
    /// The event's reason.
    pub(crate) reason: &'static str,
}

impl Objects {
    /// Writes an object: durable and visible whole when this returns, else not there at all.
    ///
    /// The body is streamed, in chunks of any size. Errors: the stream's own ([`Error::Body`]),
    /// [`Error::BadDigest`], [`Error::IncompleteBody`], [`Error::PreconditionFailed`], [`Error::Full`].
    pub async fn put<S, E>(
        &self,
        bucket: &str,
        key: &str,
        request: PutRequest,
        body: S,
    ) -> Result<ObjectInfo, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.head_bucket(bucket).await?;
        check_key(key)?;
        let received = receive(&self.files, &request.checks, body).await?;
        let info = ObjectInfo {
            key: key.into(),
            size: received.size,
            etag: hex::encode(received.sums.md5),
            headers: request.headers,
            metadata: request.metadata,
            tags: request.tags,
            checksums: received.sums.checksums.clone(),
            checksum_type: ChecksumType::FullObject,
            ..ObjectInfo::default()
        };
        let mut change = Change::default();
        let incoming = Incoming::new(received, &mut change);
        let body = incoming.body(&mut change)?;
        let (condition, caller) = (&request.condition, &request.caller);
        let draft = Draft {
            info,
            body,
            condition,
            caller,
            reason: "PutObject",
        };
        let result = self.install(bucket, draft, &change).await;
        incoming.settle(self, result)
    }

    /// Writes an object that is in memory already.
    pub async fn put_bytes(
        &self,
        bucket: &str,
        key: &str,
        request: PutRequest,
        body: impl Into<Bytes>,
    ) -> Result<ObjectInfo, Error> {
        let body = futures::stream::iter([Ok::<_, std::convert::Infallible>(body.into())]);
        self.put(bucket, key, request, body).await
    }

    /// Makes a draft the newest version of its key, in one commit with `change` and the event about it.
    pub(crate) async fn install(
        &self,
        bucket: &str,
        draft: Draft<'_>,
        change: &Change,
    ) -> Result<ObjectInfo, Error> {
        let _bucket_stays = self.buckets.read().await;
        let _turn = self.lock_key(bucket, &draft.info.key).await;
        for _ in 0..ATTEMPTS {
            match self.try_install(bucket, &draft, change.clone()).await {
                Err(error) if is_conflict(&error) => {}
                result => return result,
            }
        }
        Err(Error::ConditionalConflict {
            key: draft.info.key,
        })
    }

    async fn try_install(
        &self,
        bucket: &str,
        draft: &Draft<'_>,
        mut change: Change,
    ) -> Result<ObjectInfo, Error> {
        let bucket = self.head_bucket(bucket).await?;
        let key = draft.info.key.as_str();
        let current = self.current(&bucket.name, key).await?;
        check_condition(
            draft.condition,
            key,
            current.as_ref().map(|(entry, _)| &entry.info),
        )?;

        let now = self.clock.now_ms();
        let floor = current.as_ref().map_or(0, |(entry, _)| entry.info.sequence);
        let mut info = draft.info.clone();
        info.sequence = self.sequence.next(now, floor);
        info.modified_ms = now;
        if bucket.versioning == Versioning::Enabled {
            info.version_id = Some(ids::version_id(info.sequence));
        }
        let expect = match &current {
            Some((_, version)) => Expect::Version(*version),
            None => Expect::Absent,
        };
        self.supersede(&bucket, key, current.map(|(entry, _)| entry), &mut change)
            .await?;
        let entry = Entry::new(info, draft.body.clone());
        change.put_entry(
            keys::CURRENT,
            keys::current(&bucket.name, key),
            &entry,
            expect,
        )?;
        let happening = Happening::Created(draft.reason);
        if let Some(event) = events::about(&bucket, &entry.info, happening, draft.caller, now) {
            change.batch.publish(event);
        }
        self.commit(change).await?;
        Ok(entry.info)
    }

    /// Moves the newest version out of the way of a new one, as the bucket's versioning has it: kept, or
    /// released when it is the `null` version that the new one replaces.
    pub(crate) async fn supersede(
        &self,
        bucket: &Bucket,
        key: &str,
        current: Option<Entry>,
        change: &mut Change,
    ) -> Result<(), Error> {
        let null_goes = bucket.versioning != Versioning::Enabled;
        let null_is_newest = current
            .as_ref()
            .is_some_and(|entry| entry.info.version_id.is_none());
        match current {
            Some(entry) if null_goes && null_is_newest => change.release(&entry.body),
            Some(entry) => {
                let record = keys::version(&bucket.name, key, entry.info.sequence);
                change.put_entry(keys::VERSIONS, record, &entry, Expect::Absent)?;
            }
            None => {}
        }
        if bucket.versioning != Versioning::Suspended || null_is_newest {
            return Ok(());
        }
        for (entry, version) in self.older(&bucket.name, key, usize::MAX).await? {
            if entry.info.version_id.is_none() {
                change.release(&entry.body);
                let record = keys::version(&bucket.name, key, entry.info.sequence);
                change.delete_if(keys::VERSIONS, record, version);
            }
        }
        Ok(())
    }

    /// Changes what is known of a version without making a new one: its tags.
    pub async fn set_tags(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
        tags: Vec<(String, String)>,
    ) -> Result<ObjectInfo, Error> {
        let _bucket_stays = self.buckets.read().await;
        let _turn = self.lock_key(bucket, key).await;
        let found = self.find(bucket, key, version_id).await?;
        let mut entry = found.entry;
        entry.info.tags = tags;
        let mut change = Change::default();
        let (table, record) = match found.newest {
            true => (keys::CURRENT, keys::current(bucket, key)),
            false => (
                keys::VERSIONS,
                keys::version(bucket, key, entry.info.sequence),
            ),
        };
        change.put_entry(table, record, &entry, Expect::Version(found.record_version))?;
        match self.commit(change).await {
            Err(Error::Store(StoreError::Conflict { .. })) => {
                Err(Error::ConditionalConflict { key: key.into() })
            }
            Err(error) => Err(error),
            Ok(()) => Ok(entry.info),
        }
    }
}

pub(crate) fn check_key(key: &str) -> Result<(), Error> {
    match key.len() {
        0 => Err(Error::InvalidArgument {
            what: "Object key must not be empty.".into(),
        }),
        1..=KEY_MAX => Ok(()),
        bytes => Err(Error::KeyTooLong { bytes }),
    }
}

pub(crate) fn check_condition(
    condition: &WriteCondition,
    key: &str,
    current: Option<&ObjectInfo>,
) -> Result<(), Error> {
    match (condition, current) {
        (WriteCondition::Absent, Some(_)) => Err(Error::PreconditionFailed {
            condition: "If-None-Match",
        }),
        (WriteCondition::Matches(_), None) => Err(Error::NoSuchKey { key: key.into() }),
        (WriteCondition::Matches(etag), Some(info)) if etag != "*" && *etag != info.etag => {
            Err(Error::PreconditionFailed {
                condition: "If-Match",
            })
        }
        _ => Ok(()),
    }
}
