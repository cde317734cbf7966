//! The moment of the backup: what is gathered in a folder beside the data, so that it can be read at leisure.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use store::snapshot::{Frozen, Snapshot};
use tempfile::TempDir;

use crate::BackupError;

/// The files of the store in a data folder; those that are not there are not there yet.
pub(crate) const STORES: &[&str] = &["taxiway.db", "objects.db", "logs.db", "spice.db"];

/// The folders of bodies, whose files never change once a record names them.
pub(crate) const BODIES: &[&str] = &["objects", "spice"];

/// Begins the name of a folder that a backup works in; an older one was left by a backup that was killed.
const PREFIX: &str = ".backup-";

/// A data folder's moment.
pub(crate) struct Staging {
    folder: TempDir,
    _lock: File,
    /// How long writers waited.
    pub(crate) frozen: Duration,
    /// Names of the store's files that there are.
    pub(crate) stores: Vec<&'static str>,
}

impl Staging {
    /// Takes the moment. Nothing of it is lost to what the server does from now on.
    pub(crate) fn take(data: &Path) -> Result<Self, BackupError> {
        let stores: Vec<&str> = STORES
            .iter()
            .copied()
            .filter(|name| data.join(name).is_file())
            .collect();
        if stores.first() != STORES.first() {
            return Err(BackupError::NoData {
                path: data.to_owned(),
            });
        }
        let lock = lock(data)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(data)
            .map_err(BackupError::io("make a folder beside the data"))?;
        // Most bodies before anybody has to wait, the few that came meanwhile while all stands still.
        link_new(data, folder.path())?;
        let began = Instant::now();
        let paths: Vec<PathBuf> = stores.iter().map(|name| data.join(name)).collect();
        let frozen = Frozen::take(&paths)?;
        link_new(data, folder.path())?;
        let snapshot = frozen.release();
        let frozen = began.elapsed();
        copy_stores(&snapshot, folder.path(), &stores)?;
        Ok(Self {
            folder,
            _lock: lock,
            frozen,
            stores,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn copy_stores(
    snapshot: &Snapshot,
    folder: &Path,
    stores: &[&'static str],
) -> Result<(), BackupError> {
    for (number, name) in stores.iter().enumerate() {
        let copy = folder.join(name);
        snapshot.copy(number, &copy)?;
        let found = store::snapshot::check(&copy)?;
        if let Some(first) = found.first() {
            return Err(BackupError::StoreDamaged {
                file: (*name).to_owned(),
                found: first.clone(),
            });
        }
    }
    Ok(())
}

/// Lets one backup at a time work on a data folder, and clears away what a killed one left.
fn lock(data: &Path) -> Result<File, BackupError> {
    let doing = "lock the data folder for a backup";
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(data.join("backup-lock"))
        .map_err(BackupError::io(doing))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(BackupError::UnderWay),
        Err(TryLockError::Error(source)) => return Err(BackupError::io(doing)(source)),
    }
    for entry in fs::read_dir(data).map_err(BackupError::io(doing))? {
        let entry = entry.map_err(BackupError::io(doing))?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            fs::remove_dir_all(entry.path()).map_err(BackupError::io(doing))?;
        }
    }
    Ok(file)
}

/// Links every body of the data that `folder` does not have yet.
fn link_new(data: &Path, folder: &Path) -> Result<(), BackupError> {
    BODIES
        .iter()
        .try_for_each(|bodies| link_folder(&data.join(bodies), &folder.join(bodies)))
}

/// A file that vanishes meanwhile is named by no record.
fn link_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    let doing = || BackupError::io("gather the bodies of objects");
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(doing()(error)),
    };
    fs::create_dir_all(to).map_err(doing())?;
    for entry in entries {
        let entry = entry.map_err(doing())?;
        if !entry.file_type().map_err(doing())?.is_file() {
            continue;
        }
        match fs::hard_link(entry.path(), to.join(entry.file_name())) {
            Ok(()) => {}
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound
                ) => {}
            Err(error) => return Err(doing()(error)),
        }
    }
    Ok(())
}
