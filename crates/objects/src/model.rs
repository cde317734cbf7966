//! What the object layer knows of buckets and objects.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{Algorithm, Error};

/// A body as it is read: chunks of up to 256 KiB, never the whole.
pub type ObjectStream = BoxStream<'static, Result<Bytes, Error>>;

/// The account and region that own a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Twelve digits.
    pub account: String,
    pub region: String,
}

impl Owner {
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }
}

/// Whether a bucket keeps the versions of its objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    #[default]
    Never,
    Enabled,
    Suspended,
}

/// A bucket and its configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    #[serde(default = "one")]
    pub v: u32,
    pub name: String,
    pub owner: Owner,
    pub created_ms: i64,
    #[serde(default)]
    pub versioning: Versioning,
    /// Events go to EventBridge's default bus.
    #[serde(default)]
    pub event_bridge: bool,
    #[serde(default)]
    pub tags: Vec<(String, String)>,
    /// Configuration documents as they were given, by name (`cors`, `policy`, `lifecycle`, …).
    #[serde(default)]
    pub documents: BTreeMap<String, String>,
}

fn one() -> u32 {
    1
}

/// The headers that an object is kept and served with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Headers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// As it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_redirect_location: Option<String>,
    /// `STANDARD` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// Whether a checksum is over the whole object or over its parts' checksums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChecksumType {
    #[default]
    FullObject,
    Composite,
}

/// One version of an object, or a delete marker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectInfo {
    /// Not part of the stored value: it is in the record's key.
    #[serde(skip)]
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal, without quotes; `…-N` when it was made of N parts.
    pub etag: String,
    /// Milliseconds since the epoch.
    pub modified_ms: i64,
    /// Absent when written in a bucket whose versioning is not enabled (S3's `null` version).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delete_marker: bool,
    /// Grows with every write; orders the versions of a key and the events about it.
    pub sequence: u64,
    #[serde(default)]
    pub headers: Headers,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    /// Base64 by algorithm; `…-N` when composite.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<Algorithm, String>,
    #[serde(default)]
    pub checksum_type: ChecksumType,
    /// How many parts it was uploaded in; 0 when in one PUT.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parts: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Which bytes of an object, as the Range header says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// Both ends count.
    FromTo(u64, u64),
    From(u64),
    /// The last so many bytes.
    Last(u64),
}

impl ByteRange {
    /// Returns the first byte and the end (exclusive), or nothing when it cannot be satisfied.
    pub fn within(self, size: u64) -> Option<std::ops::Range<u64>> {
        let range = match self {
            Self::FromTo(first, last) => first..last.saturating_add(1).min(size),
            Self::From(first) => first..size,
            Self::Last(n) => size.saturating_sub(n)..size,
        };
        (range.start < range.end).then_some(range)
    }
}
