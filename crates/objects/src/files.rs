//! The folder of larger bodies: immutable files under unique names.
//!
//! A file is written and made durable before any record names it, and removed only after no record does.
//! So a crash can leave a file that nothing names, never a record without its file; the sweep at start
//! removes the former.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use parking_lot::Mutex;

use crate::Error;

/// The folder and who reads from it.
#[derive(Debug)]
pub(crate) struct Files {
    dir: PathBuf,
    leases: Mutex<Leases>,
    /// Tests let a disk run full: bytes that may still be written.
    #[cfg(test)]
    pub(crate) room: std::sync::atomic::AtomicI64,
}

#[derive(Debug, Default)]
struct Leases {
    readers: HashMap<String, usize>,
    /// Removed while read: the files to unlink when the last reader is gone.
    doomed: HashMap<String, Vec<String>>,
}

impl Files {
    /// Opens the folder, making it if need be.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(dir).map_err(Error::io("make the folder of bodies"))?;
        if let Some(parent) = dir.parent() {
            sync_dir(parent).map_err(Error::io("sync the data folder"))?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            leases: Mutex::default(),
            #[cfg(test)]
            room: std::sync::atomic::AtomicI64::new(i64::MAX),
        })
    }

    fn path(&self, id: &str) -> PathBuf {
        self.dir.join(id)
    }

    /// Creates the file of a new id.
    pub(crate) fn create(self: &Arc<Self>, id: String) -> Result<NewFile, Error> {
        let path = self.path(&id);
        let file = File::options()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(Error::io("make a body's file"))?;
        Ok(NewFile {
            files: Arc::clone(self),
            id,
            file,
            kept: false,
        })
    }

    /// Reads up to `len` bytes at `offset`; an empty answer is the file's end.
    pub(crate) fn read(file: &File, offset: u64, len: usize) -> Result<Bytes, Error> {
        let mut buffer = BytesMut::zeroed(len);
        let mut filled = 0;
        while filled < len {
            match file.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Error::io("read a body's file")(e)),
            }
        }
        buffer.truncate(filled);
        Ok(buffer.freeze())
    }

    pub(crate) fn open_file(&self, id: &str) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// Keeps the files of a body until the lease is dropped, though its record goes.
    pub(crate) fn lease(self: &Arc<Self>, body: &str) -> Lease {
        *self
            .leases
            .lock()
            .readers
            .entry(body.to_owned())
            .or_default() += 1;
        Lease {
            files: Arc::clone(self),
            body: body.to_owned(),
        }
    }

    /// Removes the files of a body that no record names any more, now or when its last reader is gone.
    pub(crate) fn remove(&self, body: &str, files: Vec<String>) {
        let mut leases = self.leases.lock();
        if leases.readers.contains_key(body) {
            leases.doomed.insert(body.to_owned(), files);
        } else {
            drop(leases);
            self.unlink(&files);
        }
    }

    fn unlink(&self, files: &[String]) {
        for id in files {
            if let Err(error) = std::fs::remove_file(self.path(id)) {
                tracing::warn!(id, %error, "a body's file could not be removed; the next start sweeps it");
            }
        }
    }

    /// Removes every file that is not named. Only at start, when nothing is being written.
    pub(crate) fn sweep(&self, named: &HashSet<String>) -> Result<usize, Error> {
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.dir).map_err(Error::io("list the folder of bodies"))? {
            let entry = entry.map_err(Error::io("list the folder of bodies"))?;
            let known = entry
                .file_name()
                .to_str()
                .is_some_and(|name| named.contains(name));
            if !known && entry.file_type().is_ok_and(|t| t.is_file()) {
                std::fs::remove_file(entry.path())
                    .map_err(Error::io("remove a file that nothing names"))?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// A reader's hold on a body.
#[derive(Debug)]
pub(crate) struct Lease {
    files: Arc<Files>,
    body: String,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut leases = self.files.leases.lock();
        let Some(readers) = leases.readers.get_mut(&self.body) else {
            return;
        };
        *readers -= 1;
        if *readers > 0 {
            return;
        }
        leases.readers.remove(&self.body);
        let doomed = leases.doomed.remove(&self.body);
        drop(leases);
        if let Some(doomed) = doomed {
            self.files.unlink(&doomed);
        }
    }
}

/// A file being written; removed when dropped before [`NewFile::keep`].
#[derive(Debug)]
pub(crate) struct NewFile {
    files: Arc<Files>,
    id: String,
    file: File,
    kept: bool,
}

impl NewFile {
    pub(crate) fn write(&mut self, data: &[u8]) -> Result<(), Error> {
        #[cfg(test)]
        {
            let len = i64::try_from(data.len()).unwrap();
            if self
                .files
                .room
                .fetch_sub(len, std::sync::atomic::Ordering::SeqCst)
                < len
            {
                return Err(Error::io("write a body's file")(
                    io::ErrorKind::StorageFull.into(),
                ));
            }
        }
        self.file
            .write_all(data)
            .map_err(Error::io("write a body's file"))
    }

    /// Makes the file and its name durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file
            .sync_all()
            .map_err(Error::io("sync a body's file"))?;
        sync_dir(&self.files.dir).map_err(Error::io("sync the folder of bodies"))
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Leaves the file where it is: a record may name it now.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            self.files.unlink(std::slice::from_ref(&self.id));
        }
    }
}
