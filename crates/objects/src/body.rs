//! Where an object's bytes are, and how they come in.

use std::{pin::pin, sync::Arc};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};

use crate::{
    Algorithm, Checks, Error,
    checksum::{Hasher, Sums},
    error::Digest,
    files::{Files, NewFile},
    ids,
};

/// Bodies up to here are kept in the store, in its group commit; larger ones in files.
pub(crate) const INLINE_MAX: usize = 64 * 1024;

/// S3's largest object: 5 TiB in parts; a single PUT or part has 5 GiB.
pub(crate) const PUT_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// How much is hashed and written at once.
const WRITE_CHUNK: usize = 1024 * 1024;

/// Where an object's bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    /// No bytes.
    Empty,
    /// A record in `objects/inline` that belongs to this object alone.
    Inline(String),
    /// A record in `objects/bodies`, shared by the copies of the object.
    Files(String),
}

/// A run of bytes of a body: a file, or a record in `objects/inline`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) id: String,
    pub(crate) len: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) inline: bool,
}

/// A record in `objects/bodies`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BodyRecord {
    pub(crate) v: u32,
    /// How many objects have this body.
    pub(crate) refs: i64,
    pub(crate) segments: Vec<Segment>,
    /// Sizes of the parts when it was uploaded in parts; the segments leave out empty parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<PartSize>,
}

/// What is still asked about a part of an object after it was completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartSize {
    pub(crate) number: u32,
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub(crate) checksums: std::collections::BTreeMap<Algorithm, String>,
}

/// A body that has come in whole and passed its checks; its file is durable and goes when this is dropped.
pub(crate) struct Received {
    pub(crate) size: u64,
    pub(crate) sums: Sums,
    pub(crate) bytes: ReceivedBytes,
}

pub(crate) enum ReceivedBytes {
    Small(Bytes),
    File(NewFile),
}

/// Hashes and stores what comes in; lives on a blocking thread while it works.
struct Intake {
    hasher: Hasher,
    small: Vec<u8>,
    file: Option<NewFile>,
    size: u64,
}

impl Intake {
    fn take(mut self, files: &Arc<Files>, chunks: &[Bytes]) -> Result<Self, Error> {
        for chunk in chunks {
            self.hasher.update(chunk);
            self.size += chunk.len() as u64;
            if self.file.is_none() {
                if self.small.len() + chunk.len() <= INLINE_MAX {
                    self.small.extend_from_slice(chunk);
                    continue;
                }
                let mut file = files.create(ids::unique())?;
                file.write(&self.small)?;
                self.small = Vec::new();
                self.file = Some(file);
            }
            if let Some(file) = &mut self.file {
                file.write(chunk)?;
            }
        }
        Ok(self)
    }
}

/// Takes a body in. Errors: the caller's stream, [`Error::IncompleteBody`], [`Error::BadDigest`],
/// [`Error::EntityTooLarge`], [`Error::Full`]; nothing is left then.
pub(crate) async fn receive<S, E>(
    files: &Arc<Files>,
    checks: &Checks,
    body: S,
) -> Result<Received, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if let Some(size) = checks.length.filter(|size| *size > PUT_MAX) {
        return Err(Error::EntityTooLarge { size, max: PUT_MAX });
    }
    let hasher = Hasher::new(algorithms(checks));
    let mut intake = Intake {
        hasher,
        small: Vec::new(),
        file: None,
        size: 0,
    };
    let mut body = pin!(body);
    loop {
        let (mut chunks, mut held) = (Vec::new(), 0);
        while held < WRITE_CHUNK {
            let Some(chunk) = body.next().await else {
                break;
            };
            let chunk = chunk.map_err(|e| Error::Body { source: e.into() })?;
            held += chunk.len();
            chunks.push(chunk);
        }
        let end = held < WRITE_CHUNK;
        if intake.size + held as u64 > PUT_MAX {
            return Err(Error::EntityTooLarge {
                size: intake.size + held as u64,
                max: PUT_MAX,
            });
        }
        if end && intake.file.is_none() && intake.small.len() + held <= INLINE_MAX {
            intake = intake.take(files, &chunks)?;
            break;
        }
        let files = Arc::clone(files);
        let work = move || {
            let intake = intake.take(&files, &chunks)?;
            if let Some(file) = intake.file.as_ref().filter(|_| end) {
                file.sync()?;
            }
            Ok::<_, Error>(intake)
        };
        intake = blocking(work).await?;
        if end {
            break;
        }
    }
    if let Some(declared) = checks.length.filter(|length| *length != intake.size) {
        return Err(Error::IncompleteBody {
            declared,
            received: intake.size,
        });
    }
    let sums = intake.hasher.finish();
    verify(checks, &sums)?;
    let bytes = match intake.file {
        Some(file) => ReceivedBytes::File(file),
        None => ReceivedBytes::Small(intake.small.into()),
    };
    Ok(Received {
        size: intake.size,
        sums,
        bytes,
    })
}

fn algorithms(checks: &Checks) -> Vec<Algorithm> {
    let mut algorithms = checks.algorithms.clone();
    algorithms.extend(checks.expected.iter().map(|(a, _)| *a));
    if algorithms.is_empty() {
        algorithms.push(Algorithm::Crc64Nvme);
    }
    algorithms.sort_unstable();
    algorithms.dedup();
    algorithms
}

fn verify(checks: &Checks, sums: &Sums) -> Result<(), Error> {
    let trailing = checks
        .trailing
        .as_ref()
        .map(|ask| ask())
        .unwrap_or_default();
    for (algorithm, given) in checks.expected.iter().chain(&trailing) {
        let calculated = sums.checksums.get(algorithm).cloned().unwrap_or_default();
        if *given != calculated {
            let algorithm = Digest::Checksum(*algorithm);
            return Err(Error::BadDigest {
                algorithm,
                given: given.clone(),
                calculated,
            });
        }
    }
    match checks.content_md5 {
        Some(given) if given != sums.md5 => Err(Error::BadDigest {
            algorithm: Digest::Md5,
            given: hex::encode(given),
            calculated: hex::encode(sums.md5),
        }),
        _ => Ok(()),
    }
}

/// Runs what blocks on a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(e) => Err(Error::Io {
            doing: "run a disk task",
            source: std::io::Error::other(e),
        }),
    }
}
