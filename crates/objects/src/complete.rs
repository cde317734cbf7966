//! Completing a multipart upload: its parts become one object by a list of segments, without a copy.

use std::collections::BTreeMap;

use md5::Digest;
use store::Expect;

use crate::{
    Algorithm, Caller, CompletedPart, Error, ObjectInfo, Objects, Upload, WriteCondition,
    body::{Body, PartSize, Segment},
    change::Change,
    checksum::of_parts,
    error::Digest as Checked,
    keys,
    multipart::{PART_MIN, PartRecord},
    write::Draft,
};

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
