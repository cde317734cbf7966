//! Several files of the store as they were at one moment, taken from outside while a server writes them.
//!
//! All files are locked for writing at once, which stops every commit; a read transaction is begun in each; then the
//! locks are let go. From then on each reader sees its file as it was while nothing could be written anywhere: no
//! file is ahead of another. Writers wait for milliseconds and fail nothing. The log of a file is not begun anew
//! while its snapshot is held, so it grows with what is written meanwhile.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, OpenFlags, backup::Backup};

use super::{
    backend::BUSY,
    moment::Moment,
    read::Readers,
    schema::{self, FORMAT},
    sum::Unsummed,
    verify,
};
use crate::Store;

/// Why a file could not be read as it is.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("{}: {source}", path.display())]
    Sqlite {
        path: PathBuf,
        source: rusqlite::Error,
    },
    #[error("{} is not a store of Taxiway's", path.display())]
    Foreign { path: PathBuf },
    #[error(
        "{} is of format {found}, written by a newer Taxiway; this one reads formats up to {FORMAT}",
        path.display()
    )]
    Newer { path: PathBuf, found: i64 },
    #[error(
        "{} is of format {found}: a server that opens it brings it to format {FORMAT}",
        path.display()
    )]
    Older { path: PathBuf, found: i64 },
}

/// Files that nobody can write. Let go as soon as may be.
pub struct Frozen {
    snapshot: Snapshot,
    writers: Vec<Connection>,
}

/// The files as they were when they were frozen.
pub struct Snapshot {
    files: Vec<(PathBuf, Connection)>,
}

impl Frozen {
    /// Waits for the commits under way and freezes all files. Writers, this one included, hold one file's lock at a
    /// time or take them in this order, so nobody waits in a circle.
    pub fn take(paths: &[PathBuf]) -> Result<Self, SnapshotError> {
        let mut writers = Vec::with_capacity(paths.len());
        for path in paths {
            let failed = |source| SnapshotError::sqlite(path, source);
            let writer = open(path).map_err(failed)?;
            ours(path, &writer)?;
            writer.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
            writers.push(writer);
        }
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let failed = |source| SnapshotError::sqlite(path, source);
            let reader = open(path).map_err(failed)?;
            // A transaction begins with its first read, not with BEGIN.
            reader
                .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")
                .map_err(failed)?;
            files.push((path.clone(), reader));
        }
        Ok(Self {
            snapshot: Snapshot { files },
            writers,
        })
    }

    /// Lets writers go on and returns the moment.
    pub fn release(self) -> Snapshot {
        // A connection that closes rolls back; nothing was written.
        drop(self.writers);
        self.snapshot
    }
}

impl Snapshot {
    /// Writes the file of this number into the new file `to`, page by page.
    pub fn copy(&self, number: usize, to: &Path) -> Result<(), SnapshotError> {
        let Some((path, source)) = self.files.get(number) else {
            return Ok(());
        };
        let failed = |source| SnapshotError::sqlite(path, source);
        let mut copy = Connection::open(to).map_err(failed)?;
        // Who copies makes the copy durable, once.
        copy.pragma_update(None, "synchronous", "OFF")
            .map_err(failed)?;
        let backup = Backup::new(source, &mut copy).map_err(failed)?;
        // -1: all pages at once. The read transaction is what keeps the source still.
        match backup.step(-1) {
            Ok(rusqlite::backup::StepResult::Done) => Ok(()),
            Ok(other) => Err(failed(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                Some(format!("the copy came to {other:?}")),
            ))),
            Err(error) => Err(failed(error)),
        }
    }
}

impl SnapshotError {
    fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        Self::Sqlite {
            path: path.to_owned(),
            source,
        }
    }
}

/// Checks a file's every page and index and the checksum of every row, as they are at this moment; returns what is
/// wrong with it, nothing when it is sound. Files of format 1 that were not opened since have no checksums.
///
/// **Errors**: where the damage is such that it cannot even be checked, or the file is no store.
pub fn check(path: &Path) -> Result<Vec<String>, SnapshotError> {
    let failed = |source| SnapshotError::sqlite(path, source);
    let file = open(path).map_err(failed)?;
    let format = ours(path, &file)?;
    file.execute_batch("BEGIN").map_err(failed)?;
    let mut found = verify::pages(&file).map_err(failed)?;
    if format == FORMAT {
        let unsummed = schema::is_unsummed(&file).map_err(failed)?;
        verify::rows(&file, Unsummed(unsummed), &mut found);
    }
    Ok(found)
}

/// Returns a file's store as it is at this moment, to be read alone; a server may go on writing it.
///
/// **Errors**: the file is no store, or of another format than this one.
pub fn moment(path: &Path) -> Result<Store, SnapshotError> {
    let failed = |source| SnapshotError::sqlite(path, source);
    let file = open(path).map_err(failed)?;
    let found = ours(path, &file)?;
    if found != FORMAT {
        return Err(SnapshotError::Older {
            path: path.to_owned(),
            found,
        });
    }
    let unsummed = Unsummed(schema::is_unsummed(&file).map_err(failed)?);
    let readers = Readers::at_once(file, unsummed).map_err(failed)?;
    Ok(Store(Arc::new(Moment(readers))))
}

/// Opens a file that is there, beside whoever else has it open. In WAL mode a reader, too, writes its index.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(path, flags)?;
    file.busy_timeout(BUSY)?;
    // The server's thread does that; a backup only looks.
    file.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    Ok(file)
}

/// Returns the file's format.
fn ours(path: &Path, file: &Connection) -> Result<i64, SnapshotError> {
    let pragma = |name: &str| {
        file.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
            .map_err(|source| SnapshotError::sqlite(path, source))
    };
    match (pragma("application_id")?, pragma("user_version")?) {
        (schema::APPLICATION, found) if found > FORMAT => Err(SnapshotError::Newer {
            path: path.to_owned(),
            found,
        }),
        (schema::APPLICATION, found) => Ok(found),
        _ => Err(SnapshotError::Foreign {
            path: path.to_owned(),
        }),
    }
}
