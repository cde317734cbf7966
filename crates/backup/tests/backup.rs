//! A backup under load is one moment of all files; what is damaged is refused; what is there is never touched.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use backup::BackupError;
use store::{Batch, Expect, Key, Options, Store};

const FILES: [&str; 4] = ["taxiway.db", "objects.db", "logs.db", "spice.db"];

fn open(data: &Path) -> [Store; 4] {
    FILES.map(|name| Store::open(&data.join(name), Options::default()).unwrap())
}

async fn count(store: &Store, worker: u64) -> u64 {
    let key = Key::of(&[&worker.to_string()]);
    store
        .get_json("test/counts", &key)
        .await
        .unwrap()
        .unwrap_or(0)
}

async fn write(store: &Store, worker: u64, number: u64) {
    let key = Key::of(&[&worker.to_string()]);
    let mut batch = Batch::new();
    batch
        .put_json("test/counts", key, &number, Expect::Any)
        .unwrap();
    batch.put(
        "test/rows",
        Key::of(&[&format!("{worker}-{number}")]),
        vec![7; 500],
    );
    store.commit(batch).await.unwrap();
}

/// A data folder with something in every file, closed.
async fn small(data: &Path) {
    let stores = open(data);
    for store in &stores {
        for number in 1..=40 {
            write(store, 0, number).await;
        }
    }
    fs::create_dir_all(data.join("objects")).unwrap();
    fs::write(data.join("objects/body"), vec![1; 70_000]).unwrap();
    fs::create_dir_all(data.join("spice")).unwrap();
    fs::write(data.join("spice/rows"), vec![2; 70_000]).unwrap();
    fs::create_dir_all(data.join("jobs/j1/1")).unwrap();
    fs::write(data.join("jobs/j1/1/exit.json"), b"{}").unwrap();
    fs::write(data.join("jobs/j1/1/stdout"), b"line\n").unwrap();
    fs::write(data.join("listen"), b"127.0.0.1:1").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_is_ahead_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let stores = Arc::new(open(&data));
    let (over, written) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    // Each writes its next number into one file after the other: at any moment the first is at most one ahead.
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let (stores, over, written) =
                (Arc::clone(&stores), Arc::clone(&over), Arc::clone(&written));
            tokio::spawn(async move {
                let mut number = 0;
                while !over.load(Ordering::Relaxed) {
                    number += 1;
                    for store in stores.iter() {
                        write(store, worker, number).await;
                    }
                    written.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for n in 0..8 {
        while written.load(Ordering::Relaxed) < (n + 1) * 20 {
            tokio::task::yield_now().await;
        }
        let mut before = Vec::new();
        for worker in 0..4 {
            before.push(count(&stores[3], worker).await);
        }
        let (from, out) = (data.clone(), folder.path().join(format!("{n}.backup")));
        let made = tokio::task::spawn_blocking(move || backup::create(&from, &out));
        made.await.unwrap().unwrap();
        acknowledged.push(before);
    }
    over.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    for (n, before) in acknowledged.iter().enumerate() {
        let restored = folder.path().join(format!("restored-{n}"));
        backup::restore(&folder.path().join(format!("{n}.backup")), &restored).unwrap();
        let files = open(&restored);
        for (worker, before) in (0..).zip(before) {
            let mut counts = Vec::new();
            for file in &files {
                counts.push(count(file, worker).await);
            }
            assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
            assert!(counts[0] - counts[3] <= 1, "not one moment: {counts:?}");
            assert!(
                counts[3] >= *before,
                "{counts:?} misses what was acknowledged: {before}"
            );
        }
    }
}

#[tokio::test]
async fn all_that_matters_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    small(&data).await;
    let (manifest, _) = backup::create(&data, &out).unwrap();
    let names: Vec<&str> = manifest.files.keys().map(String::as_str).collect();
    let want = [
        "jobs/j1/1/exit.json",
        "jobs/j1/1/stdout",
        "logs.db",
        "objects.db",
        "objects/body",
        "spice.db",
        "spice/rows",
        "taxiway.db",
    ];
    assert_eq!(names, want);
    let look = |folder: &Path| FILES.iter().all(|name| folder.join(name).is_file());
    assert_eq!(backup::check(&out, look).unwrap(), (manifest.clone(), true));
    let restored = folder.path().join("restored");
    assert_eq!(backup::restore(&out, &restored).unwrap(), manifest);
    assert_eq!(
        fs::read(restored.join("objects/body")).unwrap(),
        vec![1; 70_000]
    );
    assert_eq!(
        fs::read(restored.join("jobs/j1/1/stdout")).unwrap(),
        b"line\n"
    );
    assert_eq!(count(&open(&restored)[2], 0).await, 40);
    let mut left: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [data.clone(), out, restored],
        "nothing temporary is left"
    );
    assert!(
        fs::read_dir(&data).unwrap().all(|e| !e
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".backup")),
        "nor in the data folder"
    );
}

#[tokio::test]
async fn what_is_there_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    small(&data).await;
    backup::create(&data, &out).unwrap();
    assert!(matches!(
        backup::create(&data, &out),
        Err(BackupError::Exists { .. })
    ));
    assert!(matches!(
        backup::restore(&out, &data),
        Err(BackupError::NotEmpty { .. })
    ));
    assert_eq!(count(&open(&data)[0], 0).await, 40);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(
        backup::create(&empty, &folder.path().join("none")),
        Err(BackupError::NoData { .. })
    ));
    backup::restore(&out, &empty).unwrap();
    assert_eq!(count(&open(&empty)[0], 0).await, 40);
}

#[tokio::test]
async fn a_damaged_archive_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    small(&data).await;
    backup::create(&data, &out).unwrap();
    let whole = fs::read(&out).unwrap();
    let (bad, restored) = (folder.path().join("bad"), folder.path().join("restored"));
    let refuse = |bytes: &[u8], what: String| {
        fs::write(&bad, bytes).unwrap();
        let answer = backup::restore(&bad, &restored);
        assert!(
            matches!(answer, Err(BackupError::Damaged { .. })),
            "{what}: {answer:?}"
        );
        assert!(!restored.exists(), "{what}");
    };
    // Every region of the file, and where it is cut off.
    for part in 0..64 {
        let at = part * (whole.len() - 1) / 63;
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        refuse(&flipped, format!("bit flipped at {at} of {}", whole.len()));
        refuse(&whole[..at], format!("cut off at {at} of {}", whole.len()));
    }
    backup::restore(&out, &restored).unwrap();
}

#[tokio::test]
async fn a_damaged_store_is_not_backed_up_as_if_it_were_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    small(&data).await;
    let path = data.join("taxiway.db");
    let mut bytes = fs::read(&path).unwrap();
    // The header of the last page: a b-tree's.
    let page = bytes.len() - 4096;
    bytes[page..page + 64].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let answer = backup::create(&data, &out);
    assert!(
        matches!(
            answer,
            Err(BackupError::StoreDamaged { .. } | BackupError::Store(_))
        ),
        "{answer:?}"
    );
    assert!(!out.exists());
}

#[test]
fn an_archive_cannot_write_outside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, restored) = (folder.path().join("bad"), folder.path().join("restored"));
    for name in [
        "../outside",
        "/tmp/taxiway-outside",
        "objects/../../outside",
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(1);
        let bytes = &mut header.as_gnu_mut().unwrap().name;
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        let file = fs::File::create(&bad).unwrap();
        let mut tar = tar::Builder::new(zstd::Encoder::new(file, 1).unwrap());
        tar.append(&header, &b"x"[..]).unwrap();
        tar.into_inner().unwrap().finish().unwrap();
        match backup::restore(&bad, &restored) {
            Err(BackupError::Damaged { what }) => assert!(what.contains("plain file"), "{what}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(!folder.path().join("outside").exists());
    assert!(!Path::new("/tmp/taxiway-outside").exists());
}
