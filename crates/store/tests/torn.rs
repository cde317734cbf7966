//! Power cuts: what was written and not synced is there in part, in any part. What was acknowledged is there, and
//! every commit is there whole or not at all.
//!
//! SQLite itself runs here, on files as a power cut could leave them: the log with its last, unsynced sectors torn,
//! lost or old; the file in the midst of a checkpoint.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing step is a failing test"
)]

mod content;

use std::{fs, path::Path};

use content::{COMMITS, Content};
use store::simulated::Dice;

/// What a disk writes whole.
const SECTOR: usize = 512;

/// The files after each commit, and what was in the store then.
struct Recorded {
    file: Vec<u8>,
    log: Vec<u8>,
    /// The log's length after so many commits.
    lengths: Vec<usize>,
    contents: Vec<Content>,
}

async fn recorded() -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let store = content::open(&path).unwrap();
    for _ in 0..8 {
        store.new_stream().await.unwrap();
    }
    let log = folder.path().join("s.db-wal");
    let length = || usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    let (mut lengths, mut contents) = (vec![length()], vec![content::read(&store).await.unwrap()]);
    for number in 0..COMMITS {
        store.commit(content::commit(number)).await.unwrap();
        lengths.push(length());
        contents.push(content::read(&store).await.unwrap());
    }
    Recorded {
        file: fs::read(&path).unwrap(),
        log: fs::read(&log).unwrap(),
        lengths,
        contents,
    }
}

/// Writes files as they were found and returns which commits are there.
async fn found(folder: &Path, file: &[u8], log: &[u8], recorded: &Recorded) -> usize {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).unwrap();
    let path = folder.join("s.db");
    fs::write(&path, file).unwrap();
    fs::write(folder.join("s.db-wal"), log).unwrap();
    let store = content::open(&path).unwrap();
    let content = content::read(&store).await.unwrap();
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    let is = recorded.contents.iter().position(|c| *c == content);
    is.unwrap_or_else(|| panic!("a commit is there in part"))
}

#[tokio::test]
async fn a_torn_log_loses_nothing_that_was_acknowledged() {
    let recorded = recorded().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cut");
    let mut dice = Dice(3);
    let mut ahead = 0;
    for _ in 0..200 {
        let acknowledged = usize::try_from(dice.roll(COMMITS)).unwrap();
        let synced = recorded.lengths[acknowledged];
        let upto = recorded.lengths[(acknowledged + 2).min(recorded.lengths.len() - 1)];
        // Some of what came after was written, sector by sector, in no order; the rest is zero, or noise.
        let mut log = recorded.log[..synced].to_vec();
        let all = dice.one_in(4);
        for sector in recorded.log[synced..upto].chunks(SECTOR) {
            match dice.roll(4) {
                _ if all => log.extend(sector),
                0 => log.extend(vec![0; sector.len()]),
                1 => log.extend(sector.iter().map(|b| b ^ (dice.next_u64() as u8))),
                _ => log.extend(sector),
            }
        }
        let keep = usize::try_from(dice.roll((log.len() - synced + 1) as u64)).unwrap();
        if dice.one_in(2) {
            log.truncate(synced + keep);
        }
        let is = found(&folder, &recorded.file, &log, &recorded).await;
        assert!(
            is >= acknowledged,
            "{acknowledged} were acknowledged, {is} are there"
        );
        ahead += usize::from(is > acknowledged);
    }
    assert!(
        ahead > 0,
        "now and then a commit that nobody heard of is there"
    );
}

#[tokio::test]
async fn a_checkpoint_that_was_cut_off_is_made_again() {
    let recorded = recorded().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    fs::write(&path, &recorded.file).unwrap();
    fs::write(folder.path().join("s.db-wal"), &recorded.log).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .unwrap();
    let after = fs::read(&path).unwrap();
    assert!(after.len() > recorded.file.len());
    let cut = folder.path().join("cut");
    let mut dice = Dice(5);
    for _ in 0..60 {
        let mut file = after.clone();
        for (at, sector) in file.chunks_mut(SECTOR).enumerate() {
            if dice.one_in(3) {
                let old = recorded.file.get(at * SECTOR..(at + 1) * SECTOR);
                sector.copy_from_slice(old.unwrap_or(&[0; SECTOR]));
            }
        }
        let is = found(&cut, &file, &recorded.log, &recorded).await;
        assert_eq!(is, recorded.contents.len() - 1);
    }
}
