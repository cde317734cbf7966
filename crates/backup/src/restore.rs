//! Restoring a backup.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::{BackupError, Manifest, archive, staging::STORES};

/// Restores the archive into the folder `data`, which is new or empty.
///
/// A crash, or a damaged archive, leaves `data` as it was: everything is unpacked beside it, checked, made durable
/// and then put in place by one rename.
pub fn restore(file: &Path, data: &Path) -> Result<Manifest, BackupError> {
    let is_there = match fs::read_dir(data) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(BackupError::NotEmpty {
                    path: data.to_owned(),
                });
            }
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(BackupError::io(format!("use {}", data.display()))(error)),
    };
    let archive = File::open(file).map_err(BackupError::io(format!("read {}", file.display())))?;
    let parent = data
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(BackupError::io(format!("make {}", parent.display())))?;
    let folder = tempfile::Builder::new()
        .prefix(".restore-")
        .tempdir_in(parent)
        .map_err(BackupError::io("make a folder beside the data folder"))?;
    let manifest = unpack(archive, folder.path(), What::All)?;
    let doing = || BackupError::io(format!("put {} in place", data.display()));
    if is_there {
        fs::remove_dir(data).map_err(doing())?;
    }
    fs::rename(folder.path(), data).map_err(doing())?;
    // It has another name now and is not temporary any more.
    let _ = folder.keep();
    File::open(parent)
        .and_then(|parent| parent.sync_all())
        .map_err(doing())?;
    Ok(manifest)
}

/// Which of an archive's files to write. All are checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    All,
    Stores,
}

/// Unpacks and checks an archive; what is in `folder` counts only when this returns without an error.
pub(crate) fn unpack(
    archive: impl Read,
    folder: &Path,
    what: What,
) -> Result<Manifest, BackupError> {
    let manifest = archive::read(archive, |name, mode, bytes| {
        if what == What::Stores && !STORES.contains(&name) {
            return Ok(());
        }
        let path = folder.join(name);
        write(&path, mode, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied => {
                BackupError::io(format!("write {}", path.display()))(error)
            }
            _ => BackupError::damaged(format!("{name}: {error}")),
        })
    })?;
    if !manifest.files.contains_key(STORES[0]) {
        return Err(BackupError::damaged(format!("it holds no {}", STORES[0])));
    }
    for name in STORES.iter().filter(|n| manifest.files.contains_key(**n)) {
        let found = store::snapshot::check(&folder.join(name))?;
        if let Some(first) = found.first() {
            return Err(BackupError::damaged(format!("{name}: {first}")));
        }
    }
    if what == What::All {
        sync_folders(folder).map_err(BackupError::io("sync what was restored"))?;
    }
    Ok(manifest)
}

fn write(path: &Path, mode: u32, bytes: &mut dyn Read) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(mode & 0o777)
        .open(path)?;
    io::copy(bytes, &mut file)?;
    file.sync_all()
}

/// Makes the names of all that is below a folder durable.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}
