//! The object layer's handle and what its operations share.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use store::{Clock, Record, Scan, Store};
use tokio::sync::{Mutex, MutexGuard, RwLock};

use crate::{
    Error, ObjectInfo,
    body::{Body, BodyRecord, Segment},
    files::Files,
    ids::Sequence,
    keys,
    multipart::PartRecord,
};

/// How many locks the keys share.
const STRIPES: usize = 256;

/// How often a commit that met another's is tried again; with the locks below this is another node's doing.
pub(crate) const ATTEMPTS: usize = 32;

/// Buckets and objects. Names of buckets are global, as S3's; each has an owning account and region.
///
/// Invariants: a record never names a body that is not durable; an object's change, its body's and the event
/// about it are one commit; a body shared by copies goes with the last of them.
pub struct Objects {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) files: Arc<Files>,
    pub(crate) sequence: Sequence,
    /// Writers of one key take turns, so that reading what is there and committing belong together.
    key_stripes: Vec<Mutex<()>>,
    /// So do those of one upload; taken before a key's, and before `buckets`.
    upload_stripes: Vec<Mutex<()>>,
    /// Writers of objects share it; who deletes a bucket, or changes its record, has it alone.
    pub(crate) buckets: RwLock<()>,
}

/// A version's record: what is known of it, and where its bytes are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) v: u32,
    pub(crate) info: ObjectInfo,
    pub(crate) body: Body,
}

impl Entry {
    pub(crate) fn new(info: ObjectInfo, body: Body) -> Self {
        Self { v: 1, info, body }
    }

    /// Reads a record of `objects/current` or `objects/versions`.
    pub(crate) fn read(key: &str, record: &Record) -> Result<Self, Error> {
        let mut entry: Self = record.json()?;
        key.clone_into(&mut entry.info.key);
        Ok(entry)
    }
}

impl Objects {
    /// Opens the object layer on its store and its folder for larger bodies, and sweeps the files that no
    /// record names: those of writes that a crash cut off.
    pub async fn open(store: Store, dir: &Path, clock: Arc<dyn Clock>) -> Result<Arc<Self>, Error> {
        let files = Arc::new(Files::open(dir)?);
        let named = named_files(&store).await?;
        let swept = files.sweep(&named)?;
        if swept > 0 {
            tracing::info!(swept, "removed files of writes that were cut off");
        }
        Ok(Arc::new(Self {
            store,
            clock,
            files,
            sequence: Sequence::default(),
            key_stripes: stripes(),
            upload_stripes: stripes(),
            buckets: RwLock::new(()),
        }))
    }

    /// Returns the store, whose bus carries `Object Created` and `Object Deleted`.
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) async fn lock_key(&self, bucket: &str, key: &str) -> MutexGuard<'_, ()> {
        self.key_stripes[stripe(&[bucket, key])].lock().await
    }

    pub(crate) async fn lock_upload(&self, upload_id: &str) -> MutexGuard<'_, ()> {
        self.upload_stripes[stripe(&[upload_id])].lock().await
    }

    /// Returns the newest version of a key, if it is an object, and its record's version.
    pub(crate) async fn current(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<(Entry, u64)>, Error> {
        match self
            .store
            .get(keys::CURRENT, &keys::current(bucket, key))
            .await?
        {
            Some(record) => Ok(Some((Entry::read(key, &record)?, record.version))),
            None => Ok(None),
        }
    }

    /// Returns the versions of a key that are not in `current`, newest first.
    pub(crate) async fn older(
        &self,
        bucket: &str,
        key: &str,
        limit: usize,
    ) -> Result<Vec<(Entry, u64)>, Error> {
        let scan = Scan {
            prefix: keys::versions_of(bucket, key),
            after: None,
            limit,
            reverse: false,
        };
        let records = self.store.scan(keys::VERSIONS, &scan).await?;
        records
            .iter()
            .map(|(_, record)| Ok((Entry::read(key, record)?, record.version)))
            .collect()
    }
}

fn stripes() -> Vec<Mutex<()>> {
    (0..STRIPES).map(|_| Mutex::new(())).collect()
}

fn stripe(parts: &[&str]) -> usize {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    usize::try_from(hasher.finish() % STRIPES as u64).unwrap_or(0)
}

async fn named_files(store: &Store) -> Result<HashSet<String>, Error> {
    const PAGE: usize = 1000;
    let mut named = HashSet::new();
    for table in [keys::BODIES, keys::PARTS] {
        let mut scan = Scan {
            limit: PAGE,
            ..Scan::prefix(&[])
        };
        loop {
            let page = store.scan(table, &scan).await?;
            for (_, record) in &page {
                let segments: Vec<Segment> = if table == keys::BODIES {
                    record.json::<BodyRecord>()?.segments
                } else {
                    record.json::<PartRecord>()?.segment.into_iter().collect()
                };
                named.extend(segments.into_iter().filter(|s| !s.inline).map(|s| s.id));
            }
            let Some((last, _)) = page.last().filter(|_| page.len() == PAGE) else {
                break;
            };
            scan.after = Some(last.clone());
        }
    }
    Ok(named)
}
