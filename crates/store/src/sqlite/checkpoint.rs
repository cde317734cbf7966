//! Moves the write-ahead log back into the file, on a thread and a connection of its own, so that no commit waits.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use parking_lot::Mutex;
use rusqlite::Connection;

use super::{OpenError, backend::connect};

/// Commits between looks at the log's size.
const LOOK_EVERY: u32 = 64;

/// From this many pages of 4 KiB on the log is moved back: 16 MiB. Larger costs disk and start-up time, smaller
/// writes the pages that change all the time more often.
const MOVE_PAGES: i64 = 4096;

/// The writer's end: tells the thread when it is time.
pub(super) struct Checkpoints {
    commits: u32,
    /// Held by whoever writes, so that a thread that waits for its turn gets it, which SQLite's own lock does not
    /// promise.
    turn: Arc<Mutex<()>>,
    wake: SyncSender<()>,
}

impl Checkpoints {
    /// Starts the thread; it ends when `Self` is dropped.
    pub(super) fn start(path: &Path, sync: bool) -> Result<(Self, JoinHandle<()>), OpenError> {
        let (wake, woken) = sync_channel(1);
        let turn = Arc::new(Mutex::new(()));
        let turns = Arc::clone(&turn);
        let file = connect(path, sync)?;
        file.busy_timeout(Duration::from_millis(200))?;
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || work(&file, &turns, &woken))
            .map_err(|source| OpenError::io(path, source))?;
        let commits = 0;
        Ok((
            Self {
                commits,
                turn,
                wake,
            },
            thread,
        ))
    }

    /// Returns the lock to hold while writing.
    pub(super) fn turn(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.turn)
    }

    /// Notes a commit.
    pub(super) fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= LOOK_EVERY {
            self.commits = 0;
            // Full means that it is awake already.
            let _ = self.wake.try_send(());
        }
    }
}

fn work(file: &Connection, turns: &Mutex<()>, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let moved = pages_in_log(file, "NOOP").and_then(|pages| {
            if pages < MOVE_PAGES {
                return Ok(());
            }
            // The bulk while the writer goes on; then the few pages that came meanwhile, for which it waits, so that
            // the log begins anew over its old place instead of growing.
            pages_in_log(file, "PASSIVE")?;
            let _turn = turns.lock();
            pages_in_log(file, "RESTART").map(drop)
        });
        // A full disk or a busy reader: the log stays whole and the next look tries again.
        if let Err(error) = moved {
            tracing::warn!(%error, "the log is not moved into the file yet");
        }
    }
}

/// Runs a checkpoint and returns how many pages the log holds.
fn pages_in_log(file: &Connection, how: &str) -> rusqlite::Result<i64> {
    file.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |row| {
        row.get(1)
    })
}
