//! Parts of uploads.

use objects::{ByteRange, GetRequest, PART_NUMBER_MAX};
use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{
    Api,
    checks::checks,
    copy::{Source, source_conditions},
    refuse_given, respond,
};
use crate::{
    error::{invalid_argument, refuse},
    words::{
        Sums, algorithm_name, checksum_type, etag, number, owner, sums_of, timestamp, with_sums,
    },
};

fn part_number(given: i32) -> S3Result<u32> {
    match u32::try_from(given) {
        Ok(number @ 1..=PART_NUMBER_MAX) => Ok(number),
        _ => Err(invalid_argument(
            "Part number must be an integer between 1 and 10000, inclusive",
        )),
    }
}

pub(super) async fn upload_part(
    api: &Api,
    mut request: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let body = request.input.body.take();
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key);
    let part = part_number(input.part_number)?;
    let checks = checks(
        &request,
        sums_of!(input),
        input.content_md5.as_deref(),
        input.content_length,
    )?;
    let body = body.unwrap_or_else(|| StreamingBlob::from(s3s::Body::empty()));
    let part = api
        .objects
        .put_part(
            &input.bucket,
            &input.key,
            &input.upload_id,
            part,
            checks,
            body,
        )
        .await;
    let part = part.map_err(refuse)?;
    respond(with_sums!(
        Sums::of(&part.checksums),
        UploadPartOutput {
            e_tag: etag(&part.etag),
            ..Default::default()
        }
    ))
}

pub(super) async fn upload_part_copy(
    api: &Api,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key, copy_source_sse_customer_algorithm,
        copy_source_sse_customer_key);
    let source = Source::of(&input.copy_source)?;
    let part = part_number(input.part_number)?;
    api.objects
        .upload(&input.bucket, &input.key, &input.upload_id)
        .await
        .map_err(refuse)?;
    let ask = GetRequest {
        version_id: source.version_id.clone(),
        range: input
            .copy_source_range
            .as_deref()
            .map(copy_range)
            .transpose()?,
        part: None,
        conditions: source_conditions!(input),
    };
    let got = api
        .objects
        .get_with(&source.bucket, &source.key, ask.clone())
        .await
        .map_err(|error| match error {
            objects::Error::NotModified { .. } => refuse(objects::Error::PreconditionFailed {
                condition: "copy source",
            }),
            error => refuse(error),
        })?;
    if let Some(ByteRange::FromTo(first, last)) = ask.range
        && last >= got.info.size
    {
        return Err(invalid_argument(format!(
            "Range specified is not valid for source object of size: {} ({first}-{last})",
            got.info.size
        )));
    }
    let (bucket, key, upload_id) = (&input.bucket, &input.key, &input.upload_id);
    let part = api
        .objects
        .put_part(
            bucket,
            key,
            upload_id,
            part,
            objects::Checks::default(),
            got.body,
        )
        .await;
    let part = part.map_err(refuse)?;
    let result = with_sums!(
        Sums::of(&part.checksums),
        CopyPartResult {
            e_tag: etag(&part.etag),
            last_modified: Some(timestamp(part.modified_ms)),
        }
    );
    respond(UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source.version_id,
        ..Default::default()
    })
}

/// Reads `bytes=first-last`, the one form that a copied part's range has.
fn copy_range(given: &str) -> S3Result<ByteRange> {
    let read = || {
        let (first, last) = given.strip_prefix("bytes=")?.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some(ByteRange::FromTo(first, last))
    };
    read().ok_or_else(|| {
        invalid_argument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
    })
}

pub(super) async fn list_parts(
    api: &Api,
    request: S3Request<ListPartsInput>,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key);
    let (max_parts, max) = super::list::page_size(input.max_parts, "max-parts")?;
    let marker = input.part_number_marker.unwrap_or(0);
    let after = u32::try_from(marker)
        .map_err(|_| invalid_argument("part-number-marker must not be negative"))?;
    let upload = api
        .objects
        .upload(&input.bucket, &input.key, &input.upload_id)
        .await
        .map_err(refuse)?;
    let listed = api
        .objects
        .list_parts(&input.bucket, &input.key, &input.upload_id, after, max + 1)
        .await;
    let mut listed = listed.map_err(refuse)?;
    let more = listed.len() > max;
    listed.truncate(max);
    let account = api
        .objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?
        .owner
        .account;
    let last = listed
        .last()
        .and_then(|part| i32::try_from(part.number).ok());
    let told = upload.algorithm.is_some();
    let parts = listed.into_iter().map(|part| {
        with_sums!(
            if told {
                Sums::of(&part.checksums)
            } else {
                Sums::default()
            },
            Part {
                e_tag: etag(&part.etag),
                last_modified: Some(timestamp(part.modified_ms)),
                part_number: i32::try_from(part.number).ok(),
                size: Some(number(part.size)),
            }
        )
    });
    let parts: Vec<_> = parts.collect();
    respond(ListPartsOutput {
        bucket: Some(input.bucket),
        checksum_algorithm: upload.algorithm.map(algorithm_name),
        checksum_type: upload
            .algorithm
            .map(|_| checksum_type(upload.checksum_type)),
        initiator: Some(Initiator {
            display_name: None,
            id: owner(&account).id,
        }),
        is_truncated: Some(more),
        key: Some(input.key),
        max_parts: Some(max_parts),
        next_part_number_marker: Some(last.unwrap_or(0)),
        owner: Some(owner(&account)),
        part_number_marker: Some(marker),
        parts: Some(parts).filter(|p| !p.is_empty()),
        storage_class: Some(StorageClass::from(
            upload
                .headers
                .storage_class
                .unwrap_or_else(|| "STANDARD".into()),
        )),
        upload_id: Some(input.upload_id),
        ..Default::default()
    })
}
