//! Multipart uploads: creating, completing, aborting, listing them.

use objects::{CompleteRequest, CompletedPart as Named, PART_MIN, UploadRequest};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{
    Api,
    bucket::check_acl,
    caller,
    list::{page_size, prefixes},
    object::{check_storage_class, headers_of, metadata, write_condition},
    refuse_given, respond,
};
use crate::{
    error::{invalid_argument, invalid_request, refuse},
    words::{
        Encoding, Sums, algorithm, algorithm_name, checksum_type, checksum_type_named, etag, owner,
        sums_of, tags_in_header, timestamp, with_sums,
    },
};

pub(super) async fn create_multipart_upload(
    api: &Api,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key, object_lock_legal_hold_status, object_lock_mode,
        object_lock_retain_until_date, grant_full_control, grant_read, grant_read_acp, grant_write_acp);
    if let Some(acl) = &input.acl {
        check_acl(acl.as_str())?;
    }
    let headers = headers_of!(request);
    check_storage_class(&headers)?;
    if input.checksum_type.is_some() && input.checksum_algorithm.is_none() {
        return Err(invalid_request(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
        ));
    }
    let create = UploadRequest {
        headers,
        metadata: metadata(input.metadata.clone())?,
        tags: input
            .tagging
            .as_deref()
            .map(tags_in_header)
            .transpose()?
            .unwrap_or_default(),
        algorithm: input
            .checksum_algorithm
            .as_ref()
            .map(|name| algorithm(name.as_str()))
            .transpose()?,
        checksum_type: input
            .checksum_type
            .as_ref()
            .map(|kind| checksum_type_named(kind.as_str()))
            .transpose()?,
        caller: caller(&request)?,
    };
    let upload = api
        .objects
        .create_upload(&input.bucket, &input.key, create)
        .await
        .map_err(refuse)?;
    respond(CreateMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        checksum_algorithm: upload.algorithm.map(algorithm_name),
        checksum_type: upload
            .algorithm
            .map(|_| checksum_type(upload.checksum_type)),
        key: Some(input.key.clone()),
        upload_id: Some(upload.upload_id),
        ..Default::default()
    })
}

pub(super) async fn complete_multipart_upload(
    api: &Api,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key);
    let named = input
        .multipart_upload
        .as_ref()
        .and_then(|upload| upload.parts.as_ref());
    let Some(named) = named.filter(|parts| !parts.is_empty()) else {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(S3Error::with_message(S3ErrorCode::MalformedXML, message));
    };
    let mut parts = Vec::with_capacity(named.len());
    for part in named {
        let number = part.part_number.and_then(|n| u32::try_from(n).ok());
        let Some(number @ 1..=objects::PART_NUMBER_MAX) = number else {
            return Err(invalid_argument("PartNumber must be >= 1"));
        };
        let etag = part
            .e_tag
            .as_ref()
            .map(|tag| tag.value().to_owned())
            .unwrap_or_default();
        parts.push(Named {
            number,
            etag,
            checksums: sums_of!(part).given(),
        });
    }
    let complete = CompleteRequest {
        parts,
        expected: sums_of!(input).given(),
        size: input
            .mpu_object_size
            .and_then(|size| u64::try_from(size).ok()),
        condition: write_condition(input.if_match.as_ref(), input.if_none_match.as_ref())?,
        caller: caller(&request)?,
    };
    if let Some(kind) = &input.checksum_type {
        let upload = api
            .objects
            .upload(&input.bucket, &input.key, &input.upload_id)
            .await
            .map_err(refuse)?;
        if checksum_type_named(kind.as_str())? != upload.checksum_type {
            return Err(invalid_request(
                "The upload was created with another checksum type than the complete request has.",
            ));
        }
    }
    let info = api
        .objects
        .complete_upload(&input.bucket, &input.key, &input.upload_id, complete)
        .await;
    let info = info.map_err(too_small)?;
    let location = format!("/{}/{}", input.bucket, Encoding::path(&input.key));
    respond(with_sums!(
        Sums::of(&info.checksums),
        CompleteMultipartUploadOutput {
            bucket: Some(input.bucket.clone()),
            checksum_type: Some(checksum_type(info.checksum_type)),
            e_tag: etag(&info.etag),
            key: Some(input.key.clone()),
            location: Some(location),
            version_id: info.version_id,
            ..Default::default()
        }
    ))
}

fn too_small(error: objects::Error) -> S3Error {
    let objects::Error::EntityTooSmall { part, size, .. } = &error else {
        return refuse(error);
    };
    let message = format!(
        "Your proposed upload is smaller than the minimum allowed size (part {part} has {size} bytes, the minimum \
         is {PART_MIN})"
    );
    S3Error::with_message(S3ErrorCode::EntityTooSmall, message)
}

pub(super) async fn abort_multipart_upload(
    api: &Api,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = request.input;
    refuse_given!(input; if_match_initiated_time);
    api.objects
        .abort_upload(&input.bucket, &input.key, &input.upload_id)
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        AbortMultipartUploadOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn list_multipart_uploads(
    api: &Api,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    let encoding = Encoding::asked(input.encoding_type.as_ref())?;
    let (max_uploads, max) = page_size(input.max_uploads, "max-uploads")?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let account = api
        .objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?
        .owner
        .account;
    let all = api
        .objects
        .list_uploads(&input.bucket, &prefix)
        .await
        .map_err(refuse)?;

    // The marked upload itself is the start; an unknown one is as if its key were done.
    let key_marker = input
        .key_marker
        .as_deref()
        .filter(|marker| !marker.is_empty());
    let marked = input
        .upload_id_marker
        .as_deref()
        .filter(|marker| !marker.is_empty());
    let mut passed = false;
    let after = |upload: &objects::Upload| match (key_marker, marked) {
        (None, _) => true,
        (Some(key), Some(id)) if upload.key == key => {
            let keep = passed;
            passed |= upload.upload_id == id;
            keep
        }
        (Some(key), _) => upload.key.as_str() > key,
    };
    let delimiter = input.delimiter.as_deref().filter(|d| !d.is_empty());
    let (mut uploads, mut common, mut next) = (Vec::new(), Vec::<String>::new(), None);
    let mut last: Option<(String, String)> = None;
    for upload in all.into_iter().filter(after) {
        let rest = upload.key.strip_prefix(&prefix).unwrap_or_default();
        let group = delimiter.and_then(|d| rest.find(d).map(|at| at + d.len()));
        let group = group
            .and_then(|end| upload.key.get(..prefix.len() + end))
            .map(str::to_owned);
        if group.is_some() && (group.as_ref() == common.last() || group.as_deref() == key_marker) {
            continue;
        }
        if uploads.len() + common.len() == max {
            next = last;
            break;
        }
        if let Some(group) = group {
            last = Some((group.clone(), String::new()));
            common.push(group);
            continue;
        }
        last = Some((upload.key.clone(), upload.upload_id.clone()));
        uploads.push(MultipartUpload {
            checksum_algorithm: upload.algorithm.map(algorithm_name),
            checksum_type: upload
                .algorithm
                .map(|_| checksum_type(upload.checksum_type)),
            initiated: Some(timestamp(upload.initiated_ms)),
            initiator: Some(Initiator {
                display_name: None,
                id: owner(&account).id,
            }),
            key: Some(encoding.write(&upload.key)),
            owner: Some(owner(&account)),
            storage_class: Some(StorageClass::from(
                upload
                    .headers
                    .storage_class
                    .unwrap_or_else(|| "STANDARD".into()),
            )),
            upload_id: Some(upload.upload_id),
        });
    }
    let is_truncated = Some(next.is_some());
    let (next_key, next_id) = next.unzip();
    respond(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        common_prefixes: prefixes(common, encoding),
        delimiter: delimiter.map(|d| encoding.write(d)),
        encoding_type: input.encoding_type.clone(),
        is_truncated,
        key_marker: Some(encoding.write(key_marker.unwrap_or_default())),
        max_uploads: Some(max_uploads),
        next_key_marker: next_key.map(|key| encoding.write(&key)),
        next_upload_id_marker: next_id.filter(|id| !id.is_empty()),
        prefix: Some(encoding.write(&prefix)),
        request_charged: None,
        upload_id_marker: input.upload_id_marker.clone(),
        uploads: Some(uploads).filter(|u| !u.is_empty()),
    })
}
