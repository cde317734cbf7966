//! Why a backup was not made or not restored.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is no data folder of Taxiway's: it holds no taxiway.db", path.display())]
    NoData { path: PathBuf },
    #[error("{} exists already; a backup is never written over", path.display())]
    Exists { path: PathBuf },
    #[error("another backup of this data folder is under way")]
    UnderWay,
    #[error("{} is not empty; restore into a folder that is new or empty", path.display())]
    NotEmpty { path: PathBuf },
    #[error("the archive is damaged: {what}; nothing was restored")]
    Damaged { what: String },
    #[error(
        "the archive is of format {found}, written by a newer Taxiway; this one reads formats up to {known}"
    )]
    Newer { found: u32, known: u32 },
    #[error("cannot read the store: {0}")]
    Store(#[from] store::snapshot::SnapshotError),
    #[error("{file} of the store is damaged: {found}; what can still be read is left as it is")]
    StoreDamaged { file: String, found: String },
    #[error("cannot {doing}: {source}")]
    Io { doing: String, source: io::Error },
}

impl BackupError {
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
