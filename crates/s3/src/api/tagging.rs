//! Tags of objects and buckets.

use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{Api, respond};
use crate::{
    error::refuse,
    words::{BUCKET_TAGS_MAX, OBJECT_TAGS_MAX, check_tags, tag_set, tags_of},
};

pub(super) async fn get_object_tagging(
    api: &Api,
    request: S3Request<GetObjectTaggingInput>,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let input = request.input;
    let ask = objects::GetRequest {
        version_id: input.version_id,
        ..Default::default()
    };
    let info = api
        .objects
        .head_with(&input.bucket, &input.key, &ask)
        .await
        .map_err(refuse)?
        .info;
    respond(GetObjectTaggingOutput {
        tag_set: tag_set(&info.tags),
        version_id: info.version_id,
    })
}

pub(super) async fn put_object_tagging(
    api: &Api,
    request: S3Request<PutObjectTaggingInput>,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let input = request.input;
    let tags = tags_of(input.tagging.tag_set);
    check_tags(&tags, OBJECT_TAGS_MAX)?;
    let info = api
        .objects
        .set_tags(&input.bucket, &input.key, input.version_id.as_deref(), tags)
        .await;
    respond(PutObjectTaggingOutput {
        version_id: info.map_err(refuse)?.version_id,
    })
}

pub(super) async fn delete_object_tagging(
    api: &Api,
    request: S3Request<DeleteObjectTaggingInput>,
) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
    let input = request.input;
    let info = api
        .objects
        .set_tags(
            &input.bucket,
            &input.key,
            input.version_id.as_deref(),
            Vec::new(),
        )
        .await;
    let output = DeleteObjectTaggingOutput {
        version_id: info.map_err(refuse)?.version_id,
    };
    Ok(S3Response::with_status(
        output,
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn get_bucket_tagging(
    api: &Api,
    request: S3Request<GetBucketTaggingInput>,
) -> S3Result<S3Response<GetBucketTaggingOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    if bucket.tags.is_empty() {
        return Err(s3s::S3Error::with_message(
            S3ErrorCode::NoSuchTagSet,
            "The TagSet does not exist",
        ));
    }
    respond(GetBucketTaggingOutput {
        tag_set: tag_set(&bucket.tags),
    })
}

pub(super) async fn put_bucket_tagging(
    api: &Api,
    request: S3Request<PutBucketTaggingInput>,
) -> S3Result<S3Response<PutBucketTaggingOutput>> {
    let input = request.input;
    let tags = tags_of(input.tagging.tag_set);
    check_tags(&tags, BUCKET_TAGS_MAX)?;
    api.objects
        .set_bucket_tags(&input.bucket, tags)
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        PutBucketTaggingOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn delete_bucket_tagging(
    api: &Api,
    request: S3Request<DeleteBucketTaggingInput>,
) -> S3Result<S3Response<DeleteBucketTaggingOutput>> {
    api.objects
        .set_bucket_tags(&request.input.bucket, Vec::new())
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        DeleteBucketTaggingOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}
