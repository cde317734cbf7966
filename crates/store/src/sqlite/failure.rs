//! What SQLite's errors mean to the store.

use std::sync::Arc;

use rusqlite::{Error, ErrorCode, ffi};

use crate::StoreError;

/// Told when the store can no longer vouch for what it wrote; the default ends the process.
pub type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

/// The exit code of a process that ends because its disk failed: `EX_IOERR` of sysexits.h.
const EXIT_IO: i32 = 74;

/// Prints the message and ends the process.
///
/// After a failed fsync the kernel may have dropped the pages that it could not write, so that a second try would
/// succeed without them; only reading the file afresh tells the truth.
pub(crate) fn end_process() -> Fatal {
    Arc::new(|message| {
        eprintln!("taxiway: {message}");
        std::process::exit(EXIT_IO);
    })
}

/// Returns whether the disk failed, after which nothing that was written can be vouched for.
pub(crate) fn is_io(error: &Error) -> bool {
    let code = error
        .sqlite_error()
        .filter(|e| e.code == ErrorCode::SystemIoFailure);
    // A full disk also shows as this: the log's index, which is rebuilt at need, could not grow.
    code.is_some_and(|e| e.extended_code != ffi::SQLITE_IOERR_SHMSIZE)
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt {
                what: error.to_string(),
            },
            _ => Self::Failed {
                what: error.to_string(),
            },
        }
    }
}
