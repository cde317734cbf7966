//! What is SQLite's own; what every backend must do is in `conformance.rs`.

use crate::{Batch, Expect, Key, Options, Store};

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
