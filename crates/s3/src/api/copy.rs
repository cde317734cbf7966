//! Copying objects.

use objects::{CopyRequest, WriteCondition};
use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{
    Api,
    bucket::check_acl,
    caller, header,
    object::{check_storage_class, headers_of, metadata},
    refuse_given, respond,
};
use crate::{
    error::{invalid_argument, invalid_request, not_implemented, refuse},
    words::{Sums, algorithm, checksum_type, etag, tags_in_header, timestamp, with_sums},
};

/// Where a copy comes from.
pub(super) struct Source {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) version_id: Option<String>,
}

impl Source {
    pub(super) fn of(source: &CopySource) -> S3Result<Self> {
        match source {
            CopySource::Bucket {
                bucket,
                key,
                version_id,
            } => Ok(Self {
                bucket: bucket.to_string(),
                key: key.to_string(),
                version_id: version_id.as_deref().map(str::to_owned),
            }),
            _ => Err(not_implemented("a copy source that is an access point")),
        }
    }
}

/// Reads what a copy demands of its source.
macro_rules! source_conditions {
    ($input:expr) => {
        ::objects::ReadConditions {
            if_match: $input
                .copy_source_if_match
                .iter()
                .map($crate::words::condition)
                .collect(),
            if_none_match: $input
                .copy_source_if_none_match
                .iter()
                .map($crate::words::condition)
                .collect(),
            if_modified_since_s: $input
                .copy_source_if_modified_since
                .as_ref()
                .and_then($crate::words::seconds),
            if_unmodified_since_s: $input
                .copy_source_if_unmodified_since
                .as_ref()
                .and_then($crate::words::seconds),
        }
    };
}
pub(super) use source_conditions;

pub(super) async fn copy_object(
    api: &Api,
    request: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let input = &request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key, copy_source_sse_customer_algorithm,
        copy_source_sse_customer_key, object_lock_legal_hold_status, object_lock_mode,
        object_lock_retain_until_date, grant_full_control, grant_read, grant_read_acp, grant_write_acp);
    if let Some(acl) = &input.acl {
        check_acl(acl.as_str())?;
    }
    let source = Source::of(&input.copy_source)?;
    let replace = directive(
        "metadata",
        input
            .metadata_directive
            .as_ref()
            .map(MetadataDirective::as_str),
    )?;
    let retag = directive(
        "tagging",
        input
            .tagging_directive
            .as_ref()
            .map(TaggingDirective::as_str),
    )?;
    let headers = headers_of!(request);
    check_storage_class(&headers)?;
    let storage_class = headers.storage_class.clone();
    let redirect = headers.website_redirect_location.is_some();
    let onto_itself =
        source.bucket == input.bucket && source.key == input.key && source.version_id.is_none();
    if onto_itself && !replace && storage_class.is_none() && !redirect {
        return Err(invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let tags = input
        .tagging
        .as_deref()
        .map(tags_in_header)
        .transpose()?
        .unwrap_or_default();
    let copy = CopyRequest {
        source_version_id: source.version_id,
        source_bucket: source.bucket,
        source_key: source.key,
        source_conditions: source_conditions!(input),
        replace: replace
            .then(|| metadata(input.metadata.clone()))
            .transpose()?
            .map(|metadata| (headers, metadata)),
        tags: retag.then_some(tags),
        storage_class,
        algorithm: input
            .checksum_algorithm
            .as_ref()
            .map(|name| algorithm(name.as_str()))
            .transpose()?,
        condition: target_condition(&request)?,
        caller: caller(&request)?,
    };
    let source_version = copy.source_version_id.clone();
    let info = api
        .objects
        .copy(&input.bucket, &input.key, copy)
        .await
        .map_err(refuse)?;
    let result = with_sums!(
        Sums::of(&info.checksums),
        CopyObjectResult {
            checksum_type: Some(checksum_type(info.checksum_type)),
            e_tag: etag(&info.etag),
            last_modified: Some(timestamp(info.modified_ms)),
        }
    );
    respond(CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: source_version,
        version_id: info.version_id,
        ..Default::default()
    })
}

fn directive(of: &str, given: Option<&str>) -> S3Result<bool> {
    match given {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(_) => Err(invalid_argument(format!("Unknown {of} directive."))),
    }
}

/// Reads what a copy demands of the object that it replaces; `s3s` has no members for it.
fn target_condition(request: &S3Request<CopyObjectInput>) -> S3Result<WriteCondition> {
    let bare = |tag: String| tag.trim_matches('"').to_owned();
    match (
        header(request, "if-match"),
        header(request, "if-none-match").as_deref(),
    ) {
        (None, None) => Ok(WriteCondition::None),
        (None, Some("*")) => Ok(WriteCondition::Absent),
        (Some(tag), None) => Ok(WriteCondition::Matches(bare(tag))),
        (Some(_), Some(_)) => Err(invalid_request(
            "If-Match and If-None-Match cannot be used together",
        )),
        (None, Some(_)) => Err(not_implemented("If-None-Match with an entity tag")),
    }
}
