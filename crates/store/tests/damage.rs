//! Flipped bits, in every region of every file: what is read is what was written, or the damage is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing step is a failing test"
)]

mod content;

use std::{fs, path::Path};

use content::{COMMITS, Content};
use store::{OpenError, StoreError, simulated::Dice};

/// What came of a flipped bit.
#[derive(Debug, Default)]
struct Noticed {
    /// It was in what nothing uses, or is made anew.
    harmless: u32,
    refused: u32,
    read: u32,
    verified: u32,
}

/// Opens a damaged store and reads all of it.
async fn judge(path: &Path, whole: &Content, place: &str, noticed: &mut Noticed) {
    let store = match content::open(path) {
        Ok(store) => store,
        Err(
            OpenError::Lost { .. }
            | OpenError::Damaged { .. }
            | OpenError::Foreign
            | OpenError::Sqlite(_)
            | OpenError::Newer { .. },
        ) => {
            noticed.refused += 1;
            return;
        }
        Err(other) => panic!("{place}: {other}"),
    };
    match content::read(&store).await {
        Ok(found) if found == *whole => noticed.harmless += 1,
        Ok(found) => {
            // Something is not found any more; nothing may be found that was never written.
            let damage = store.verify().await.unwrap_or_else(|e| vec![e.to_string()]);
            let strange: Vec<_> = found
                .iter()
                .filter(|line| !whole.contains(line))
                .take(2)
                .collect();
            assert!(!damage.is_empty(), "{place}: used in silence: {strange:?}");
            noticed.verified += 1;
        }
        Err(StoreError::Corrupt { .. } | StoreError::Failed { .. }) => noticed.read += 1,
        Err(other) => panic!("{place}: {other}"),
    }
}

async fn filled(path: &Path) -> (store::Store, Content) {
    let store = content::open(path).unwrap();
    for _ in 0..8 {
        store.new_stream().await.unwrap();
    }
    for number in 0..COMMITS {
        store.commit(content::commit(number)).await.unwrap();
    }
    let whole = content::read(&store).await.unwrap();
    (store, whole)
}

/// Copies the files of a store, one of them with a bit flipped.
fn damaged(from: &Path, to: &Path, which: &str, at: usize, bit: u8) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for name in ["s.db", "s.db-wal", "s.db-mark"] {
        let Ok(mut bytes) = fs::read(from.join(name)) else {
            continue;
        };
        if name == which {
            bytes[at] ^= 1 << bit;
        }
        fs::write(to.join(name), bytes).unwrap();
    }
}

/// Flips bits of a file: in the first bytes, and in so many regions of the rest.
async fn flip_all(from: &Path, which: &str, whole: &Content) -> Noticed {
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("copy");
    let size = fs::metadata(from.join(which)).unwrap().len();
    let (mut dice, mut noticed) = (Dice(7), Noticed::default());
    let mut places: Vec<u64> = (0..size.min(100)).collect();
    let region = (size / 250).max(1);
    places.extend((0..size / region).map(|at| (at * region + dice.roll(region)).min(size - 1)));
    for at in places {
        let bit = u8::try_from(dice.roll(8)).unwrap();
        let at = usize::try_from(at).unwrap();
        damaged(from, &to, which, at, bit);
        judge(
            &to.join("s.db"),
            whole,
            &format!("bit {bit} of byte {at} of {which}"),
            &mut noticed,
        )
        .await;
    }
    noticed
}

/// Flips a bit of the one place where the file holds this text.
fn flip_in(path: &Path, text: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    let places: Vec<usize> = (0..bytes.len() - text.len())
        .filter(|at| bytes[*at..].starts_with(text))
        .collect();
    assert_eq!(places.len(), 1);
    bytes[places[0]] ^= 4;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_check_from_outside_compares_every_row_with_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let (store, _) = filled(&path).await;
    assert_eq!(store::snapshot::check(&path).unwrap(), Vec::<String>::new());
    drop(store);
    assert_eq!(store::snapshot::check(&path).unwrap(), Vec::<String>::new());
    flip_in(&path, b"row 43 value 43 ");
    let found = store::snapshot::check(&path).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("a row of rows is damaged"), "{found:?}");
}

#[tokio::test]
async fn a_moment_is_what_it_was_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let (store, whole) = filled(&path).await;
    let moments = [
        store.moment().unwrap(),
        store::snapshot::moment(&path).unwrap(),
    ];
    store.commit(content::commit(COMMITS)).await.unwrap();
    assert_ne!(content::read(&store).await.unwrap(), whole);
    for moment in moments {
        assert_eq!(content::read(&moment).await.unwrap(), whole);
        assert_eq!(moment.verify().await.unwrap(), Vec::<String>::new());
        let refused = moment.commit(content::commit(COMMITS + 1)).await;
        assert!(matches!(refused, Err(StoreError::Failed { .. })));
        assert!(moment.new_stream().await.is_err() && moment.moment().is_err());
    }
    assert_ne!(
        content::read(&store.moment().unwrap()).await.unwrap(),
        whole
    );
}

#[tokio::test]
async fn in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (store, whole) = filled(&folder.path().join("s.db")).await;
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    drop(store);
    let noticed = flip_all(folder.path(), "s.db", &whole).await;
    println!("{noticed:?}");
    assert!(
        noticed.refused > 0 && noticed.read > 0 && noticed.verified > 0,
        "{noticed:?}"
    );
}

#[tokio::test]
async fn in_the_log_and_in_the_mark() {
    let folder = tempfile::tempdir().unwrap();
    let (store, whole) = filled(&folder.path().join("s.db")).await;
    // As a lost process leaves it: everything is in the log.
    let left = tempfile::tempdir().unwrap();
    let left = left.path().join("left");
    let from = folder.path();
    damaged(from, &left, "none", 0, 0);
    drop(store);
    let noticed = flip_all(&left, "s.db-wal", &whole).await;
    println!("{noticed:?}");
    assert!(noticed.refused > noticed.harmless, "{noticed:?}");
    let noticed = flip_all(&left, "s.db-mark", &whole).await;
    assert_eq!(
        (noticed.refused, noticed.read, noticed.verified),
        (0, 0, 0),
        "a mark is not needed"
    );
}

#[tokio::test]
async fn a_log_that_was_taken_away_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let (store, _) = filled(&path).await;
    let left = tempfile::tempdir().unwrap();
    let left = left.path().join("left");
    damaged(folder.path(), &left, "none", 0, 0);
    drop(store);
    fs::remove_file(left.join("s.db-wal")).unwrap();
    let refused = content::open(&left.join("s.db")).err().unwrap();
    assert!(
        matches!(refused, OpenError::Lost { .. } | OpenError::Foreign),
        "{refused}"
    );
}
