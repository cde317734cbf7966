//! The object layer as an `object_store::ObjectStore`, for the engines.

mod upload;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    Attribute, Attributes, CopyMode, CopyOptions, Error as Failure, GetOptions, GetRange,
    GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, path::Path,
};

use crate::{
    ByteRange, CopyRequest, Error, GetRequest, Headers, ListRequest, ObjectInfo, Objects,
    PutRequest, ReadConditions, UploadRequest, WriteCondition,
};

const NAME: &str = "taxiway";

/// Returns a store whose paths are `bucket/key`.
pub fn as_object_store(objects: Arc<Objects>) -> Arc<dyn ObjectStore> {
    Arc::new(Adapter {
        objects,
        bucket: None,
    })
}

/// Returns a store whose paths are the keys of one bucket, as an engine registers it for `s3://bucket`.
pub fn bucket_as_object_store(objects: Arc<Objects>, bucket: &str) -> Arc<dyn ObjectStore> {
    Arc::new(Adapter {
        objects,
        bucket: Some(bucket.into()),
    })
}

/// Keys that are no [`Path`] (a double or trailing slash, control characters) cannot be named through it,
/// and are left out of its lists.
#[derive(Clone)]
struct Adapter {
    objects: Arc<Objects>,
    bucket: Option<String>,
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapter")
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME}({})", self.bucket.as_deref().unwrap_or("*"))
    }
}

/// Where a path points to.
struct Place {
    bucket: String,
    key: String,
}

impl Adapter {
    fn place(&self, path: &Path) -> Place {
        match &self.bucket {
            Some(bucket) => Place {
                bucket: bucket.clone(),
                key: path.to_string(),
            },
            None => {
                let (bucket, key) = path.as_ref().split_once('/').unwrap_or((path.as_ref(), ""));
                Place {
                    bucket: bucket.into(),
                    key: key.into(),
                }
            }
        }
    }

    /// Returns the path of a key, if it is one that leads back to the key.
    fn path(&self, bucket: &str, key: &str) -> Option<Path> {
        let path = Path::parse(key).ok().filter(|path| path.as_ref() == key)?;
        match self.bucket {
            Some(_) => Some(path),
            None => Path::parse(format!("{bucket}/{key}")).ok(),
        }
    }

    /// Returns the bucket and prefix to list; a prefix is of whole segments.
    fn prefix(&self, prefix: Option<&Path>) -> Option<Place> {
        let Place { bucket, mut key } = match (prefix, &self.bucket) {
            (Some(prefix), _) => self.place(prefix),
            (None, Some(bucket)) => Place {
                bucket: bucket.clone(),
                key: String::new(),
            },
            (None, None) => return None,
        };
        if !key.is_empty() {
            key.push('/');
        }
        (!bucket.is_empty()).then_some(Place { bucket, key })
    }

    fn meta(&self, bucket: &str, info: &ObjectInfo) -> Option<ObjectMeta> {
        Some(ObjectMeta {
            location: self.path(bucket, &info.key)?,
            last_modified: chrono::DateTime::from_timestamp_millis(info.modified_ms)
                .unwrap_or_default(),
            size: info.size,
            e_tag: Some(quoted(&info.etag)),
            version: info.version_id.clone(),
        })
    }

    fn list_from(
        &self,
        place: Place,
        start_after: Option<String>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let adapter = self.clone();
        let first = ListRequest {
            start_after,
            ..ListRequest::prefix(place.key)
        };
        let pages = stream::try_unfold(Some(first), move |request| {
            let (adapter, bucket) = (adapter.clone(), place.bucket.clone());
            async move {
                let Some(request) = request else {
                    return Ok(None);
                };
                let page = match adapter.objects.list(&bucket, &request).await {
                    // As elsewhere: no objects where there is no bucket is an error of the store.
                    Err(error) => return Err(failure(error, &bucket)),
                    Ok(page) => page,
                };
                let metas: Vec<_> = page
                    .objects
                    .iter()
                    .filter_map(|o| adapter.meta(&bucket, o))
                    .map(Ok)
                    .collect();
                let next = page.next.map(|next| ListRequest {
                    start_after: Some(next),
                    ..request
                });
                Ok(Some((stream::iter(metas), next)))
            }
        });
        pages.try_flatten().boxed()
    }
}

#[async_trait]
impl ObjectStore for Adapter {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let Place { bucket, key } = self.place(location);
        let (headers, metadata) = headers(&options.attributes);
        let condition = match options.mode {
            PutMode::Overwrite => WriteCondition::None,
            PutMode::Create => WriteCondition::Absent,
            PutMode::Update(version) => {
                WriteCondition::Matches(bare(version.e_tag.as_deref().unwrap_or_default()))
            }
        };
        let tags = tags(options.tags.encoded());
        let request = PutRequest {
            headers,
            metadata,
            tags,
            condition,
            ..PutRequest::default()
        };
        let body = stream::iter(payload).map(Ok::<Bytes, std::convert::Infallible>);
        let info = self
            .objects
            .put(&bucket, &key, request, body)
            .await
            .map_err(|e| failure(e, location))?;
        Ok(PutResult {
            e_tag: Some(quoted(&info.etag)),
            version: info.version_id,
        })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let Place { bucket, key } = self.place(location);
        let (headers, metadata) = headers(&options.attributes);
        let tags = tags(options.tags.encoded());
        let request = UploadRequest {
            headers,
            metadata,
            tags,
            ..UploadRequest::default()
        };
        let upload = self
            .objects
            .create_upload(&bucket, &key, request)
            .await
            .map_err(|e| failure(e, location))?;
        Ok(Box::new(upload::Upload::new(
            Arc::clone(&self.objects),
            bucket,
            upload,
        )))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Place { bucket, key } = self.place(location);
        let tags = |given: Option<String>| {
            given
                .map(|tags| tags.split(',').map(|t| bare(t.trim())).collect())
                .unwrap_or_default()
        };
        let seconds = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.timestamp());
        let request = GetRequest {
            version_id: options.version,
            range: options.range.map(|range| match range {
                GetRange::Bounded(range) => {
                    ByteRange::FromTo(range.start, range.end.saturating_sub(1))
                }
                GetRange::Offset(offset) => ByteRange::From(offset),
                GetRange::Suffix(bytes) => ByteRange::Last(bytes),
            }),
            part: None,
            conditions: ReadConditions {
                if_match: tags(options.if_match),
                if_none_match: tags(options.if_none_match),
                if_modified_since_s: seconds(options.if_modified_since),
                if_unmodified_since_s: seconds(options.if_unmodified_since),
            },
        };
        let fail = |e| failure(e, location);
        let (info, range, body) = if options.head {
            let headed = self
                .objects
                .head_with(&bucket, &key, &request)
                .await
                .map_err(fail)?;
            (headed.info, headed.range, stream::empty().boxed())
        } else {
            let got = self
                .objects
                .get_with(&bucket, &key, request)
                .await
                .map_err(fail)?;
            (got.info, got.range, got.body)
        };
        let path = location.clone();
        let body = body.map_err(move |e| failure(e, &path)).boxed();
        let meta = self
            .meta(&bucket, &info)
            .ok_or_else(|| failure(Error::NoSuchKey { key }, location))?;
        let (payload, attributes) = (GetResultPayload::Stream(body), attributes(&info));
        Ok(GetResult {
            payload,
            meta,
            range,
            attributes,
        })
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        /// Enough for their commits to go together.
        const AT_ONCE: usize = 64;
        let adapter = self.clone();
        let delete = move |location: Result<Path>| {
            let adapter = adapter.clone();
            async move {
                let location = location?;
                let Place { bucket, key } = adapter.place(&location);
                adapter
                    .objects
                    .delete(&bucket, &key)
                    .await
                    .map_err(|e| failure(e, &location))?;
                Ok(location)
            }
        };
        locations.map(delete).buffered(AT_ONCE).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.prefix(prefix) {
            Some(place) => self.list_from(place, None),
            None => stream::once(async { Err(not_over_buckets()) }).boxed(),
        }
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let after = self.place(offset).key;
        match self.prefix(prefix) {
            Some(place) => self.list_from(place, Some(after)),
            None => stream::once(async { Err(not_over_buckets()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let Some(Place { bucket, key }) = self.prefix(prefix) else {
            return Err(not_over_buckets());
        };
        let mut request = ListRequest {
            delimiter: Some("/".into()),
            ..ListRequest::prefix(key)
        };
        let mut result = ListResult {
            common_prefixes: Vec::new(),
            objects: Vec::new(),
        };
        loop {
            let page = self
                .objects
                .list(&bucket, &request)
                .await
                .map_err(|e| failure(e, &bucket))?;
            result
                .objects
                .extend(page.objects.iter().filter_map(|o| self.meta(&bucket, o)));
            let prefixes = page
                .common_prefixes
                .iter()
                .map(|p| p.strip_suffix('/').unwrap_or(p));
            result
                .common_prefixes
                .extend(prefixes.filter_map(|p| self.path(&bucket, p)));
            match page.next {
                Some(next) => request.start_after = Some(next),
                None => return Ok(result),
            }
        }
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let (source, target) = (self.place(from), self.place(to));
        let create = matches!(options.mode, CopyMode::Create);
        let request = CopyRequest {
            source_bucket: source.bucket,
            source_key: source.key,
            condition: if create {
                WriteCondition::Absent
            } else {
                WriteCondition::None
            },
            ..CopyRequest::default()
        };
        let copied = self
            .objects
            .copy(&target.bucket, &target.key, request)
            .await;
        copied.map(drop).map_err(|error| match error {
            Error::NoSuchKey { .. } => failure(error, from),
            error => failure(error, to),
        })
    }
}

fn not_over_buckets() -> Failure {
    Failure::NotSupported {
        source: "a list needs a bucket: buckets belong to accounts".into(),
    }
}

fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

fn bare(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

fn tags(encoded: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode(&text.replace('+', " "));
    let pairs = encoded.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect()
}

fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn headers(attributes: &Attributes) -> (Headers, std::collections::BTreeMap<String, String>) {
    let (mut headers, mut metadata) = (Headers::default(), std::collections::BTreeMap::new());
    for (attribute, value) in attributes {
        let value = value.to_string();
        match attribute {
            Attribute::ContentType => headers.content_type = Some(value),
            Attribute::CacheControl => headers.cache_control = Some(value),
            Attribute::ContentDisposition => headers.content_disposition = Some(value),
            Attribute::ContentEncoding => headers.content_encoding = Some(value),
            Attribute::ContentLanguage => headers.content_language = Some(value),
            Attribute::StorageClass => headers.storage_class = Some(value),
            Attribute::Metadata(name) => {
                metadata.insert(name.to_string(), value);
            }
            other => tracing::debug!(?other, "an attribute that objects do not have"),
        }
    }
    (headers, metadata)
}

fn attributes(info: &ObjectInfo) -> Attributes {
    let mut attributes = Attributes::new();
    let headers = &info.headers;
    let known = [
        (Attribute::ContentType, &headers.content_type),
        (Attribute::CacheControl, &headers.cache_control),
        (Attribute::ContentDisposition, &headers.content_disposition),
        (Attribute::ContentEncoding, &headers.content_encoding),
        (Attribute::ContentLanguage, &headers.content_language),
        (Attribute::StorageClass, &headers.storage_class),
    ];
    for (attribute, value) in known {
        if let Some(value) = value {
            attributes.insert(attribute, value.clone().into());
        }
    }
    for (name, value) in &info.metadata {
        attributes.insert(
            Attribute::Metadata(name.clone().into()),
            value.clone().into(),
        );
    }
    attributes
}

/// Says an error of ours in the engines' words.
fn failure(error: Error, path: impl ToString) -> Failure {
    let path = path.to_string();
    let source = Box::new(error);
    match *source {
        Error::PreconditionFailed {
            condition: "If-None-Match",
        } => Failure::AlreadyExists { path, source },
        Error::PreconditionFailed { .. } | Error::ConditionalConflict { .. } => {
            Failure::Precondition { path, source }
        }
        Error::NotModified { .. } => Failure::NotModified { path, source },
        _ if source.is_not_found() => Failure::NotFound { path, source },
        _ => Failure::Generic {
            store: NAME,
            source,
        },
    }
}
