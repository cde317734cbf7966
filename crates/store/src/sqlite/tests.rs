//! What is SQLite's own; what every backend must do is in `conformance.rs`.

use crate::{
    Batch, BusEvent, Expect, FolderLock, Key, OpenError, Options, Scan, Store, StoreError,
};

#[tokio::test]
async fn what_is_committed_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a").join("store.db");
    let stream;
    {
        let store = Store::open(&path, Options::default()).unwrap();
        stream = store.new_stream().await.unwrap();
        let mut batch = Batch::new();
        batch
            .put_if("t", Key::of(&["k"]), "v", Expect::Absent)
            .append(stream, 0, "row");
        store.commit(batch).await.unwrap();
        assert!(matches!(
            Store::open(&path, Options::default()),
            Err(crate::OpenError::InUse { pid: Some(_), .. })
        ));
    }
    let store = Store::open(&path, Options::default()).unwrap();
    assert_eq!(
        store
            .get("t", &Key::of(&["k"]))
            .await
            .unwrap()
            .unwrap()
            .value,
        "v"
    );
    assert_eq!(store.read(stream, 0).await.unwrap()[0].row, "row");
    assert!(store.new_stream().await.unwrap() > stream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_conforms() {
    crate::conformance::all(|| Store::in_memory().unwrap()).await;
}

#[tokio::test]
async fn a_full_file_refuses_and_takes_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        max_pages: Some(64),
        sync: false,
        ..Options::default()
    };
    let store = Store::open(&folder.path().join("store.db"), options).unwrap();
    let large = |n: usize| {
        let mut batch = Batch::new();
        batch
            .put("t", Key::of(&[&format!("{n:04}")]), vec![7; 20_000])
            .publish(event(n));
        store.commit(batch)
    };
    let answers = futures::future::join_all((0..40).map(large)).await;
    let kept = answers.iter().filter(|a| a.is_ok()).count();
    assert!((1..40).contains(&kept), "{kept} of 40 fit");
    assert!(
        answers
            .iter()
            .all(|a| matches!(a, Ok(()) | Err(StoreError::Full))),
        "{answers:?}"
    );
    assert_eq!(
        store.scan("t", &Scan::prefix(&[])).await.unwrap().len(),
        kept
    );
    assert_eq!(store.bus_after(0, 99).await.unwrap().len(), kept);
    // What is small still goes in; deleting goes in; then what was refused goes in.
    let (full, _) = answers
        .iter()
        .enumerate()
        .find(|(_, a)| a.is_err())
        .unwrap();
    assert!(matches!(large(full).await, Err(StoreError::Full)));
    let mut batch = Batch::new();
    for (key, _) in store.scan("t", &Scan::prefix(&[])).await.unwrap() {
        batch.delete("t", key);
    }
    store.commit(batch).await.unwrap();
    large(full).await.unwrap();
}

fn event(n: usize) -> BusEvent {
    BusEvent {
        id: n.to_string(),
        time_ms: n as i64,
        account: String::new(),
        region: String::new(),
        bus: "default".into(),
        source: "test".into(),
        detail_type: String::new(),
        resources: vec![],
        detail: "{}".into(),
        internal: true,
    }
}

#[tokio::test]
async fn a_newer_format_and_a_strange_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path, Options::default()).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Store::open(&path, Options::default()).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the data is of format 99, written by a newer Taxiway; this one reads formats up to 2"
    );
    let strange = folder.path().join("strange.db");
    rusqlite::Connection::open(&strange)
        .unwrap()
        .execute_batch("CREATE TABLE a (b)")
        .unwrap();
    assert!(matches!(
        Store::open(&strange, Options::default()),
        Err(OpenError::Foreign)
    ));
}

#[test]
fn a_folder_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let lock = FolderLock::take(folder.path()).unwrap();
    let error = FolderLock::take(folder.path()).err().unwrap();
    assert!(
        error
            .to_string()
            .ends_with(&format!("is in use by process {}", std::process::id())),
        "{error}"
    );
    drop(lock);
    FolderLock::take(folder.path()).unwrap();
}

#[tokio::test]
async fn old_events_go_when_all_cursors_have_passed() {
    const DAY: usize = 24 * 3600 * 1000;
    let store = Store::in_memory().unwrap();
    let mut batch = Batch::new();
    batch.move_cursor("slow", 1500);
    for n in 0..2000 {
        batch.publish(event(n));
    }
    for _ in 0..1100 {
        batch.publish(event(8 * DAY));
    }
    store.commit(batch).await.unwrap();
    // Trimming runs after the answer of the commit that made it due.
    store.commit(Batch::new()).await.unwrap();
    assert_eq!(store.bus_after(0, 1).await.unwrap()[0].0, 1501);
    let mut batch = Batch::new();
    batch.move_cursor("slow", 3000);
    for _ in 0..1100 {
        batch.publish(event(9 * DAY));
    }
    store.commit(batch).await.unwrap();
    store.commit(Batch::new()).await.unwrap();
    assert_eq!(store.bus_after(0, 1).await.unwrap()[0].0, 2001);
}

#[tokio::test]
async fn the_first_format_is_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let text = include_str!("../../testdata/format-1.sql");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(text)
        .unwrap();
    let store = Store::open(&path, Options::default()).unwrap();
    let key = Key::of(&["000000000000", "us-east-1", "m"]);
    let record = store.get("states/machines", &key).await.unwrap().unwrap();
    assert_eq!((&record.value[..], record.version), (&b"two"[..], 2));
    let rows = async |stream| {
        let rows = store.read(stream, 0).await.unwrap();
        rows.into_iter()
            .map(|r| String::from_utf8(r.row.to_vec()).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(1).await, ["first", "second"]);
    assert_eq!(rows(2).await, [&"a".repeat(300), "b", "after"]);
    assert_eq!(rows(3).await, ["short"]);
    assert!(store.new_stream().await.unwrap() > 3);
    let timers = store.timers("states/timers", i64::MAX, 9).await.unwrap();
    assert_eq!(
        (timers[0].due_ms, &timers[0].payload[..]),
        (1_767_225_600_000, &b"payload"[..])
    );
    let events = store
        .bus_after(store.bus_cursor("rules").await.unwrap(), 9)
        .await
        .unwrap();
    assert_eq!(events, [(2, event(2))]);
}

#[tokio::test]
async fn after_a_write_that_failed_the_store_takes_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (told, heard) = std::sync::mpsc::channel();
    let on_fatal = std::sync::Arc::new(move |message: &str| told.send(message.to_owned()).unwrap());
    let store = Store::open(
        &path,
        Options {
            on_fatal,
            ..Options::default()
        },
    )
    .unwrap();
    let all = |value: u8| {
        let mut batch = Batch::new();
        for n in 0..1500 {
            batch.put("t", Key::of(&[&n.to_string()]), vec![value; 8000]);
        }
        store.commit(batch)
    };
    all(1).await.unwrap();
    // More than the writer's cache holds is in the log, and the log is gone.
    let log = folder.path().join("store.db-wal");
    std::fs::OpenOptions::new()
        .write(true)
        .open(log)
        .unwrap()
        .set_len(0)
        .unwrap();
    assert!(matches!(all(2).await, Err(StoreError::Failed { .. })));
    let message = heard.recv().unwrap();
    assert!(
        message.starts_with("cannot write ") && message.contains("I/O error"),
        "{message}"
    );
    assert!(matches!(
        store.commit(Batch::new()).await,
        Err(StoreError::Failed { .. })
    ));
    assert!(matches!(
        store.new_stream().await,
        Err(StoreError::Failed { .. })
    ));
    assert!(heard.try_recv().is_err(), "told once");
}
