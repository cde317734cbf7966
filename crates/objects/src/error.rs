//! Why the object layer refused or failed.

use store::StoreError;

use crate::{Algorithm, ObjectInfo};

/// A refusal or failure of the object layer. Nothing half done is ever left visible.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the bucket {bucket} does not exist")]
    NoSuchBucket { bucket: String },
    #[error("the bucket {bucket} belongs to another account")]
    BucketAlreadyExists { bucket: String },
    #[error("the bucket {bucket} already belongs to the caller")]
    BucketAlreadyOwnedByYou { bucket: String },
    #[error("the bucket {bucket} is not empty")]
    BucketNotEmpty { bucket: String },
    #[error("{bucket} is not a valid bucket name")]
    InvalidBucketName { bucket: String },
    #[error("the key {key} does not exist")]
    NoSuchKey { key: String },
    #[error("the version {version_id} of the key {key} does not exist")]
    NoSuchVersion { key: String, version_id: String },
    /// The version asked for, or the newest one, is a delete marker.
    #[error("the version of the key {key} is a delete marker")]
    DeleteMarker {
        key: String,
        version_id: String,
        modified_ms: i64,
        newest: bool,
    },
    /// Longer than 1,024 bytes of UTF-8.
    #[error("the key is too long")]
    KeyTooLong { bytes: usize },
    #[error("the upload {upload_id} does not exist")]
    NoSuchUpload { upload_id: String },
    #[error("part {part} was not found, or its entity tag does not match")]
    InvalidPart { part: u32, upload_id: String },
    #[error("the parts are not in ascending order")]
    InvalidPartOrder { upload_id: String },
    #[error("part {part} is smaller than the smallest allowed size")]
    EntityTooSmall { part: u32, size: u64, etag: String },
    #[error("the object is larger than allowed")]
    EntityTooLarge { size: u64, max: u64 },
    #[error("the range cannot be satisfied for {size} bytes")]
    InvalidRange { size: u64 },
    #[error("the condition {condition} does not hold")]
    PreconditionFailed { condition: &'static str },
    #[error("the object has not been modified")]
    NotModified { info: Box<ObjectInfo> },
    /// Another writer changed the object while a conditional write was being made.
    #[error("a conflicting write to the key {key}")]
    ConditionalConflict { key: String },
    #[error("the {algorithm} given does not match what was received")]
    BadDigest {
        algorithm: Digest,
        given: String,
        calculated: String,
    },
    #[error("the body ended after {received} bytes instead of {declared}")]
    IncompleteBody { declared: u64, received: u64 },
    #[error("{what}")]
    InvalidArgument { what: String },
    /// The caller's stream failed.
    #[error("the body could not be read")]
    Body {
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No room; it lifts when there is room.
    #[error("no space left in the data folder")]
    Full,
    #[error("failed to {doing}")]
    Io {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the object store's records failed")]
    Store(#[source] StoreError),
}

/// What a body is checked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    Md5,
    Checksum(Algorithm),
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Md5 => f.write_str("Content-MD5"),
            Self::Checksum(algorithm) => write!(f, "{algorithm}"),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            other => Self::Store(other),
        }
    }
}

impl Error {
    /// Wraps an I/O failure; one for want of space becomes [`Error::Full`].
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { doing, source },
        }
    }

    /// Tells whether this says that the bucket, key, version or upload does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NoSuchBucket { .. }
                | Self::NoSuchKey { .. }
                | Self::NoSuchVersion { .. }
                | Self::DeleteMarker { .. }
                | Self::NoSuchUpload { .. }
        )
    }
}
