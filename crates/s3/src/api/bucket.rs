//! Buckets: making, finding, listing, deleting them; and what is the same for all of ours.

use objects::{Error, Owner};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{Api, context, refuse_given, respond};
use crate::{
    error::{coded, not_implemented, refuse},
    words::{owner, timestamp},
};

const DEFAULT_REGION: &str = "us-east-1";

pub(super) async fn create_bucket(
    api: &Api,
    request: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let context = context(&request)?;
    let input = &request.input;
    refuse_given!(input; grant_full_control, grant_read, grant_read_acp, grant_write, grant_write_acp);
    if input.object_lock_enabled_for_bucket == Some(true) {
        return Err(not_implemented("object_lock_enabled_for_bucket"));
    }
    if let Some(acl) = &input.acl {
        check_acl(acl.as_str())?;
    }
    let wanted = input
        .create_bucket_configuration
        .as_ref()
        .and_then(|c| c.location_constraint.as_ref());
    let region = match wanted.map(BucketLocationConstraint::as_str) {
        None | Some("") => context.region(),
        Some("EU") => "eu-west-1",
        Some(region) => region,
    };
    let mine = Owner::new(context.account(), region);
    match api.objects.create_bucket(&input.bucket, &mine).await {
        Ok(_) => {}
        // So it has always been in us-east-1, and only there.
        Err(Error::BucketAlreadyOwnedByYou { .. }) if region == DEFAULT_REGION => {}
        Err(error) => return Err(refuse(error)),
    }
    respond(CreateBucketOutput {
        location: Some(format!("/{}", input.bucket)),
    })
}

/// Buckets have no access lists, as those made at AWS since 2023: what one would say must hold anyway.
pub(super) fn check_acl(acl: &str) -> S3Result<()> {
    match acl {
        "private" | "bucket-owner-full-control" | "bucket-owner-read" => Ok(()),
        _ => Err(S3Error::with_message(
            S3ErrorCode::AccessControlListNotSupported,
            "The bucket does not allow ACLs",
        )),
    }
}

pub(super) async fn head_bucket(
    api: &Api,
    request: S3Request<HeadBucketInput>,
) -> S3Result<S3Response<HeadBucketOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    respond(HeadBucketOutput {
        bucket_region: Some(bucket.owner.region),
        ..Default::default()
    })
}

pub(super) async fn delete_bucket(
    api: &Api,
    request: S3Request<DeleteBucketInput>,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    api.objects
        .delete_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        DeleteBucketOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn list_buckets(
    api: &Api,
    request: S3Request<ListBucketsInput>,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let context = context(&request)?;
    let input = &request.input;
    let mut buckets = api
        .objects
        .list_buckets(context.account())
        .await
        .map_err(refuse)?;
    buckets.retain(|bucket| {
        let prefix = input
            .prefix
            .as_deref()
            .is_none_or(|prefix| bucket.name.starts_with(prefix));
        let region = input
            .bucket_region
            .as_deref()
            .is_none_or(|region| bucket.owner.region == region);
        let after = input
            .continuation_token
            .as_deref()
            .is_none_or(|after| bucket.name.as_str() > after);
        prefix && region && after
    });
    let max = input
        .max_buckets
        .and_then(|max| usize::try_from(max).ok())
        .unwrap_or(usize::MAX);
    let more = buckets.len() > max;
    buckets.truncate(max);
    let listed = buckets.iter().map(|bucket| Bucket {
        bucket_region: Some(bucket.owner.region.clone()),
        creation_date: Some(timestamp(bucket.created_ms)),
        name: Some(bucket.name.clone()),
    });
    respond(ListBucketsOutput {
        buckets: Some(listed.collect()),
        continuation_token: buckets
            .last()
            .filter(|_| more)
            .map(|bucket| bucket.name.clone()),
        owner: Some(owner(context.account())),
        prefix: input.prefix.clone(),
    })
}

pub(super) async fn get_bucket_location(
    api: &Api,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    let region = Some(bucket.owner.region).filter(|region| region != DEFAULT_REGION);
    respond(GetBucketLocationOutput {
        location_constraint: region.map(BucketLocationConstraint::from),
    })
}

/// Returns the one grant that there is: the owner's, of everything.
pub(super) fn grants(account: &str) -> Grants {
    let grantee = Grantee {
        display_name: None,
        email_address: None,
        id: owner(account).id,
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    };
    vec![Grant {
        grantee: Some(grantee),
        permission: Some(Permission::from_static(Permission::FULL_CONTROL)),
    }]
}

pub(super) async fn get_bucket_acl(
    api: &Api,
    request: S3Request<GetBucketAclInput>,
) -> S3Result<S3Response<GetBucketAclOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    let account = &bucket.owner.account;
    respond(GetBucketAclOutput {
        grants: Some(grants(account)),
        owner: Some(owner(account)),
    })
}

pub(super) async fn put_bucket_acl(
    api: &Api,
    request: S3Request<PutBucketAclInput>,
) -> S3Result<S3Response<PutBucketAclOutput>> {
    let input = &request.input;
    api.objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?;
    let others = [
        &input.grant_full_control,
        &input.grant_read,
        &input.grant_read_acp,
        &input.grant_write,
        &input.grant_write_acp,
    ];
    match &input.acl {
        Some(acl) if others.iter().all(|grant| grant.is_none()) => check_acl(acl.as_str())?,
        _ => check_acl("grants")?,
    }
    respond(PutBucketAclOutput::default())
}

/// What no bucket of ours has; said as AWS says it of a bucket that has it not.
macro_rules! without {
    ($($name:ident: $input:ident => $output:ident, $error:expr;)*) => {
        $(pub(super) async fn $name(api: &Api, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
            api.objects.head_bucket(&request.input.bucket).await.map_err(refuse)?;
            Err($error)
        })*
    };
}

without! {
    get_bucket_website: GetBucketWebsiteInput => GetBucketWebsiteOutput, missing(
        "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
    get_bucket_replication: GetBucketReplicationInput => GetBucketReplicationOutput, missing(
        "ReplicationConfigurationNotFoundError", "The replication configuration was not found");
    get_object_lock_configuration: GetObjectLockConfigurationInput => GetObjectLockConfigurationOutput, missing(
        "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket");
}

/// Returns the 404 of a configuration that a bucket does not have.
pub(super) fn missing(code: &'static str, message: &'static str) -> S3Error {
    coded(code, http::StatusCode::NOT_FOUND, message)
}

pub(super) async fn get_bucket_logging(
    api: &Api,
    request: S3Request<GetBucketLoggingInput>,
) -> S3Result<S3Response<GetBucketLoggingOutput>> {
    api.objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    respond(GetBucketLoggingOutput::default())
}

pub(super) async fn get_bucket_accelerate_configuration(
    api: &Api,
    request: S3Request<GetBucketAccelerateConfigurationInput>,
) -> S3Result<S3Response<GetBucketAccelerateConfigurationOutput>> {
    api.objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    respond(GetBucketAccelerateConfigurationOutput::default())
}

pub(super) async fn get_bucket_request_payment(
    api: &Api,
    request: S3Request<GetBucketRequestPaymentInput>,
) -> S3Result<S3Response<GetBucketRequestPaymentOutput>> {
    api.objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    respond(GetBucketRequestPaymentOutput {
        payer: Some(Payer::from_static(Payer::BUCKET_OWNER)),
    })
}
