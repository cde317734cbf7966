//! Copying: a clone of what is known of an object; the bytes are shared.

use futures::StreamExt;

use crate::{
    Algorithm, CopyRequest, Error, GetRequest, ObjectInfo, Objects,
    body::Body,
    change::Change,
    checksum::{Hasher, Sums},
    ids,
    read::check,
    write::{Draft, check_key},
};

/// How often a copy starts over because its source was replaced under it.
const RESTARTS: usize = 16;

impl Objects {
    /// Copies an object, also onto itself with other metadata.
    ///
    /// The copy of an object that was uploaded in parts keeps its entity tag, for its bytes are the same ones.
    pub async fn copy(
        &self,
        bucket: &str,
        key: &str,
        request: CopyRequest,
    ) -> Result<ObjectInfo, Error> {
        self.head_bucket(bucket).await?;
        check_key(key)?;
        for _ in 0..RESTARTS {
            if let Some(info) = self.try_copy(bucket, key, &request).await? {
                return Ok(info);
            }
        }
        Err(Error::ConditionalConflict { key: key.into() })
    }

    /// Copies, or answers nothing when the source's bytes went away under it.
    async fn try_copy(
        &self,
        bucket: &str,
        key: &str,
        request: &CopyRequest,
    ) -> Result<Option<ObjectInfo>, Error> {
        let source_version = request.source_version_id.as_deref();
        let source = self
            .find(&request.source_bucket, &request.source_key, source_version)
            .await?
            .entry;
        check(&request.source_conditions, &source.info).map_err(|error| match error {
            Error::NotModified { .. } => Error::PreconditionFailed {
                condition: "x-amz-copy-source-If-None-Match",
            },
            other => other,
        })?;
        let mut info = source.info;
        key.clone_into(&mut info.key);
        info.version_id = None;
        info.headers.storage_class = None;
        info.headers.website_redirect_location = None;
        if let Some((headers, metadata)) = request.replace.clone() {
            info.headers = headers;
            info.metadata = metadata;
        }
        if let Some(tags) = request.tags.clone() {
            info.tags = tags;
        }
        if request.storage_class.is_some() {
            info.headers
                .storage_class
                .clone_from(&request.storage_class);
        }
        if let Some(algorithm) = request
            .algorithm
            .filter(|a| !info.checksums.contains_key(a))
        {
            let sums = self.sums(request, algorithm).await?;
            info.checksums = sums.checksums;
            info.checksum_type = crate::ChecksumType::FullObject;
        }
        let mut change = Change::default();
        let body = match source.body {
            Body::Empty => Body::Empty,
            Body::Inline(id) => {
                let Some(bytes) = self.inline(&id).await? else {
                    return Ok(None);
                };
                let id = ids::unique();
                change.put_inline(&id, bytes);
                Body::Inline(id)
            }
            Body::Files(id) => {
                change.share(&id);
                Body::Files(id)
            }
        };
        let draft = Draft {
            info,
            body,
            condition: &request.condition,
            caller: &request.caller,
            reason: "CopyObject",
        };
        match self.install(bucket, draft, &change).await {
            // The shared body's record has gone: look at the source anew.
            Err(Error::ConditionalConflict { .. }) => Ok(None),
            result => result.map(Some),
        }
    }

    /// Calculates a checksum that the source does not have.
    async fn sums(&self, request: &CopyRequest, algorithm: Algorithm) -> Result<Sums, Error> {
        let get = GetRequest {
            version_id: request.source_version_id.clone(),
            ..GetRequest::default()
        };
        let mut body = self
            .get_with(&request.source_bucket, &request.source_key, get)
            .await?
            .body;
        let mut hasher = Hasher::new([algorithm]);
        while let Some(chunk) = body.next().await.transpose()? {
            hasher.update(&chunk);
        }
        Ok(hasher.finish())
    }
}
