//! Full disks and crashes between a body and its commit.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use async_trait::async_trait;
use store::{
    Backend, Batch, BusEvent, Key, Record, Scan, Store, StoreError, StreamRow, Timer,
    testing::SimClock,
};
use tokio::sync::watch;

use crate::{Error, Objects, Owner, PutRequest};

const SOUND: u8 = 0;
const FULL: u8 = 1;
/// The commit is made, but its answer is lost.
const ANSWER_LOST: u8 = 2;
/// The process ends before the commit.
const CRASH: u8 = 3;

/// A store whose commits fail as told.
struct Faulty {
    store: Store,
    fault: AtomicU8,
}

#[async_trait]
impl Backend for Faulty {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let failed = || {
            Err(StoreError::Failed {
                what: "told so".into(),
            })
        };
        match self.fault.load(Ordering::SeqCst) {
            FULL => Err(StoreError::Full),
            ANSWER_LOST => self.store.commit(batch).await.and_then(|()| failed()),
            CRASH => failed(),
            _ => self.store.commit(batch).await,
        }
    }
    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        self.store.get(table, key).await
    }
    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        self.store.scan(table, scan).await
    }
    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        self.store.read(stream, from).await
    }
    async fn new_stream(&self) -> Result<i64, StoreError> {
        self.store.new_stream().await
    }
    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.store.timers(queue, until_ms, limit).await
    }
    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        self.store.bus_after(cursor, limit).await
    }
    fn bus_watch(&self) -> watch::Receiver<u64> {
        self.store.bus_watch()
    }
}

struct House {
    faulty: Arc<Faulty>,
    objects: Arc<Objects>,
    dir: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let store = Store::in_memory().unwrap();
        let faulty = Arc::new(Faulty {
            store,
            fault: AtomicU8::new(SOUND),
        });
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SimClock::default());
        let objects = Objects::open(Store(faulty.clone()), dir.path(), clock)
            .await
            .unwrap();
        objects
            .create_bucket("bucket", &Owner::new("000000000000", "us-east-1"))
            .await
            .unwrap();
        Self {
            faulty,
            objects,
            dir,
        }
    }

    fn fault(&self, fault: u8) {
        self.faulty.fault.store(fault, Ordering::SeqCst);
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.dir.path()).unwrap().count()
    }

    async fn until_files(&self, count: usize) {
        let left = async {
            while self.files() != count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), left)
            .await
            .unwrap();
    }

    async fn put(&self, body: &[u8]) -> Result<(), Error> {
        self.objects
            .put_bytes("bucket", "k", PutRequest::default(), body.to_vec())
            .await
            .map(drop)
    }

    /// Opens anew on the same records and files.
    async fn again(&self) -> Arc<Objects> {
        Objects::open(
            self.faulty.store.clone(),
            self.dir.path(),
            Arc::new(SimClock::default()),
        )
        .await
        .unwrap()
    }
}

static LARGE: [u8; 100_000] = [7; 100_000];

#[tokio::test]
async fn a_disk_that_is_full_for_files_says_so_and_keeps_what_was_there() {
    let house = House::new().await;
    house.put(b"before").await.unwrap();
    house.objects.files.room.store(80_000, Ordering::SeqCst);
    assert!(matches!(house.put(&LARGE).await, Err(Error::Full)));
    assert_eq!(house.files(), 0);
    assert_eq!(
        house.objects.get_bytes("bucket", "k").await.unwrap(),
        "before"
    );
    house.objects.files.room.store(i64::MAX, Ordering::SeqCst);
    house.put(&LARGE).await.unwrap();
    assert_eq!(
        house.objects.get_bytes("bucket", "k").await.unwrap(),
        LARGE[..]
    );
}

#[tokio::test]
async fn a_store_that_is_full_says_so_and_no_file_stays() {
    let house = House::new().await;
    house.fault(FULL);
    assert!(matches!(house.put(&LARGE).await, Err(Error::Full)));
    assert!(matches!(house.put(b"small").await, Err(Error::Full)));
    house.until_files(0).await;
    house.fault(SOUND);
    assert!(matches!(
        house.objects.head("bucket", "k").await,
        Err(Error::NoSuchKey { .. })
    ));
    house.put(&LARGE).await.unwrap();
}

#[tokio::test]
async fn a_crash_between_the_file_and_the_commit_leaves_what_was_there() {
    let house = House::new().await;
    house.put(b"before").await.unwrap();
    house.fault(CRASH);
    assert!(house.put(&LARGE).await.is_err());
    assert_eq!(house.files(), 1, "the file is there, as after a crash");
    let again = house.again().await;
    assert_eq!(house.files(), 0);
    assert_eq!(again.get_bytes("bucket", "k").await.unwrap(), "before");
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_keeps_its_file() {
    let house = House::new().await;
    house.fault(ANSWER_LOST);
    assert!(house.put(&LARGE).await.is_err());
    let again = house.again().await;
    assert_eq!(again.get_bytes("bucket", "k").await.unwrap(), LARGE[..]);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_an_error_and_nothing_is_visible() {
    let house = House::new().await;
    std::fs::remove_dir(house.dir.path()).unwrap();
    assert!(matches!(house.put(&LARGE).await, Err(Error::Io { .. })));
    assert!(matches!(
        house.objects.head("bucket", "k").await,
        Err(Error::NoSuchKey { .. })
    ));
}
