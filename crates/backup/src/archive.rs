//! The archive: a tar of plain files, compressed by zstd, its manifest last.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Component, Path},
};

use sha2::{Digest, Sha256};

use crate::{
    BackupError,
    manifest::{self, Listed, Manifest},
};

/// Fast, and good enough: bodies are often compressed already.
const LEVEL: i32 = 3;

/// An archive being written.
pub(crate) struct Writer<W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, W>>,
    manifest: Manifest,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(out: W, time_ms: i64) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(out, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self {
            tar: tar::Builder::new(encoder),
            manifest: Manifest::new(time_ms),
        })
    }

    /// Adds a file under this name, as long as it is now: one that still grows is cut here.
    pub(crate) fn add(&mut self, name: &str, file: &File) -> io::Result<()> {
        let meta = file.metadata()?;
        let mut header = header(meta.len(), meta.permissions().mode());
        let mut hashing = Hashing::new(file.take(meta.len()));
        self.tar.append_data(&mut header, name, &mut hashing)?;
        let listed = hashing.listed();
        if listed.size != meta.len() {
            return Err(io::Error::other(format!("{name} became shorter meanwhile")));
        }
        self.manifest.files.insert(name.to_owned(), listed);
        Ok(())
    }

    /// Adds the manifest and ends the archive.
    pub(crate) fn finish(mut self) -> io::Result<(Manifest, W)> {
        let text = serde_json::to_vec_pretty(&self.manifest)?;
        let mut header = header(text.len() as u64, 0o600);
        self.tar
            .append_data(&mut header, manifest::NAME, &text[..])?;
        let out = self.tar.into_inner()?.finish()?;
        Ok((self.manifest, out))
    }
}

fn header(size: u64, mode: u32) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(size);
    header.set_mode(mode & 0o777);
    header
}

/// Reads an archive to its end and hands each file to `each`: its name, its mode and its bytes, which are checked
/// afterwards: what `each` made of them counts only when this returns the manifest.
///
/// **Errors**: `Damaged` where a byte differs from what was written, a file is missing or one is too many.
pub(crate) fn read(
    archive: impl Read,
    mut each: impl FnMut(&str, u32, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let torn = |e: io::Error| BackupError::damaged(e.to_string());
    let mut tar = tar::Archive::new(zstd::Decoder::new(archive).map_err(torn)?);
    let mut found = std::collections::BTreeMap::new();
    let mut manifest = None;
    for entry in tar.entries().map_err(torn)? {
        let mut entry = entry.map_err(torn)?;
        if manifest.is_some() {
            return Err(BackupError::damaged("it goes on after its manifest"));
        }
        let name = plain_name(&entry)?;
        if name == manifest::NAME {
            let mut text = Vec::new();
            entry.read_to_end(&mut text).map_err(torn)?;
            manifest = Some(Manifest::read(&text)?);
            continue;
        }
        let mode = entry.header().mode().map_err(torn)?;
        let mut hashing = Hashing::new(&mut entry);
        each(&name, mode, &mut hashing)?;
        io::copy(&mut hashing, &mut io::sink()).map_err(torn)?;
        let listed = hashing.listed();
        if found.insert(name.clone(), listed).is_some() {
            return Err(BackupError::damaged(format!("{name} is in it twice")));
        }
    }
    let Some(manifest) = manifest else {
        return Err(BackupError::damaged("it has no manifest: it was cut off"));
    };
    // The compressed stream's own end, with its checksum, has to be there too.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(torn)?;
    for (name, listed) in &manifest.files {
        match found.remove(name) {
            None => return Err(BackupError::damaged(format!("{name} is missing"))),
            Some(read) if read != *listed => {
                return Err(BackupError::damaged(format!(
                    "{name} is not what was written"
                )));
            }
            Some(_) => {}
        }
    }
    match found.into_keys().next() {
        Some(name) => Err(BackupError::damaged(format!(
            "{name} is not in its manifest"
        ))),
        None => Ok(manifest),
    }
}

/// Returns an entry's name; only plain files below the folder are ever written.
fn plain_name(entry: &tar::Entry<'_, impl Read>) -> Result<String, BackupError> {
    let path = entry
        .path()
        .map_err(|e| BackupError::damaged(e.to_string()))?;
    let below = |path: &Path| {
        path.components()
            .all(|part| matches!(part, Component::Normal(_)))
            && path.parent().is_some()
    };
    match path.to_str() {
        Some(name) if entry.header().entry_type().is_file() && below(&path) => Ok(name.to_owned()),
        _ => Err(BackupError::damaged(format!(
            "{} is no plain file below the folder",
            path.display()
        ))),
    }
}

/// Counts and hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            size: 0,
        }
    }

    fn listed(self) -> Listed {
        Listed {
            size: self.size,
            sha256: hex::encode(self.hash.finalize()),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        self.size += n as u64;
        Ok(n)
    }
}
