//! What callers ask of the object layer, and what they get.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{Algorithm, ByteRange, ChecksumType, Headers, ObjectInfo, ObjectStream};

/// Who asks, for the events about it. The default is the bucket's owner itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    pub account: Option<String>,
    pub request_id: Option<String>,
    pub source_ip: Option<String>,
    /// The event's reason, in place of the operation's name.
    pub reason: Option<&'static str>,
}

/// What a write demands of the object that it would replace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WriteCondition {
    #[default]
    None,
    /// `If-None-Match: *`.
    Absent,
    /// `If-Match`: the entity tag without quotes, or `*` for any.
    Matches(String),
}

/// Gives the checksums that come after the body (trailers); asked once, at the body's end.
pub type Trailing = Arc<dyn Fn() -> Vec<(Algorithm, String)> + Send + Sync>;

/// How a body is checked, and which checksums are kept. Without any, CRC64NVME is calculated and kept.
#[derive(Clone, Default)]
pub struct Checks {
    /// Checksums to calculate and keep.
    pub algorithms: Vec<Algorithm>,
    /// What they must be, Base64.
    pub expected: Vec<(Algorithm, String)>,
    pub trailing: Option<Trailing>,
    pub content_md5: Option<[u8; 16]>,
    /// Bytes that the body must have.
    pub length: Option<u64>,
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checks")
            .field("algorithms", &self.algorithms)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// A PUT's parameters besides bucket, key and body.
#[derive(Clone, Debug, Default)]
pub struct PutRequest {
    pub headers: Headers,
    pub metadata: BTreeMap<String, String>,
    pub tags: Vec<(String, String)>,
    pub checks: Checks,
    pub condition: WriteCondition,
    pub caller: Caller,
}

impl PutRequest {
    /// Returns a plain request with this content type.
    pub fn of_type(content_type: &str) -> Self {
        Self {
            headers: Headers {
                content_type: Some(content_type.into()),
                ..Headers::default()
            },
            ..Self::default()
        }
    }
}

/// What a read demands of the object, as HTTP has it. Entity tags are without quotes; `*` is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadConditions {
    pub if_match: Vec<String>,
    pub if_none_match: Vec<String>,
    /// Whole seconds since the epoch.
    pub if_modified_since_s: Option<i64>,
    pub if_unmodified_since_s: Option<i64>,
}

/// A GET's or HEAD's parameters besides bucket and key.
#[derive(Clone, Debug, Default)]
pub struct GetRequest {
    /// A version, `null` for the one written without versioning; absent for the newest.
    pub version_id: Option<String>,
    pub range: Option<ByteRange>,
    /// One part of an object made of parts, from 1; excludes `range`.
    pub part: Option<u32>,
    pub conditions: ReadConditions,
}

/// An object as it is read.
pub struct Got {
    pub info: ObjectInfo,
    /// The bytes that the stream has; the whole object when no range was asked for.
    pub range: std::ops::Range<u64>,
    /// Whether a range or part was asked for.
    pub partial: bool,
    pub body: ObjectStream,
}

impl fmt::Debug for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Got")
            .field("info", &self.info)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// One object to delete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteTarget {
    pub key: String,
    pub version_id: Option<String>,
    /// The entity tag that it must have, `*` for any.
    pub if_match: Option<String>,
}

/// What a delete did; deleting what is not there is no error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// A marker was made, or was what was deleted.
    pub delete_marker: bool,
    /// The marker's version, or that of what was deleted.
    pub version_id: Option<String>,
}

/// A copy's parameters.
#[derive(Clone, Debug, Default)]
pub struct CopyRequest {
    pub source_bucket: String,
    pub source_key: String,
    pub source_version_id: Option<String>,
    pub source_conditions: ReadConditions,
    /// New headers and metadata (`x-amz-metadata-directive: REPLACE`); those of the source otherwise.
    pub replace: Option<(Headers, BTreeMap<String, String>)>,
    /// New tags (`x-amz-tagging-directive: REPLACE`).
    pub tags: Option<Vec<(String, String)>>,
    /// The storage class of the copy; that is never taken from the source.
    pub storage_class: Option<String>,
    /// Calculated anew when the source does not have it.
    pub algorithm: Option<Algorithm>,
    pub condition: WriteCondition,
    pub caller: Caller,
}

/// Which objects of a bucket to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    pub prefix: String,
    pub delimiter: Option<String>,
    /// Keys, and common prefixes, after this one alone.
    pub start_after: Option<String>,
    /// Objects and common prefixes together.
    pub max: usize,
}

impl Default for ListRequest {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            delimiter: None,
            start_after: None,
            max: 1000,
        }
    }
}

impl ListRequest {
    pub fn prefix(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            ..Self::default()
        }
    }
}

/// A page of objects, in the order of their keys' bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub objects: Vec<ObjectInfo>,
    /// Each ends with the delimiter; each appears once over all pages.
    pub common_prefixes: Vec<String>,
    /// The `start_after` of the next page, when there is more: a key or a common prefix.
    pub next: Option<String>,
}

/// A page of versions, by key and then newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionListing {
    /// Whether it is the newest of its key, and the version or delete marker.
    pub versions: Vec<(bool, ObjectInfo)>,
    pub common_prefixes: Vec<String>,
    /// The key and version marker of the next page, when there is more; no version for a common prefix.
    pub next: Option<(String, Option<String>)>,
}

/// A multipart upload's parameters, fixed when it is created.
#[derive(Clone, Debug, Default)]
pub struct UploadRequest {
    pub headers: Headers,
    pub metadata: BTreeMap<String, String>,
    pub tags: Vec<(String, String)>,
    pub algorithm: Option<Algorithm>,
    pub checksum_type: Option<ChecksumType>,
    pub caller: Caller,
}

/// A part as the completing caller names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompletedPart {
    /// 1 to 10,000.
    pub number: u32,
    pub etag: String,
    /// Base64, checked when given.
    pub checksums: Vec<(Algorithm, String)>,
}
