//! Putting objects.

use objects::{Headers, PutRequest, WriteCondition};
use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{
    Api,
    bucket::{check_acl, grants},
    caller,
    checks::checks,
    refuse_given, respond,
};
use crate::{
    error::{invalid_request, not_implemented, refuse},
    words::{Sums, checksum_type, condition, etag, owner, sums_of, tags_in_header, with_sums},
};

/// Takes the members that an object is kept and served with.
macro_rules! headers_of {
    ($request:expr) => {
        ::objects::Headers {
            content_type: $request.input.content_type.clone(),
            cache_control: $request.input.cache_control.clone(),
            content_disposition: $request.input.content_disposition.clone(),
            content_encoding: $crate::api::object::content_encoding(
                $request.input.content_encoding.clone(),
            ),
            content_language: $request.input.content_language.clone(),
            expires: $crate::api::header(&$request, "expires"),
            website_redirect_location: $request.input.website_redirect_location.clone(),
            storage_class: $request
                .input
                .storage_class
                .as_ref()
                .map(|class| class.as_str().to_owned()),
        }
    };
}
pub(super) use headers_of;

/// Returns a content encoding without `aws-chunked`, which is of the transfer alone.
pub(super) fn content_encoding(given: Option<String>) -> Option<String> {
    let given = given?;
    let kept: Vec<_> = given
        .split(',')
        .map(str::trim)
        .filter(|name| *name != "aws-chunked" && !name.is_empty())
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

const STORAGE_CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
];

/// Checks a storage class; it is kept and told, and makes no other difference.
pub(super) fn check_storage_class(headers: &Headers) -> S3Result<()> {
    match headers.storage_class.as_deref() {
        Some(class) if !STORAGE_CLASSES.contains(&class) => Err(crate::error::coded(
            "InvalidStorageClass",
            http::StatusCode::BAD_REQUEST,
            "The storage class you specified is not valid",
        )),
        _ => Ok(()),
    }
}

/// S3's limit for user metadata: bytes of names and values.
const METADATA_MAX: usize = 2048;

pub(super) fn metadata(
    given: Option<Metadata>,
) -> S3Result<std::collections::BTreeMap<String, String>> {
    let metadata: std::collections::BTreeMap<_, _> =
        given.unwrap_or_default().into_iter().collect();
    let bytes: usize = metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes > METADATA_MAX {
        return Err(crate::error::coded(
            "MetadataTooLarge",
            http::StatusCode::BAD_REQUEST,
            "Your metadata headers exceed the maximum allowed metadata size",
        ));
    }
    Ok(metadata)
}

/// Reads what a write demands of the object that it replaces.
pub(super) fn write_condition(
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<WriteCondition> {
    match (if_match, if_none_match) {
        (None, None) => Ok(WriteCondition::None),
        (None, Some(ETagCondition::Any)) => Ok(WriteCondition::Absent),
        (Some(tag), None) => Ok(WriteCondition::Matches(condition(tag))),
        (Some(_), Some(_)) => Err(invalid_request(
            "If-Match and If-None-Match cannot be used together",
        )),
        (None, Some(_)) => Err(not_implemented("If-None-Match with an entity tag")),
    }
}

pub(super) async fn put_object(
    api: &Api,
    mut request: S3Request<PutObjectInput>,
) -> S3Result<S3Response<PutObjectOutput>> {
    let body = request.input.body.take();
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key, object_lock_legal_hold_status, object_lock_mode,
        object_lock_retain_until_date, write_offset_bytes, grant_full_control, grant_read, grant_read_acp,
        grant_write_acp);
    if let Some(acl) = &input.acl {
        check_acl(acl.as_str())?;
    }
    let headers = headers_of!(request);
    check_storage_class(&headers)?;
    let put = PutRequest {
        headers,
        metadata: metadata(input.metadata.clone())?,
        tags: input
            .tagging
            .as_deref()
            .map(tags_in_header)
            .transpose()?
            .unwrap_or_default(),
        checks: checks(
            &request,
            sums_of!(input),
            input.content_md5.as_deref(),
            input.content_length,
        )?,
        condition: write_condition(input.if_match.as_ref(), input.if_none_match.as_ref())?,
        caller: caller(&request)?,
    };
    let info = match body {
        Some(body) => api.objects.put(&input.bucket, &input.key, put, body).await,
        None => {
            api.objects
                .put_bytes(&input.bucket, &input.key, put, "")
                .await
        }
    };
    let info = info.map_err(refuse)?;
    respond(with_sums!(
        Sums::of(&info.checksums),
        PutObjectOutput {
            checksum_type: Some(checksum_type(info.checksum_type)),
            e_tag: etag(&info.etag),
            version_id: info.version_id,
            ..Default::default()
        }
    ))
}

pub(super) async fn get_object_acl(
    api: &Api,
    request: S3Request<GetObjectAclInput>,
) -> S3Result<S3Response<GetObjectAclOutput>> {
    let input = &request.input;
    let version = objects::GetRequest {
        version_id: input.version_id.clone(),
        ..Default::default()
    };
    api.objects
        .head_with(&input.bucket, &input.key, &version)
        .await
        .map_err(refuse)?;
    let account = api
        .objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?
        .owner
        .account;
    respond(GetObjectAclOutput {
        grants: Some(grants(&account)),
        owner: Some(owner(&account)),
        request_charged: None,
    })
}

pub(super) async fn put_object_acl(
    api: &Api,
    request: S3Request<PutObjectAclInput>,
) -> S3Result<S3Response<PutObjectAclOutput>> {
    let input = &request.input;
    let version = objects::GetRequest {
        version_id: input.version_id.clone(),
        ..Default::default()
    };
    api.objects
        .head_with(&input.bucket, &input.key, &version)
        .await
        .map_err(refuse)?;
    check_acl(input.acl.as_ref().map_or("grants", ObjectCannedACL::as_str))?;
    respond(PutObjectAclOutput::default())
}
