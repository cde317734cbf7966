//! Checking an archive without restoring it.

use std::{fs::File, path::Path};

use crate::{BackupError, Manifest, restore};

/// Reads every byte of an archive and checks its store as a restore would; leaves nothing behind. The store's files
/// are unpacked into a temporary folder beside the archive for that, which `look` sees when they are sound.
pub fn check<T>(file: &Path, look: impl FnOnce(&Path) -> T) -> Result<(Manifest, T), BackupError> {
    let beside = file.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = tempfile::Builder::new()
        .prefix(".backup-check-")
        .tempdir_in(beside.unwrap_or(Path::new(".")))
        .map_err(BackupError::io("make a folder beside the archive"))?;
    let archive = File::open(file).map_err(BackupError::io(format!("read {}", file.display())))?;
    let manifest = restore::unpack(archive, folder.path(), restore::What::Stores)?;
    Ok((manifest, look(folder.path())))
}
