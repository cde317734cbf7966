//! Opening a store.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Fatal, backend::Sqlite, failure};
use crate::Store;

/// How to open a store.
#[derive(Clone)]
pub struct Options {
    /// The largest size of the file in pages of 4 KiB, for tests of a full disk; `None` is SQLite's own.
    pub max_pages: Option<u32>,
    /// Whether a commit waits for the disk. Only tests do without.
    pub sync: bool,
    /// Whether the file is deleted when the store is dropped.
    pub temporary: bool,
    /// Called when a commit failed on I/O. The default prints the message and ends the process with code 74.
    pub on_fatal: Fatal,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_pages: None,
            sync: true,
            temporary: false,
            on_fatal: failure::end_process(),
        }
    }
}

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{} is in use by process {}", path.display(), pid.map_or_else(|| "unknown".to_owned(), |pid| pid.to_string()))]
    InUse { path: PathBuf, pid: Option<u32> },
    #[error(
        "the data is of format {found}, written by a newer Taxiway; this one reads formats up to {known}"
    )]
    Newer { found: i64, known: i64 },
    #[error("the file is not a store of Taxiway's")]
    Foreign,
    #[error(
        "{} has lost commits: it tells of {found}, and {marked} were acknowledged; its log (-wal) is damaged or was \
         taken away. Restore a backup, or remove {}-mark to go on without what is lost", path.display(), path.display()
    )]
    Lost {
        path: PathBuf,
        found: u64,
        marked: u64,
    },
    #[error("the data is damaged: {what}")]
    Damaged { what: String },
    #[error("cannot open {}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("cannot open the database")]
    Sqlite(#[from] rusqlite::Error),
}

impl OpenError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl Store {
    /// Opens the store in the file `path`, making the file and its folder when absent.
    ///
    /// Only one process may hold it: beside the file lies a lock.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        Ok(Self(Arc::new(Sqlite::open(path, options)?)))
    }

    /// Returns an empty store for a test: a temporary file that is not synced and goes with the store.
    pub fn in_memory() -> Result<Self, OpenError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("taxiway-store-{}-{number}.db", std::process::id()));
        Self::open(
            &path,
            Options {
                sync: false,
                temporary: true,
                ..Options::default()
            },
        )
    }
}
