//! What an archive says of itself, in its last entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::BackupError;

/// The entry's name. It comes last, so that an archive that was cut off has none.
pub(crate) const NAME: &str = "MANIFEST.json";

/// Grows with every change that an older Taxiway could not read.
pub(crate) const FORMAT: u32 = 1;

/// **Shape**: `{"format", "taxiway", "time_ms", "files": {PATH: {"size", "sha256"}}}`; paths are relative to the data
/// folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the Taxiway that wrote it.
    pub taxiway: String,
    /// The moment that the archive holds.
    pub time_ms: i64,
    pub files: BTreeMap<String, Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// In bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(crate) fn new(time_ms: i64) -> Self {
        Self {
            format: FORMAT,
            taxiway: env!("CARGO_PKG_VERSION").to_owned(),
            time_ms,
            files: BTreeMap::new(),
        }
    }

    pub(crate) fn read(text: &[u8]) -> Result<Self, BackupError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let refused = |e: serde_json::Error| BackupError::damaged(format!("its manifest: {e}"));
        let Head { format } = serde_json::from_slice(text).map_err(refused)?;
        if format > FORMAT {
            return Err(BackupError::Newer {
                found: format,
                known: FORMAT,
            });
        }
        serde_json::from_slice(text).map_err(refused)
    }

    /// Returns the size of all files together, in bytes.
    pub fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_format_is_read_and_newer_ones_are_refused() {
        let kept = include_str!("../testdata/manifest/v1.json");
        let manifest = Manifest::read(kept.as_bytes()).unwrap();
        assert_eq!(manifest.files["taxiway.db"].size, 4096);
        let newer = kept.replace("\"format\": 1", "\"format\": 2");
        assert_ne!(newer, kept);
        let refused = Manifest::read(newer.as_bytes());
        assert!(
            matches!(refused, Err(BackupError::Newer { found: 2, .. })),
            "{refused:?}"
        );
    }
}
