//! Deleting objects.

use objects::{DeleteTarget, Deleted};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{Api, caller, refuse_given, respond};
use crate::{error::refuse, words::condition};

/// S3's limit of one DeleteObjects.
const KEYS_MAX: usize = 1000;

pub(super) async fn delete_object(
    api: &Api,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let input = &request.input;
    refuse_given!(input; if_match_last_modified_time, if_match_size, mfa);
    let target = DeleteTarget {
        key: input.key.clone(),
        version_id: input.version_id.clone(),
        if_match: input.if_match.as_ref().map(condition),
    };
    let deleted = api
        .objects
        .delete_with(&input.bucket, &target, &caller(&request)?)
        .await
        .map_err(refuse)?;
    let output = DeleteObjectOutput {
        delete_marker: deleted.delete_marker.then_some(true),
        version_id: deleted.version_id,
        request_charged: None,
    };
    Ok(S3Response::with_status(
        output,
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn delete_objects(
    api: &Api,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    refuse_given!(input; mfa);
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > KEYS_MAX {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(S3Error::with_message(S3ErrorCode::MalformedXML, message));
    }
    if let Some(object) = objects
        .iter()
        .find(|o| o.last_modified_time.is_some() || o.size.is_some())
    {
        let member = if object.size.is_some() {
            "Size"
        } else {
            "LastModifiedTime"
        };
        return Err(crate::error::not_implemented(member));
    }
    let target = |object: ObjectIdentifier| DeleteTarget {
        key: object.key,
        version_id: object.version_id,
        if_match: object.e_tag.map(|tag| tag.value().to_owned()),
    };
    let targets: Vec<_> = objects.into_iter().map(target).collect();
    let results = api
        .objects
        .delete_many(&input.bucket, targets.clone(), &caller)
        .await
        .map_err(refuse)?;
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (target, result) in targets.into_iter().zip(results) {
        match result {
            Ok(deleted) => done.push(told(target, deleted)),
            Err(error) => {
                let error = refuse(error);
                failed.push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    key: Some(target.key),
                    message: error.message().map(str::to_owned),
                    version_id: target.version_id,
                });
            }
        }
    }
    let quiet = input.delete.quiet == Some(true);
    respond(DeleteObjectsOutput {
        deleted: Some(done).filter(|_| !quiet),
        errors: Some(failed).filter(|errors| !errors.is_empty()),
        request_charged: None,
    })
}

fn told(target: DeleteTarget, deleted: Deleted) -> DeletedObject {
    DeletedObject {
        delete_marker: deleted.delete_marker.then_some(true),
        delete_marker_version_id: deleted.version_id.filter(|_| deleted.delete_marker),
        key: Some(target.key),
        version_id: target.version_id,
    }
}
