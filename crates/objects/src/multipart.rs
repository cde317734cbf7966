//! Multipart uploads: parts come in one by one, completing stitches them by a list of segments.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::Stream;
use md5::Digest;
use serde::{Deserialize, Serialize};
use store::{Expect, Key, Scan};

use crate::{
    Algorithm, Caller, Checks, ChecksumType, CompletedPart, Error, Headers, ObjectInfo, Objects,
    UploadRequest, WriteCondition,
    body::{Body, PartSize, Segment, receive},
    change::{Change, Incoming},
    checksum::of_parts,
    error::Digest as Checked,
    ids, keys,
    write::{Draft, check_key},
};

/// S3's smallest part, but for the last.
pub const PART_MIN: u64 = 5 * 1024 * 1024;

/// S3's largest part number.
pub const PART_NUMBER_MAX: u32 = 10_000;

/// A multipart upload in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    #[serde(default = "one")]
    v: u32,
    #[serde(skip)]
    pub key: String,
    #[serde(skip)]
    pub upload_id: String,
    pub initiated_ms: i64,
    #[serde(default)]
    pub headers: Headers,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub tags: Vec<(String, String)>,
    /// Asked for when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
    #[serde(default)]
    pub checksum_type: ChecksumType,
}

fn one() -> u32 {
    1
}

impl Upload {
    /// Returns the checksum that its parts and the object have: CRC64NVME when none was asked for.
    pub fn kept_algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Crc64Nvme)
    }
}

/// A part that has come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// 1 to 10,000.
    pub number: u32,
    pub size: u64,
    /// Hexadecimal, without quotes.
    pub etag: String,
    pub modified_ms: i64,
    /// Base64.
    pub checksums: BTreeMap<Algorithm, String>,
}

/// A record in `objects/parts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PartRecord {
    v: u32,
    size: u64,
    etag: String,
    modified_ms: i64,
    checksums: BTreeMap<Algorithm, String>,
    /// None when it has no bytes.
    pub(crate) segment: Option<Segment>,
}

impl PartRecord {
    fn part(&self, number: u32) -> Part {
        Part {
            number,
            size: self.size,
            etag: self.etag.clone(),
            modified_ms: self.modified_ms,
            checksums: self.checksums.clone(),
        }
    }
}

/// How an upload is completed.
#[derive(Clone, Debug, Default)]
pub struct CompleteRequest {
    /// In ascending order of their numbers.
    pub parts: Vec<CompletedPart>,
    /// What the object's checksum must be.
    pub expected: Vec<(Algorithm, String)>,
    /// What the object's size must be.
    pub size: Option<u64>,
    pub condition: WriteCondition,
    pub caller: Caller,
}

impl Objects {
    /// Creates an upload. Errors: [`Error::InvalidArgument`] for a kind of checksum that its algorithm lacks.
    pub async fn create_upload(
        &self,
        bucket: &str,
        key: &str,
        request: UploadRequest,
    ) -> Result<Upload, Error> {
        check_key(key)?;
        let algorithm = request.algorithm.unwrap_or(Algorithm::Crc64Nvme);
        let checksum_type = request
            .checksum_type
            .unwrap_or_else(|| algorithm.default_type());
        if !algorithm.allows(checksum_type) {
            let kind = match checksum_type {
                ChecksumType::Composite => "COMPOSITE",
                ChecksumType::FullObject => "FULL_OBJECT",
            };
            let name = algorithm.name().to_lowercase();
            let what = format!(
                "The {kind} checksum type cannot be used with the {name} checksum algorithm."
            );
            return Err(Error::InvalidArgument { what });
        }
        let _bucket_stays = self.buckets.read().await;
        self.head_bucket(bucket).await?;
        let upload = Upload {
            v: 1,
            key: key.into(),
            upload_id: ids::unique(),
            initiated_ms: self.clock.now_ms(),
            headers: request.headers,
            metadata: request.metadata,
            tags: request.tags,
            algorithm: request.algorithm,
            checksum_type,
        };
        let mut change = Change::default();
        let record = keys::upload(bucket, key, &upload.upload_id);
        change
            .batch
            .put_json(keys::UPLOADS, record, &upload, Expect::Absent)?;
        self.commit(change).await?;
        Ok(upload)
    }

    /// Returns an upload in progress. Errors: [`Error::NoSuchUpload`].
    pub async fn upload(&self, bucket: &str, key: &str, upload_id: &str) -> Result<Upload, Error> {
        self.head_bucket(bucket).await?;
        let record = keys::upload(bucket, key, upload_id);
        let upload: Option<Upload> = self.store.get_json(keys::UPLOADS, &record).await?;
        let upload = upload.ok_or_else(|| Error::NoSuchUpload {
            upload_id: upload_id.into(),
        })?;
        Ok(Upload {
            key: key.into(),
            upload_id: upload_id.into(),
            ..upload
        })
    }

    /// Takes a part in, in place of an earlier one of its number.
    pub async fn put_part<S, E>(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
        number: u32,
        mut checks: Checks,
        body: S,
    ) -> Result<Part, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if !(1..=PART_NUMBER_MAX).contains(&number) {
            let what = format!(
                "Part number must be an integer between 1 and {PART_NUMBER_MAX}, inclusive"
            );
            return Err(Error::InvalidArgument { what });
        }
        let upload = self.upload(bucket, key, upload_id).await?;
        checks.algorithms.push(upload.kept_algorithm());
        let received = receive(&self.files, &checks, body).await?;
        let mut change = Change::default();
        let mut record = PartRecord {
            v: 1,
            size: received.size,
            etag: hex::encode(received.sums.md5),
            modified_ms: self.clock.now_ms(),
            checksums: received.sums.checksums.clone(),
            segment: None,
        };
        let incoming = Incoming::new(received, &mut change);
        record.segment.clone_from(&incoming.segment);
        let result = self
            .keep_part(bucket, key, upload_id, number, &record, change)
            .await;
        incoming.settle(self, result)
    }

    async fn keep_part(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
        number: u32,
        record: &PartRecord,
        mut change: Change,
    ) -> Result<Part, Error> {
        let _turn = self.lock_upload(upload_id).await;
        let _bucket_stays = self.buckets.read().await;
        self.upload(bucket, key, upload_id).await?;
        let at = keys::part(upload_id, number);
        if let Some(earlier) = self.store.get_json::<PartRecord>(keys::PARTS, &at).await?
            && let Some(segment) = earlier.segment
        {
            change.release_segment(segment);
        }
        change
            .batch
            .put_json(keys::PARTS, at, record, Expect::Any)?;
        self.commit(change).await?;
        Ok(record.part(number))
    }

    /// Returns the parts of an upload with numbers after `after`, in order.
    pub async fn list_parts(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
        after: u32,
        max: usize,
    ) -> Result<Vec<Part>, Error> {
        self.upload(bucket, key, upload_id).await?;
        let scan = Scan {
            after: Some(keys::part(upload_id, after)),
            limit: max,
            ..Scan::prefix(&[upload_id])
        };
        let records = self
            .store
            .scan_json::<PartRecord>(keys::PARTS, &scan)
            .await?;
        Ok(records
            .iter()
            .map(|(key, record)| record.part(number_in(key)))
            .collect())
    }

    async fn parts(&self, upload_id: &str) -> Result<BTreeMap<u32, PartRecord>, Error> {
        let records = self
            .store
            .scan_json::<PartRecord>(keys::PARTS, &Scan::prefix(&[upload_id]))
            .await?;
        Ok(records
            .into_iter()
            .map(|(key, record)| (number_in(&key), record))
            .collect())
    }

    /// Makes the object of the parts named; the upload and its other parts go. No byte is copied.
    ///
    /// Errors: [`Error::InvalidPart`], [`Error::InvalidPartOrder`], [`Error::EntityTooSmall`],
    /// [`Error::BadDigest`], [`Error::PreconditionFailed`]; the upload stays then.
    pub async fn complete_upload(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
        request: CompleteRequest,
    ) -> Result<ObjectInfo, Error> {
        let _turn = self.lock_upload(upload_id).await;
        let upload = self.upload(bucket, key, upload_id).await?;
        let mut parts = self.parts(upload_id).await?;
        let mut change = Change::default();
        for number in parts.keys() {
            change
                .batch
                .delete(keys::PARTS, keys::part(upload_id, *number));
        }
        let chosen = choose(upload_id, &request.parts, &mut parts)?;
        for unused in parts.into_values() {
            if let Some(segment) = unused.segment {
                change.release_segment(segment);
            }
        }
        let record = keys::upload(bucket, key, upload_id);
        change.batch.ops.push(store::Op::Delete {
            table: keys::UPLOADS,
            key: record,
            expect: Expect::Present,
        });

        let info = assemble(&upload, &chosen, &request)?;
        let sizes = chosen.iter().map(|(number, part)| PartSize {
            number: *number,
            size: part.size,
            checksums: part.checksums.clone(),
        });
        let sizes = sizes.collect();
        let segments: Vec<Segment> = chosen
            .into_iter()
            .filter_map(|(_, part)| part.segment)
            .collect();
        let body = match segments.is_empty() {
            true => Body::Empty,
            false => change.put_body(segments, sizes)?,
        };
        let (condition, caller) = (&request.condition, &request.caller);
        let draft = Draft {
            info,
            body,
            condition,
            caller,
            reason: "CompleteMultipartUpload",
        };
        self.install(bucket, draft, &change).await
    }

    /// Ends an upload; its parts go.
    pub async fn abort_upload(
        &self,
        bucket: &str,
        key: &str,
        upload_id: &str,
    ) -> Result<(), Error> {
        let _turn = self.lock_upload(upload_id).await;
        self.upload(bucket, key, upload_id).await?;
        let mut change = Change::default();
        self.drop_upload(keys::upload(bucket, key, upload_id), upload_id, &mut change)
            .await?;
        self.commit(change).await
    }

    async fn drop_upload(
        &self,
        record: Key,
        upload_id: &str,
        change: &mut Change,
    ) -> Result<(), Error> {
        change.batch.delete(keys::UPLOADS, record);
        for (number, part) in self.parts(upload_id).await? {
            change
                .batch
                .delete(keys::PARTS, keys::part(upload_id, number));
            if let Some(segment) = part.segment {
                change.release_segment(segment);
            }
        }
        Ok(())
    }

    /// Returns the change that ends all uploads of a bucket.
    pub(crate) async fn without_uploads(&self, bucket: &str) -> Result<Change, Error> {
        let mut change = Change::default();
        for upload in self.list_uploads(bucket, "").await? {
            let record = keys::upload(bucket, &upload.key, &upload.upload_id);
            self.drop_upload(record, &upload.upload_id, &mut change)
                .await?;
        }
        Ok(change)
    }

    /// Returns the uploads in progress of keys that begin with `prefix`, by key and then by time.
    pub async fn list_uploads(&self, bucket: &str, prefix: &str) -> Result<Vec<Upload>, Error> {
        self.head_bucket(bucket).await?;
        let prefix = keys::escaped_prefix(bucket, prefix);
        let scan = Scan {
            prefix,
            after: None,
            limit: usize::MAX,
            reverse: false,
        };
        let mut uploads = Vec::new();
        for (record_key, upload) in self.store.scan_json::<Upload>(keys::UPLOADS, &scan).await? {
            let (key, upload_id) = keys::split_escaped(bucket, &record_key);
            let upload_id = String::from_utf8_lossy(&upload_id).into_owned();
            uploads.push(Upload {
                key,
                upload_id,
                ..upload
            });
        }
        uploads.sort_by(|a, b| {
            (&a.key, a.initiated_ms, &a.upload_id).cmp(&(&b.key, b.initiated_ms, &b.upload_id))
        });
        Ok(uploads)
    }
}

fn number_in(key: &Key) -> u32 {
    key.parts()
        .last()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Takes the parts that the caller names out of those that came in.
fn choose(
    upload_id: &str,
    named: &[CompletedPart],
    parts: &mut BTreeMap<u32, PartRecord>,
) -> Result<Vec<(u32, PartRecord)>, Error> {
    if named.is_empty() {
        let what = "You must specify at least one part".into();
        return Err(Error::InvalidArgument { what });
    }
    if named
        .windows(2)
        .any(|pair| pair[0].number >= pair[1].number)
    {
        return Err(Error::InvalidPartOrder {
            upload_id: upload_id.into(),
        });
    }
    let mut chosen = Vec::with_capacity(named.len());
    for name in named {
        let part = parts.remove(&name.number).filter(|part| {
            let sums = name
                .checksums
                .iter()
                .all(|(a, given)| part.checksums.get(a) == Some(given));
            part.etag == name.etag && sums
        });
        let invalid = || Error::InvalidPart {
            part: name.number,
            upload_id: upload_id.into(),
        };
        chosen.push((name.number, part.ok_or_else(invalid)?));
    }
    let all_but_last = chosen
        .split_last()
        .map(|(_, rest)| rest)
        .unwrap_or_default();
    match all_but_last.iter().find(|(_, part)| part.size < PART_MIN) {
        Some((part, record)) => Err(Error::EntityTooSmall {
            part: *part,
            size: record.size,
            etag: record.etag.clone(),
        }),
        None => Ok(chosen),
    }
}

fn assemble(
    upload: &Upload,
    chosen: &[(u32, PartRecord)],
    request: &CompleteRequest,
) -> Result<ObjectInfo, Error> {
    let size = chosen.iter().map(|(_, part)| part.size).sum();
    if let Some(given) = request.size.filter(|given| *given != size) {
        let what = format!(
            "The provided 'x-amz-mp-object-size' header value {given} does not match {size}"
        );
        return Err(Error::InvalidArgument { what });
    }
    let mut whole = md5::Md5::new();
    for (_, part) in chosen {
        whole.update(hex::decode(&part.etag).unwrap_or_default());
    }
    let algorithm = upload.kept_algorithm();
    let parts = chosen.iter().map(|(_, part)| {
        (
            part.checksums
                .get(&algorithm)
                .map(String::as_str)
                .unwrap_or_default(),
            part.size,
        )
    });
    let mut checksums = BTreeMap::new();
    if let Some(checksum) = of_parts(algorithm, upload.checksum_type, parts) {
        checksums.insert(algorithm, checksum);
    }
    for (algorithm, given) in &request.expected {
        let calculated = checksums.get(algorithm).cloned().unwrap_or_default();
        // A composite one may be given with or without its number of parts.
        let same = *given == calculated
            || calculated.strip_suffix(&format!("-{}", chosen.len())) == Some(given);
        if !same {
            let algorithm = Checked::Checksum(*algorithm);
            return Err(Error::BadDigest {
                algorithm,
                given: given.clone(),
                calculated,
            });
        }
    }
    Ok(ObjectInfo {
        key: upload.key.clone(),
        size,
        etag: format!("{}-{}", hex::encode(whole.finalize()), chosen.len()),
        headers: upload.headers.clone(),
        metadata: upload.metadata.clone(),
        tags: upload.tags.clone(),
        checksums,
        checksum_type: upload.checksum_type,
        parts: u32::try_from(chosen.len()).unwrap_or(u32::MAX),
        ..ObjectInfo::default()
    })
}
