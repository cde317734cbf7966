//! The seam to buckets: ItemReader and ResultWriter of a distributed Map move more than a Call carries.

use bytes::Bytes;
use futures::future::BoxFuture;

/// One object of a listing, as `ListObjectsV2` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketObject {
    pub key: String,
    pub size: u64,
    /// With quotes.
    pub etag: String,
    /// Epoch milliseconds.
    pub modified_ms: i64,
}

/// Why a bucket refused: S3's own code and message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct BucketError {
    pub code: String,
    pub message: String,
}

/// Buckets as a Map run uses them.
pub trait Buckets: Send + Sync {
    /// Returns an object's whole body; without a version, that of the newest.
    fn get(
        &self,
        account: &str,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> BoxFuture<'static, Result<Bytes, BucketError>>;

    /// Returns up to `limit` rows of a Parquet file as lines of JSON.
    fn parquet(&self, file: Bytes, limit: usize)
    -> BoxFuture<'static, Result<String, BucketError>>;

    /// Keeps an object.
    fn put(
        &self,
        account: &str,
        bucket: &str,
        key: &str,
        body: Bytes,
    ) -> BoxFuture<'static, Result<(), BucketError>>;

    /// Returns up to `limit` objects under a prefix, in the order of their keys, after the key `after`.
    fn list(
        &self,
        account: &str,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<BucketObject>, BucketError>>;
}
