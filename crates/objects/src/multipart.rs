//! Multipart uploads: parts come in one by one, completing stitches them by a list of segments.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::Stream;
use serde::{Deserialize, Serialize};
use store::{Expect, Key, Scan};

use crate::{
    Algorithm, Checks, ChecksumType, Error, Headers, Objects, UploadRequest,
    body::{Segment, receive},
    change::{Change, Incoming},
    ids, keys,
    write::check_key,
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
    pub(crate) size: u64,
    pub(crate) etag: String,
    modified_ms: i64,
    pub(crate) checksums: BTreeMap<Algorithm, String>,
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

    pub(crate) async fn parts(&self, upload_id: &str) -> Result<BTreeMap<u32, PartRecord>, Error> {
        let records = self
            .store
            .scan_json::<PartRecord>(keys::PARTS, &Scan::prefix(&[upload_id]))
            .await?;
        Ok(records
            .into_iter()
            .map(|(key, record)| (number_in(&key), record))
            .collect())
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
