//! What is deleted makes room on the disk, without a pause for those who write.

#![allow(clippy::unwrap_used, reason = "a failing step is a failing test")]

mod content;

use std::{fs, time::Duration};

use store::{Batch, Key};

const VALUE: usize = 400_000;

#[tokio::test]
async fn a_file_shrinks_when_much_of_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let store = content::open(&path).unwrap();
    let put = |key: String, fill: u8| {
        let mut batch = Batch::new();
        batch.put("t", Key::of(&[&key]), vec![fill; VALUE]);
        store.commit(batch)
    };
    for n in 0..150 {
        put(n.to_string(), 7).await.unwrap();
    }
    for n in 0..150 {
        let mut batch = Batch::new();
        batch.delete("t", Key::of(&[&n.to_string()]));
        store.commit(batch).await.unwrap();
    }
    let size = || fs::metadata(&path).unwrap().len();
    let mut largest = 0;
    for round in 0..1000_u32 {
        // What is the same as before is not written again.
        put("same".into(), round.to_le_bytes()[0]).await.unwrap();
        largest = largest.max(size());
        if largest > 40 << 20 && size() < 30 << 20 {
            assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{largest} bytes at most, and still {}", size());
}
