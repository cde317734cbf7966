//! A multipart upload as the engines write one.

use std::sync::Arc;

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, stream};
use object_store::{MultipartUpload, PutPayload, PutResult, Result, UploadPart};
use parking_lot::Mutex;

use super::{failure, quoted};
use crate::{Checks, CompleteRequest, CompletedPart, Objects, PutRequest};

pub(super) struct Upload {
    objects: Arc<Objects>,
    bucket: Arc<str>,
    upload: Arc<crate::Upload>,
    /// The last part's number.
    number: u32,
    done: Arc<Mutex<Vec<CompletedPart>>>,
}

impl Upload {
    pub(super) fn new(objects: Arc<Objects>, bucket: String, upload: crate::Upload) -> Self {
        Self {
            objects,
            bucket: bucket.into(),
            upload: Arc::new(upload),
            number: 0,
            done: Arc::default(),
        }
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("bucket", &self.bucket)
            .field("upload", &self.upload)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.number += 1;
        let (objects, bucket, upload) = (
            Arc::clone(&self.objects),
            Arc::clone(&self.bucket),
            Arc::clone(&self.upload),
        );
        let (number, done) = (self.number, Arc::clone(&self.done));
        async move {
            let body = stream::iter(data).map(Ok::<_, std::convert::Infallible>);
            let part = objects
                .put_part(
                    &bucket,
                    &upload.key,
                    &upload.upload_id,
                    number,
                    Checks::default(),
                    body,
                )
                .await;
            let part = part.map_err(|e| failure(e, &upload.key))?;
            done.lock().push(CompletedPart {
                number,
                etag: part.etag,
                checksums: Vec::new(),
            });
            Ok(())
        }
        .boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let mut parts = std::mem::take(&mut *self.done.lock());
        parts.sort_by_key(|part| part.number);
        let (key, upload_id) = (&self.upload.key, &self.upload.upload_id);
        let result = if parts.is_empty() {
            let (headers, metadata) = (self.upload.headers.clone(), self.upload.metadata.clone());
            let request = PutRequest {
                headers,
                metadata,
                ..PutRequest::default()
            };
            let aborted = self
                .objects
                .abort_upload(&self.bucket, key, upload_id)
                .await;
            aborted.map_err(|e| failure(e, key))?;
            self.objects.put_bytes(&self.bucket, key, request, "").await
        } else {
            let request = CompleteRequest {
                parts,
                ..CompleteRequest::default()
            };
            self.objects
                .complete_upload(&self.bucket, key, upload_id, request)
                .await
        };
        let info = result.map_err(|e| failure(e, key))?;
        Ok(PutResult {
            e_tag: Some(quoted(&info.etag)),
            version: info.version_id,
        })
    }

    async fn abort(&mut self) -> Result<()> {
        let (key, upload_id) = (&self.upload.key, &self.upload.upload_id);
        self.objects
            .abort_upload(&self.bucket, key, upload_id)
            .await
            .map_err(|e| failure(e, key))
    }
}
