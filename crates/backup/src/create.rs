//! Making a backup.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufWriter},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use store::{Clock, SystemClock};

use crate::{
    BackupError, Manifest,
    archive::{self, Writer},
    staging::{BODIES, Staging},
};

/// The folder of job runs.
const JOBS: &str = "jobs";

/// Writes the data folder, as it is at one moment from now, to the new file `out`; a server may run on it. Returns
/// what the archive holds and how long writers waited.
///
/// The archive is read again before it gets its name: `out` is there whole and checked, or not at all. It holds
/// what the data folder holds, credentials of job runs included, so only its owner may read it.
pub fn create(data: &Path, out: &Path) -> Result<(Manifest, Duration), BackupError> {
    if out.exists() {
        return Err(BackupError::Exists {
            path: out.to_owned(),
        });
    }
    let staging = Staging::take(data)?;
    let partial = with_suffix(out, ".partial");
    let doing = format!("write {}", partial.display());
    let written = write(data, &staging, &partial).map_err(BackupError::io(doing));
    let checked = written.and_then(|manifest| {
        let file = File::open(&partial).map_err(BackupError::io("read the archive again"))?;
        let read = archive::read(file, |_, _, _| Ok(()))?;
        if read == manifest {
            Ok(manifest)
        } else {
            Err(BackupError::damaged("its manifest is not what was written"))
        }
    });
    match checked {
        Ok(manifest) => {
            fs::rename(&partial, out).map_err(BackupError::io("name the archive"))?;
            let folder = out.parent().filter(|p| !p.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))
                .and_then(|folder| folder.sync_all())
                .map_err(BackupError::io("sync the archive's folder"))?;
            Ok((manifest, staging.frozen))
        }
        Err(error) => {
            // What is half there helps nobody; that it cannot be removed is less than why it is not whole.
            let _ = fs::remove_file(&partial);
            Err(error)
        }
    }
}

fn write(data: &Path, staging: &Staging, out: &Path) -> io::Result<Manifest> {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(out)?;
    let mut archive = Writer::new(BufWriter::new(file), SystemClock.now_ms())?;
    for name in &staging.stores {
        archive.add(name, &File::open(staging.path().join(name))?)?;
    }
    for bodies in BODIES {
        for path in files(&staging.path().join(bodies))? {
            add(&mut archive, staging.path(), &path)?;
        }
    }
    for path in files(&data.join(JOBS))? {
        add(&mut archive, data, &path)?;
    }
    let (manifest, out) = archive.finish()?;
    out.into_inner()?.sync_all()?;
    Ok(manifest)
}

fn add(archive: &mut Writer<BufWriter<File>>, root: &Path, path: &Path) -> io::Result<()> {
    let name = path.strip_prefix(root).map_err(io::Error::other)?;
    let Some(name) = name.to_str() else {
        return Err(io::Error::other(format!("{} is not UTF-8", path.display())));
    };
    match File::open(path) {
        Ok(file) => archive.add(name, &file),
        // A job's scratch file that went meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns all plain files below a folder. A folder's small records come before what its job prints: where there is
/// an exit record, the output that follows is whole.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let mut here = Vec::new();
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && !is_passing(&entry.path()) {
                here.push(entry.path());
            }
        }
        here.sort_by_key(|path| (path.extension() != Some(OsStr::new("json")), path.clone()));
        found.append(&mut here);
    }
    Ok(found)
}

/// Files on their way to another name.
fn is_passing(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("tmp"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
