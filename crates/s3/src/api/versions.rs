//! Versioning, and listing versions.

use objects::{ListRequest, Versioning};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{
    Api,
    list::{page_size, prefixes},
    respond,
};
use crate::{
    error::{invalid_argument, not_implemented, refuse},
    words::{Encoding, algorithm_name, checksum_type, etag, number, owner, timestamp},
};

pub(super) async fn get_bucket_versioning(
    api: &Api,
    request: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    let status = match bucket.versioning {
        Versioning::Never => None,
        Versioning::Enabled => Some(BucketVersioningStatus::from_static(
            BucketVersioningStatus::ENABLED,
        )),
        Versioning::Suspended => Some(BucketVersioningStatus::from_static(
            BucketVersioningStatus::SUSPENDED,
        )),
    };
    respond(GetBucketVersioningOutput {
        status,
        ..Default::default()
    })
}

pub(super) async fn put_bucket_versioning(
    api: &Api,
    request: S3Request<PutBucketVersioningInput>,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let input = request.input;
    let configuration = input.versioning_configuration;
    if configuration
        .mfa_delete
        .is_some_and(|mfa| mfa.as_str() == MFADelete::ENABLED)
    {
        return Err(not_implemented("MfaDelete"));
    }
    let versioning = match configuration
        .status
        .as_ref()
        .map(BucketVersioningStatus::as_str)
    {
        Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
        Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
        _ => {
            let message = "The Versioning element must be specified";
            return Err(S3Error::with_message(
                S3ErrorCode::IllegalVersioningConfigurationException,
                message,
            ));
        }
    };
    api.objects
        .set_versioning(&input.bucket, versioning)
        .await
        .map_err(refuse)?;
    respond(PutBucketVersioningOutput::default())
}

pub(super) async fn list_object_versions(
    api: &Api,
    request: S3Request<ListObjectVersionsInput>,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = request.input;
    let encoding = Encoding::asked(input.encoding_type.as_ref())?;
    let (max_keys, max) = page_size(input.max_keys, "max-keys")?;
    let key_marker = input.key_marker.clone().filter(|marker| !marker.is_empty());
    let version_marker = input
        .version_id_marker
        .clone()
        .filter(|marker| !marker.is_empty());
    if version_marker.is_some() && key_marker.is_none() {
        return Err(invalid_argument(
            "A version-id marker cannot be specified without a key marker.",
        ));
    }
    let ask = ListRequest {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().filter(|d| !d.is_empty()),
        start_after: key_marker,
        max,
    };
    let listing = api
        .objects
        .list_versions(&input.bucket, &ask, version_marker.as_deref())
        .await
        .map_err(refuse)?;
    let account = api
        .objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?
        .owner
        .account;
    let (mut versions, mut markers) = (Vec::new(), Vec::new());
    for (newest, info) in listing.versions {
        let (key, is_latest) = (Some(encoding.write(&info.key)), Some(newest));
        let version_id = Some(info.version_id.unwrap_or_else(|| "null".into()));
        let (last_modified, owner) = (Some(timestamp(info.modified_ms)), Some(owner(&account)));
        if info.delete_marker {
            markers.push(DeleteMarkerEntry {
                is_latest,
                key,
                last_modified,
                owner,
                version_id,
            });
            continue;
        }
        let algorithms: Vec<_> = info.checksums.keys().copied().map(algorithm_name).collect();
        let class = info
            .headers
            .storage_class
            .unwrap_or_else(|| "STANDARD".into());
        versions.push(ObjectVersion {
            checksum_type: (!algorithms.is_empty()).then(|| checksum_type(info.checksum_type)),
            checksum_algorithm: (!algorithms.is_empty()).then_some(algorithms),
            e_tag: etag(&info.etag),
            is_latest,
            key,
            last_modified,
            owner,
            restore_status: None,
            size: Some(number(info.size)),
            storage_class: Some(ObjectVersionStorageClass::from(class)),
            version_id,
        });
    }
    let is_truncated = Some(listing.next.is_some());
    let (next_key, next_version) = listing
        .next
        .map_or((None, None), |(key, version)| (Some(key), version));
    respond(ListObjectVersionsOutput {
        common_prefixes: prefixes(listing.common_prefixes, encoding),
        delete_markers: Some(markers).filter(|m| !m.is_empty()),
        delimiter: ask.delimiter.as_deref().map(|d| encoding.write(d)),
        encoding_type: input.encoding_type,
        is_truncated,
        key_marker: Some(encoding.write(input.key_marker.as_deref().unwrap_or_default())),
        max_keys: Some(max_keys),
        name: Some(input.bucket),
        next_key_marker: next_key.map(|key| encoding.write(&key)),
        next_version_id_marker: next_version,
        prefix: Some(encoding.write(&ask.prefix)),
        request_charged: None,
        version_id_marker: input.version_id_marker,
        versions: Some(versions).filter(|v| !v.is_empty()),
    })
}
