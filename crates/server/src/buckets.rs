//! The buckets that distributed Maps read from and write into.

use std::sync::Arc;

use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use objects::{Error, ListRequest, ObjectInfo, Objects, PutRequest};
use workflow::{BucketError, BucketObject, Buckets};

/// The object layer as Step Functions uses it.
pub(crate) struct ObjectBuckets(pub(crate) Arc<Objects>);

impl Buckets for ObjectBuckets {
    fn get(
        &self,
        _: &str,
        bucket: &str,
        key: &str,
    ) -> BoxFuture<'static, Result<Bytes, BucketError>> {
        let (objects, bucket, key) = (Arc::clone(&self.0), bucket.to_owned(), key.to_owned());
        async move {
            objects
                .get_bytes(&bucket, &key)
                .await
                .map_err(|e| refused(&e))
        }
        .boxed()
    }

    fn put(
        &self,
        _: &str,
        bucket: &str,
        key: &str,
        body: Bytes,
    ) -> BoxFuture<'static, Result<(), BucketError>> {
        let (objects, bucket, key) = (Arc::clone(&self.0), bucket.to_owned(), key.to_owned());
        async move {
            let put = objects.put_bytes(&bucket, &key, PutRequest::default(), body);
            put.await.map(|_| ()).map_err(|e| refused(&e))
        }
        .boxed()
    }

    fn list(
        &self,
        _: &str,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<BucketObject>, BucketError>> {
        let (objects, bucket) = (Arc::clone(&self.0), bucket.to_owned());
        let request = ListRequest {
            prefix: prefix.to_owned(),
            start_after: after.map(str::to_owned),
            max: limit,
            ..ListRequest::default()
        };
        async move {
            let listing = objects
                .list(&bucket, &request)
                .await
                .map_err(|e| refused(&e))?;
            Ok(listing.objects.into_iter().map(listed).collect())
        }
        .boxed()
    }
}

fn listed(info: ObjectInfo) -> BucketObject {
    BucketObject {
        etag: format!("\"{}\"", info.etag),
        key: info.key,
        size: info.size,
        modified_ms: info.modified_ms,
    }
}

/// Says in S3's words what a bucket refused.
fn refused(error: &Error) -> BucketError {
    let (code, message) = match error {
        Error::NoSuchBucket { .. } => (
            "NoSuchBucket",
            "The specified bucket does not exist".to_owned(),
        ),
        Error::NoSuchKey { .. } | Error::DeleteMarker { .. } => {
            ("NoSuchKey", "The specified key does not exist.".to_owned())
        }
        other => ("InternalError", other.to_string()),
    };
    BucketError {
        code: code.to_owned(),
        message,
    }
}
