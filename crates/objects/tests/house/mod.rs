//! An object layer in a temporary folder.
#![allow(dead_code, reason = "each test file uses a part")]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{path::PathBuf, sync::Arc};

use futures::StreamExt;
use objects::{ByteRange, CompletedPart, Error, ObjectInfo, Objects, Owner, PutRequest};
use store::{BusEvent, Store, testing::SimClock};

pub(crate) const BUCKET: &str = "bucket";

pub(crate) struct House {
    pub(crate) objects: Arc<Objects>,
    pub(crate) store: Store,
    pub(crate) clock: SimClock,
    pub(crate) dir: tempfile::TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(Store::in_memory().unwrap()).await
    }

    pub(crate) async fn over(store: Store) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = SimClock::default();
        let objects = Objects::open(
            store.clone(),
            &dir.path().join("bodies"),
            Arc::new(clock.clone()),
        )
        .await
        .unwrap();
        objects
            .create_bucket(BUCKET, &Owner::new("000000000000", "us-east-1"))
            .await
            .unwrap();
        Self {
            objects,
            store,
            clock,
            dir,
        }
    }

    /// Opens anew on the same records and files, as after a crash.
    pub(crate) async fn again(&self) -> Arc<Objects> {
        Objects::open(
            self.store.clone(),
            &self.bodies(),
            Arc::new(self.clock.clone()),
        )
        .await
        .unwrap()
    }

    pub(crate) fn bodies(&self) -> PathBuf {
        self.dir.path().join("bodies")
    }

    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(self.bodies()).unwrap().count()
    }

    /// Waits until that many files are left: they go shortly after the commit.
    pub(crate) async fn until_files(&self, count: usize) {
        let left = async {
            while self.files() != count {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(10), left).await;
        assert!(waited.is_ok(), "{} files instead of {count}", self.files());
    }

    pub(crate) async fn put(&self, key: &str, body: impl Into<Vec<u8>>) -> ObjectInfo {
        self.objects
            .put_bytes(BUCKET, key, PutRequest::default(), body.into())
            .await
            .unwrap()
    }

    pub(crate) async fn text(&self, key: &str) -> String {
        String::from_utf8(self.objects.get_bytes(BUCKET, key).await.unwrap().to_vec()).unwrap()
    }

    pub(crate) async fn range(&self, key: &str, range: ByteRange) -> Result<Vec<u8>, Error> {
        let (_, body) = self.objects.get(BUCKET, key, Some(range)).await?;
        Ok(body.map(Result::unwrap).collect::<Vec<_>>().await.concat())
    }

    pub(crate) async fn events(&self) -> Vec<BusEvent> {
        self.store
            .bus_after(0, 1000)
            .await
            .unwrap()
            .into_iter()
            .map(|(_, event)| event)
            .collect()
    }
}

/// Bytes that differ everywhere.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| next()).collect();
    bytes.truncate(len);
    bytes
}

pub(crate) fn named(part: &objects::Part) -> CompletedPart {
    CompletedPart {
        number: part.number,
        etag: part.etag.clone(),
        checksums: Vec::new(),
    }
}
