//! The buckets that distributed Maps read from and write into.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{FutureExt, StreamExt, future::BoxFuture};
use objects::{Error, GetRequest, ListRequest, ObjectInfo, Objects, PutRequest};
use workflow::{BucketError, BucketObject, Buckets};

/// The object layer as Step Functions uses it.
pub(crate) struct ObjectBuckets(pub(crate) Arc<Objects>);

impl Buckets for ObjectBuckets {
    fn get(
        &self,
        _: &str,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> BoxFuture<'static, Result<Bytes, BucketError>> {
        let (objects, bucket, key) = (Arc::clone(&self.0), bucket.to_owned(), key.to_owned());
        let request = GetRequest {
            version_id: version.map(str::to_owned),
            ..GetRequest::default()
        };
        async move {
            let got = objects.get_with(&bucket, &key, request).await;
            let mut body = got.map_err(|e| refused(&e))?.body;
            let mut bytes = BytesMut::new();
            while let Some(chunk) = body.next().await {
                bytes.extend_from_slice(&chunk.map_err(|e| refused(&e))?);
            }
            Ok(bytes.freeze())
        }
        .boxed()
    }

    fn parquet(
        &self,
        file: Bytes,
        limit: usize,
    ) -> BoxFuture<'static, Result<String, BucketError>> {
        let unreadable = |message: String| BucketError {
            code: "InvalidParquet".to_owned(),
            message,
        };
        async move {
            let work = move || query::parquet_as_json_lines(file, limit);
            let read = tokio::task::spawn_blocking(work).await;
            read.map_err(|e| unreadable(e.to_string()))?
                .map_err(|e| unreadable(format!("The object is not a Parquet file: {e}")))
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
