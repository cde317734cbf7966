//! A server that is killed again and again, having written little each time, does not pile up its log.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path, time::Duration};

use store::{Batch, Key, Options, Store};

/// Two megabytes: in one life too little for a look at the log.
async fn some_work(store: &Store, life: usize) {
    for number in 0..20 {
        let mut batch = Batch::new();
        let key = Key::of(&[&life.to_string(), &number.to_string()]);
        batch.put("test/rows", key, vec![7; 100_000]);
        store.commit(batch).await.unwrap();
    }
}

/// Leaves in `to` what a crash would leave: the file and its log as they are.
fn crash(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in ["store.db", "store.db-wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[tokio::test]
async fn the_log_of_many_short_lives_is_moved_into_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = folder.path().join("0");
    fs::create_dir(&data).unwrap();
    // As long as nothing was moved the file is one page or two: the log holds everything.
    let moved = |data: &Path| fs::metadata(data.join("store.db")).unwrap().len() > 1_000_000;
    for life in 0..9 {
        let store = Store::open(&data.join("store.db"), Options::default()).unwrap();
        some_work(&store, life).await;
        let next = folder.path().join((life + 1).to_string());
        crash(&data, &next);
        data = next;
    }
    let log = fs::metadata(data.join("store.db-wal")).unwrap().len();
    assert!(moved(&data) || log > 16 << 20, "{log}");
    let store = Store::open(&data.join("store.db"), Options::default()).unwrap();
    let mut looks = 0;
    while !moved(&data) {
        looks += 1;
        assert!(looks < 3_000, "the log stays");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for life in 0..9 {
        let key = Key::of(&[&life.to_string(), "19"]);
        assert!(store.get("test/rows", &key).await.unwrap().is_some());
    }
}
