//! Moves the write-ahead log back into the file, on a thread and a connection of its own, so that no commit waits.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::Connection;

use super::{OpenError, backend::connect};

/// Commits between looks at the log's size.
const LOOK_EVERY: u32 = 64;

/// From this size on the log is moved back. Larger costs start-up time, smaller writes hot pages more often.
const MOVE_BYTES: u64 = 8 << 20;

/// From this size on the writer has to wait until the log is moved whole and starts at its beginning again.
const HALT_BYTES: u64 = 128 << 20;

/// The writer's end: tells the thread when it is time.
pub(super) struct Checkpoints {
    commits: u32,
    wake: SyncSender<()>,
}

impl Checkpoints {
    /// Starts the thread; it ends when `Self` is dropped.
    pub(super) fn start(path: &Path, sync: bool) -> Result<(Self, JoinHandle<()>), OpenError> {
        let (wake, woken) = sync_channel(1);
        let file = connect(path, sync)?;
        file.busy_timeout(Duration::from_millis(200))?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || work(&file, &PathBuf::from(log), &woken))
            .map_err(|source| OpenError::io(path, source))?;
        Ok((Self { commits: 0, wake }, thread))
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

fn work(file: &Connection, log: &Path, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let how = match std::fs::metadata(log).map_or(0, |m| m.len()) {
            HALT_BYTES.. => "TRUNCATE",
            MOVE_BYTES.. => "PASSIVE",
            _ => continue,
        };
        // A full disk or a busy reader: the log stays whole and the next look tries again.
        if let Err(error) = file.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |_| Ok(()))
        {
            tracing::warn!(%error, "the log is not moved into the file yet");
        }
    }
}
