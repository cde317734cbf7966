//! Reading objects: finding the version, checking the conditions, streaming the bytes.

use std::{fs::File, io::ErrorKind, ops::Range, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream};
use store::Key;

use crate::{
    ByteRange, Error, GetRequest, Got, ObjectInfo, ObjectStream, Objects, ReadConditions,
    Versioning,
    body::{Body, BodyRecord, PartSize, Segment, blocking},
    files::{Files, Lease},
    keys,
    objects::Entry,
};

/// How much is read from a file at once: the most memory that a slow reader holds, twice.
const READ_CHUNK: usize = 256 * 1024;

/// How often a read starts over because the object was replaced between its record and its bytes.
const RESTARTS: usize = 16;

/// A version, where its record is, and that record's version.
pub(crate) struct Found {
    pub(crate) entry: Entry,
    /// In `current`; in `versions` otherwise.
    pub(crate) newest: bool,
    pub(crate) record_version: u64,
}

/// What a HEAD tells.
#[derive(Clone, Debug)]
pub struct Headed {
    pub info: ObjectInfo,
    pub range: Range<u64>,
    pub partial: bool,
}

/// A part of an object that was uploaded in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPart {
    pub number: u32,
    pub size: u64,
    pub checksums: std::collections::BTreeMap<crate::Algorithm, String>,
}

impl Objects {
    /// Reads an object or a range of it.
    pub async fn get(
        &self,
        bucket: &str,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ObjectStream), Error> {
        let got = self
            .get_with(
                bucket,
                key,
                GetRequest {
                    range,
                    ..GetRequest::default()
                },
            )
            .await?;
        Ok((got.info, got.body))
    }

    /// Reads an object with everything that S3's GetObject can ask.
    ///
    /// Errors: [`Error::NoSuchKey`], [`Error::NoSuchVersion`], [`Error::DeleteMarker`],
    /// [`Error::PreconditionFailed`], [`Error::NotModified`], [`Error::InvalidRange`].
    pub async fn get_with(
        &self,
        bucket: &str,
        key: &str,
        request: GetRequest,
    ) -> Result<Got, Error> {
        for _ in 0..RESTARTS {
            let resolved = self.resolve(bucket, key, &request, true).await?;
            let Headed {
                info,
                range,
                partial,
            } = resolved.headed;
            if let Some(body) = self.stream(resolved.body, range.clone()).await? {
                return Ok(Got {
                    info,
                    range,
                    partial,
                    body,
                });
            }
        }
        Err(Error::ConditionalConflict { key: key.into() })
    }

    /// Reads a whole object that the caller knows to be small.
    pub async fn get_bytes(&self, bucket: &str, key: &str) -> Result<Bytes, Error> {
        let (info, mut body) = self.get(bucket, key, None).await?;
        let Some(first) = body.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        if first.len() as u64 == info.size {
            return Ok(first);
        }
        let mut bytes = BytesMut::from(first);
        while let Some(chunk) = body.next().await.transpose()? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    pub async fn head(&self, bucket: &str, key: &str) -> Result<ObjectInfo, Error> {
        Ok(self
            .head_with(bucket, key, &GetRequest::default())
            .await?
            .info)
    }

    /// Returns what [`Objects::get_with`] would, without the bytes.
    pub async fn head_with(
        &self,
        bucket: &str,
        key: &str,
        request: &GetRequest,
    ) -> Result<Headed, Error> {
        Ok(self.resolve(bucket, key, request, false).await?.headed)
    }

    /// Returns the parts of an object that was uploaded in parts; none otherwise.
    pub async fn object_parts(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<Vec<ObjectPart>, Error> {
        let found = self.find(bucket, key, version_id).await?;
        let record = self.body_record(&found.entry.body).await?;
        let part = |p: PartSize| ObjectPart {
            number: p.number,
            size: p.size,
            checksums: p.checksums,
        };
        Ok(record
            .map(|r| r.parts)
            .unwrap_or_default()
            .into_iter()
            .map(part)
            .collect())
    }

    /// Returns a version of a key: the newest when none is named.
    pub(crate) async fn find(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<Found, Error> {
        let bucket = self.head_bucket(bucket).await?;
        let current = self.current(&bucket.name, key).await?;
        let Some(version_id) = version_id else {
            if let Some((entry, record_version)) = current {
                return Ok(Found {
                    entry,
                    newest: true,
                    record_version,
                });
            }
            if bucket.versioning != Versioning::Never
                && let Some((entry, _)) = self.older(&bucket.name, key, 1).await?.pop()
            {
                return Err(marker(entry.info, true));
            }
            return Err(Error::NoSuchKey { key: key.into() });
        };
        if let Some((entry, record_version)) =
            current.filter(|(entry, _)| is_version(&entry.info, version_id))
        {
            return Ok(Found {
                entry,
                newest: true,
                record_version,
            });
        }
        match self.older_version(&bucket.name, key, version_id).await? {
            Some((entry, _)) if entry.info.delete_marker => Err(marker(entry.info, false)),
            Some((entry, record_version)) => Ok(Found {
                entry,
                newest: false,
                record_version,
            }),
            None => Err(Error::NoSuchVersion {
                key: key.into(),
                version_id: version_id.into(),
            }),
        }
    }

    /// Returns a version that is not in `current`, delete markers too.
    pub(crate) async fn older_version(
        &self,
        bucket: &str,
        key: &str,
        version_id: &str,
    ) -> Result<Option<(Entry, u64)>, Error> {
        let named = |(entry, _): &(Entry, u64)| is_version(&entry.info, version_id);
        match crate::ids::sequence_of(version_id) {
            Some(sequence) => {
                let record = self
                    .store
                    .get(keys::VERSIONS, &keys::version(bucket, key, sequence))
                    .await?;
                let read = record
                    .map(|r| Ok::<_, Error>((Entry::read(key, &r)?, r.version)))
                    .transpose()?;
                Ok(read.filter(named))
            }
            None if version_id == "null" => Ok(self
                .older(bucket, key, usize::MAX)
                .await?
                .into_iter()
                .find(named)),
            None => Ok(None),
        }
    }

    /// Finds what a request asks for; with its bytes, they stay readable as long as the answer is held.
    async fn resolve(
        &self,
        bucket: &str,
        key: &str,
        request: &GetRequest,
        with_bytes: bool,
    ) -> Result<Resolved, Error> {
        for _ in 0..RESTARTS {
            let entry = self
                .find(bucket, key, request.version_id.as_deref())
                .await?
                .entry;
            check(&request.conditions, &entry.info)?;
            let body = match entry.body {
                Body::Files(id) if with_bytes || request.part.is_some() => {
                    // The lease comes before the record: while there is a record, no file goes.
                    let lease = self.files.lease(&id);
                    match self.store.get_json(keys::BODIES, &Key::of(&[&id])).await? {
                        Some(record) => Located::Files(lease, record),
                        None => continue,
                    }
                }
                Body::Inline(id) => Located::Inline(id),
                Body::Files(_) | Body::Empty => Located::Nowhere,
            };
            let (info, size) = (entry.info.clone(), entry.info.size);
            let range = match (request.part, request.range) {
                (Some(part), _) => part_range(part, size, &body)?,
                (None, Some(range)) => range.within(size).ok_or(Error::InvalidRange { size })?,
                (None, None) => 0..size,
            };
            let partial = request.part.is_some() || request.range.is_some();
            return Ok(Resolved {
                headed: Headed {
                    info,
                    range,
                    partial,
                },
                body,
            });
        }
        Err(Error::ConditionalConflict { key: key.into() })
    }

    async fn body_record(&self, body: &Body) -> Result<Option<BodyRecord>, Error> {
        match body {
            Body::Files(id) => Ok(self.store.get_json(keys::BODIES, &Key::of(&[id])).await?),
            Body::Empty | Body::Inline(_) => Ok(None),
        }
    }

    /// Streams a range of a body; nothing when its record is gone meanwhile.
    async fn stream(
        &self,
        body: Located,
        range: Range<u64>,
    ) -> Result<Option<ObjectStream>, Error> {
        let (lease, record) = match body {
            Located::Nowhere => return Ok(Some(stream::empty().boxed())),
            Located::Inline(id) => {
                return Ok(self.inline(&id).await?.map(|bytes| {
                    let bytes = slice(&bytes, &range);
                    stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed()
                }));
            }
            Located::Files(lease, record) => (lease, record),
        };
        let mut pieces = Vec::new();
        let mut start = 0;
        for segment in record.segments {
            let (from, to) = (range.start.max(start), range.end.min(start + segment.len));
            let within = from.saturating_sub(start)..to.saturating_sub(start);
            start += segment.len;
            if from >= to {
                continue;
            }
            // Records have no lease: what is inline is taken now. That is the last part at most, the others
            // are too large for it.
            let bytes = if segment.inline {
                self.inline(&segment.id).await?
            } else {
                None
            };
            if segment.inline && bytes.is_none() {
                return Ok(None);
            }
            pieces.push(Piece {
                segment,
                within,
                bytes,
            });
        }
        Ok(Some(streamed(Arc::clone(&self.files), lease, pieces)))
    }

    pub(crate) async fn inline(&self, id: &str) -> Result<Option<Bytes>, Error> {
        Ok(self
            .store
            .get(keys::INLINE, &Key::of(&[id]))
            .await?
            .map(|r| r.value))
    }
}

/// What a request asks for.
struct Resolved {
    headed: Headed,
    body: Located,
}

/// Where the bytes are that a request wants.
enum Located {
    /// There are none, or they are not wanted.
    Nowhere,
    Inline(String),
    Files(Lease, BodyRecord),
}

struct Piece {
    segment: Segment,
    within: Range<u64>,
    bytes: Option<Bytes>,
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let end = usize::try_from(range.end)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
    bytes.slice(start..end)
}

fn streamed(files: Arc<Files>, lease: Lease, pieces: Vec<Piece>) -> ObjectStream {
    let open = move |piece: Piece| {
        let files = Arc::clone(&files);
        async move {
            if let Some(bytes) = &piece.bytes {
                return Ok(stream::iter([Ok(slice(bytes, &piece.within))]).boxed());
            }
            let id = piece.segment.id;
            let file = blocking(move || {
                files
                    .open_file(&id)
                    .map_err(Error::io("open a body's file"))
            })
            .await?;
            Ok::<_, Error>(file_stream(Arc::new(file), piece.within))
        }
    };
    let body = stream::iter(pieces).then(open).try_flatten();
    // The lease lives as long as the stream.
    body.inspect(move |_| {
        let _ = &lease;
    })
    .boxed()
}

fn file_stream(file: Arc<File>, range: Range<u64>) -> ObjectStream {
    let chunk = move |offset: u64| {
        let file = Arc::clone(&file);
        async move {
            let left = range.end - offset;
            if left == 0 {
                return Ok(None);
            }
            let len = usize::try_from(left).unwrap_or(READ_CHUNK).min(READ_CHUNK);
            let bytes = blocking(move || Files::read(&file, offset, len)).await?;
            if bytes.len() < len {
                return Err(Error::io("read a body's file, which is too short")(
                    ErrorKind::UnexpectedEof.into(),
                ));
            }
            let next = offset + bytes.len() as u64;
            Ok(Some((bytes, next)))
        }
    };
    stream::try_unfold(range.start, chunk).boxed()
}

fn is_version(info: &ObjectInfo, version_id: &str) -> bool {
    info.version_id.as_deref().unwrap_or("null") == version_id
}

fn marker(info: ObjectInfo, newest: bool) -> Error {
    Error::DeleteMarker {
        key: info.key,
        version_id: info.version_id.unwrap_or_else(|| "null".into()),
        modified_ms: info.modified_ms,
        newest,
    }
}

fn part_range(part: u32, size: u64, body: &Located) -> Result<Range<u64>, Error> {
    let parts: &[PartSize] = match body {
        Located::Files(_, record) => &record.parts,
        _ => &[],
    };
    if parts.is_empty() && part == 1 {
        return Ok(0..size);
    }
    let mut start = 0;
    for (at, of) in parts.iter().enumerate() {
        if at + 1 == part as usize {
            return Ok(start..start + of.size);
        }
        start += of.size;
    }
    Err(Error::InvalidRange { size })
}

/// Checks the conditions in RFC 9110's order (13.2.2); times have whole seconds.
pub(crate) fn check(conditions: &ReadConditions, info: &ObjectInfo) -> Result<(), Error> {
    let matches = |tags: &[String]| tags.iter().any(|tag| tag == "*" || *tag == info.etag);
    let modified_s = info.modified_ms.div_euclid(1000);
    if !conditions.if_match.is_empty() {
        if !matches(&conditions.if_match) {
            return Err(Error::PreconditionFailed {
                condition: "If-Match",
            });
        }
    } else if conditions
        .if_unmodified_since_s
        .is_some_and(|at| modified_s > at)
    {
        return Err(Error::PreconditionFailed {
            condition: "If-Unmodified-Since",
        });
    }
    let unchanged = match conditions.if_none_match.as_slice() {
        [] => conditions
            .if_modified_since_s
            .is_some_and(|at| modified_s <= at),
        tags => matches(tags),
    };
    if unchanged {
        return Err(Error::NotModified {
            info: Box::new(info.clone()),
        });
    }
    Ok(())
}
