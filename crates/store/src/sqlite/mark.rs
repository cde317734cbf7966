//! A mark outside the file of how many groups were committed, so that a log that lost some is noticed.
//!
//! SQLite takes a damaged frame in its log for the log's end: what was committed after it would be gone in silence.
//! The mark is written after each commit and never synced. A process that dies leaves it; a power cut may leave an
//! older one, which is no harm, since the file has all that the mark tells of and more.
//!
//! **Shape**: the count as u64, little-endian, and the CRC-32C of these eight bytes.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::sum::sum;

pub(super) struct Mark(File);

impl Mark {
    /// Returns the mark beside the file, and the count that it tells; none when there is none or it is not whole.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Option<u64>)> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path_of(path))?;
        let mut bytes = [0; 12];
        let told = file.read_exact_at(&mut bytes, 0).is_ok().then_some(bytes);
        let count = told.and_then(|bytes| {
            let (count, check) = bytes.split_first_chunk::<8>()?;
            (check == sum(&[], b"", count).to_le_bytes()).then(|| u64::from_le_bytes(*count))
        });
        Ok((Self(file), count))
    }

    /// Notes that so many groups are committed. A mark that cannot be written is an old one.
    pub(super) fn set(&self, count: u64) {
        let count = count.to_le_bytes();
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&count);
        bytes[8..].copy_from_slice(&sum(&[], b"", &count).to_le_bytes());
        if let Err(error) = self.0.write_all_at(&bytes, 0) {
            tracing::debug!(%error, "the mark of commits is not written");
        }
    }
}

/// Returns where the mark of a file is.
pub(super) fn path_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-mark");
    name.into()
}
