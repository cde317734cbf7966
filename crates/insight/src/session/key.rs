//! The key that sessions are signed with: made once, in the data folder, readable by its owner alone.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The file in the data folder.
pub(crate) const FILE: &str = "session.key";
/// Hex digits of a key: far more random bits than SHA-256 has use for.
const DIGITS: usize = 96;
const OWNER_ALONE: u32 = 0o600;

/// Returns the key of a data folder. A crash while it is made leaves none, and the next start makes another.
pub(super) fn open(folder: &Path) -> io::Result<Vec<u8>> {
    let path = folder.join(FILE);
    match fs::read(&path) {
        Ok(key) if key.len() == DIGITS => {
            fs::set_permissions(&path, Permissions::from_mode(OWNER_ALONE))?;
            return Ok(key);
        }
        // Of another length: damaged. A new one ends the sessions, which is all that is lost.
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let key = aws::ids::hex(DIGITS).into_bytes();
    let temporary = folder.join("session.key.new");
    let _ = fs::remove_file(&temporary);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ALONE)
        .open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    File::open(folder)?.sync_all()?;
    Ok(key)
}
