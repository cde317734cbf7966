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

use super::{Fatal, OpenError, backend::connect, failure};

/// Bytes that may have gone into the log between looks at its size.
const LOOK_EVERY: usize = 4 << 20;

/// What a commit writes into the log besides its values, by estimate: eight pages.
const OVERHEAD: usize = 32 << 10;

/// From this many pages of 4 KiB on the log is moved back: 16 MiB. Larger costs disk and start-up time, smaller
/// writes the pages that change all the time more often.
const MOVE_PAGES: i64 = 4096;

/// Fewer free pages than this are kept for what comes: 16 MiB.
const FREE_PAGES: i64 = 4096;
/// So is less than this share of the file: a fourth.
const FREE_SHARE: i64 = 4;
/// Pages that are given back in one transaction, which takes a few milliseconds.
const STEP_PAGES: i64 = 64;
/// Transactions each time that the log was moved.
const STEPS: usize = 64;

/// The writer's end: tells the thread when it is time.
pub(super) struct Checkpoints {
    written: usize,
    /// Held by whoever writes, so that a thread that waits for its turn gets it, which SQLite's own lock does not
    /// promise.
    turn: Arc<Mutex<()>>,
    wake: SyncSender<Wish>,
}

/// What the thread is woken for.
#[derive(PartialEq)]
enum Wish {
    Look,
    /// The disk is full: whatever the log holds, its place may be all that there is to write on.
    Room,
}

impl Checkpoints {
    /// Starts the thread; it ends when `Self` is dropped.
    pub(super) fn start(
        path: &Path,
        sync: bool,
        on_fatal: Fatal,
    ) -> Result<(Self, JoinHandle<()>), OpenError> {
        let (wake, woken) = sync_channel(1);
        // A server that was killed has left its log, and one that is killed often writes little in each life: without
        // this the log would grow, and each start would read all of it.
        let _ = wake.try_send(Wish::Look);
        let turn = Arc::new(Mutex::new(()));
        let turns = Arc::clone(&turn);
        let file = connect(path, sync)?;
        let name = path.display().to_string();
        file.busy_timeout(Duration::from_millis(200))?;
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                if let Err(error) = work(&file, &turns, &woken) {
                    on_fatal(&format!(
                        "cannot write {name}: {error}; check the disk, then start again"
                    ));
                }
            })
            .map_err(|source| OpenError::io(path, source))?;
        let written = 0;
        Ok((
            Self {
                written,
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

    /// Notes a commit of values of so many bytes.
    pub(super) fn committed(&mut self, bytes: usize) {
        self.written = self.written.saturating_add(bytes + OVERHEAD);
        if self.written >= LOOK_EVERY {
            self.written = 0;
            // One wish in the queue is enough.
            let _ = self.wake.try_send(Wish::Look);
        }
    }

    /// Notes that there was no room for a commit.
    pub(super) fn full(&self) {
        let _ = self.wake.try_send(Wish::Room);
    }
}

/// Serves wishes until the writer is gone. **Errors**: the disk failed.
fn work(file: &Connection, turns: &Mutex<()>, woken: &Receiver<Wish>) -> rusqlite::Result<()> {
    while let Ok(wish) = woken.recv() {
        match relocate(file, turns, &wish) {
            Err(error) if failure::is_io(&error) => return Err(error),
            // A full disk or a busy reader: the log stays whole and the next look tries again.
            Err(error) => tracing::warn!(%error, "the log is not moved into the file yet"),
            Ok(()) => {}
        }
    }
    Ok(())
}

fn relocate(file: &Connection, turns: &Mutex<()>, wish: &Wish) -> rusqlite::Result<()> {
    if *wish == Wish::Look && pages_in_log(file, "NOOP")? < MOVE_PAGES {
        return Ok(());
    }
    // The bulk while the writer goes on; then the few pages that came meanwhile, for which it waits, so that the log
    // begins anew over its old place instead of growing.
    pages_in_log(file, "PASSIVE")?;
    let turn = turns.lock();
    pages_in_log(file, "RESTART")?;
    drop(turn);
    give_back(file, turns)
}

/// Gives free pages back to the disk when they are many, a few at a time so that no commit waits long.
fn give_back(file: &Connection, turns: &Mutex<()>) -> rusqlite::Result<()> {
    let count =
        |what: &str| file.query_row(&format!("PRAGMA {what}"), [], |row| row.get::<_, i64>(0));
    let free = count("freelist_count")?;
    if free < FREE_PAGES || free * FREE_SHARE < count("page_count")? {
        return Ok(());
    }
    for _ in 0..STEPS {
        let _turn = turns.lock();
        let mut step = file.prepare_cached(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
        let mut rows = step.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}

/// Runs a checkpoint and returns how many pages the log holds.
fn pages_in_log(file: &Connection, how: &str) -> rusqlite::Result<i64> {
    file.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |row| {
        row.get(1)
    })
}
