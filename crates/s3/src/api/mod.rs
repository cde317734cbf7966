//! The operations: a file per kind of resource, and the table of all.

mod attributes;
mod bucket;
mod checks;
mod configuration;
mod copy;
mod delete;
mod list;
mod multipart;
mod notification;
mod object;
mod parts;
mod read;
mod tagging;
mod versions;

use std::sync::Arc;

pub(crate) use configuration::{CORS, LIFECYCLE, document};

use aws::Context;
use objects::{Caller, Objects};
use s3s::{S3Error, S3Request, S3Response, S3Result, dto};

/// What the operations work on.
pub(crate) struct Api {
    pub(crate) objects: Arc<Objects>,
}

/// Returns who makes a request, and where; the door gave it.
fn context<T>(request: &S3Request<T>) -> S3Result<&Context> {
    request
        .extensions
        .get()
        .ok_or_else(|| S3Error::internal_error(std::io::Error::other("a request without context")))
}

/// Returns who makes a request, as the events about it tell.
fn caller<T>(request: &S3Request<T>) -> S3Result<Caller> {
    let context = context(request)?;
    Ok(Caller {
        account: Some(context.account().to_owned()),
        request_id: Some(context.request_id.to_string()),
        ..Caller::default()
    })
}

/// Returns a request's header, if it is there and text.
fn header<T>(request: &S3Request<T>, name: &str) -> Option<String> {
    request.headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Refuses members that would be given in vain; names those that are given.
macro_rules! refuse_given {
    ($input:expr; $($member:ident),+ $(,)?) => {
        $(if $input.$member.is_some() {
            return Err($crate::error::not_implemented(stringify!($member)));
        })+
    };
}
use refuse_given;

fn respond<T>(output: T) -> S3Result<S3Response<T>> {
    Ok(S3Response::new(output))
}

macro_rules! operations {
    ($($name:ident: $input:ident => $output:ident, $module:ident;)*) => {
        /// The names of the operations that are there.
        pub(crate) const OPERATIONS: &[&str] = &[$(named(stringify!($input))),*];

        #[async_trait::async_trait]
        impl s3s::S3 for Api {
            $(async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                $module::$name(self, request).await
            })*
        }
    };
}

/// Returns an operation's name from that of its input.
const fn named(input: &str) -> &str {
    let (name, _) = input.as_bytes().split_at(input.len() - "Input".len());
    match std::str::from_utf8(name) {
        Ok(name) => name,
        Err(_) => input,
    }
}

operations! {
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput, multipart;
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput, multipart;
    copy_object: CopyObjectInput => CopyObjectOutput, copy;
    create_bucket: CreateBucketInput => CreateBucketOutput, bucket;
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput, multipart;
    delete_bucket: DeleteBucketInput => DeleteBucketOutput, bucket;
    delete_bucket_cors: DeleteBucketCorsInput => DeleteBucketCorsOutput, configuration;
    delete_bucket_encryption: DeleteBucketEncryptionInput => DeleteBucketEncryptionOutput, configuration;
    delete_bucket_lifecycle: DeleteBucketLifecycleInput => DeleteBucketLifecycleOutput, configuration;
    delete_bucket_ownership_controls: DeleteBucketOwnershipControlsInput => DeleteBucketOwnershipControlsOutput, configuration;
    delete_bucket_policy: DeleteBucketPolicyInput => DeleteBucketPolicyOutput, configuration;
    delete_bucket_tagging: DeleteBucketTaggingInput => DeleteBucketTaggingOutput, tagging;
    delete_object: DeleteObjectInput => DeleteObjectOutput, delete;
    delete_object_tagging: DeleteObjectTaggingInput => DeleteObjectTaggingOutput, tagging;
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput, delete;
    delete_public_access_block: DeletePublicAccessBlockInput => DeletePublicAccessBlockOutput, configuration;
    get_bucket_accelerate_configuration: GetBucketAccelerateConfigurationInput => GetBucketAccelerateConfigurationOutput, bucket;
    get_bucket_acl: GetBucketAclInput => GetBucketAclOutput, bucket;
    get_bucket_cors: GetBucketCorsInput => GetBucketCorsOutput, configuration;
    get_bucket_encryption: GetBucketEncryptionInput => GetBucketEncryptionOutput, configuration;
    get_bucket_lifecycle_configuration: GetBucketLifecycleConfigurationInput => GetBucketLifecycleConfigurationOutput, configuration;
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput, bucket;
    get_bucket_logging: GetBucketLoggingInput => GetBucketLoggingOutput, bucket;
    get_bucket_notification_configuration: GetBucketNotificationConfigurationInput => GetBucketNotificationConfigurationOutput, notification;
    get_bucket_ownership_controls: GetBucketOwnershipControlsInput => GetBucketOwnershipControlsOutput, configuration;
    get_bucket_policy: GetBucketPolicyInput => GetBucketPolicyOutput, configuration;
    get_bucket_replication: GetBucketReplicationInput => GetBucketReplicationOutput, bucket;
    get_bucket_request_payment: GetBucketRequestPaymentInput => GetBucketRequestPaymentOutput, bucket;
    get_bucket_tagging: GetBucketTaggingInput => GetBucketTaggingOutput, tagging;
    get_bucket_versioning: GetBucketVersioningInput => GetBucketVersioningOutput, versions;
    get_bucket_website: GetBucketWebsiteInput => GetBucketWebsiteOutput, bucket;
    get_object: GetObjectInput => GetObjectOutput, read;
    get_object_acl: GetObjectAclInput => GetObjectAclOutput, object;
    get_object_attributes: GetObjectAttributesInput => GetObjectAttributesOutput, attributes;
    get_object_lock_configuration: GetObjectLockConfigurationInput => GetObjectLockConfigurationOutput, bucket;
    get_object_tagging: GetObjectTaggingInput => GetObjectTaggingOutput, tagging;
    get_public_access_block: GetPublicAccessBlockInput => GetPublicAccessBlockOutput, configuration;
    head_bucket: HeadBucketInput => HeadBucketOutput, bucket;
    head_object: HeadObjectInput => HeadObjectOutput, read;
    list_buckets: ListBucketsInput => ListBucketsOutput, bucket;
    list_multipart_uploads: ListMultipartUploadsInput => ListMultipartUploadsOutput, multipart;
    list_object_versions: ListObjectVersionsInput => ListObjectVersionsOutput, versions;
    list_objects: ListObjectsInput => ListObjectsOutput, list;
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output, list;
    list_parts: ListPartsInput => ListPartsOutput, parts;
    put_bucket_acl: PutBucketAclInput => PutBucketAclOutput, bucket;
    put_bucket_cors: PutBucketCorsInput => PutBucketCorsOutput, configuration;
    put_bucket_encryption: PutBucketEncryptionInput => PutBucketEncryptionOutput, configuration;
    put_bucket_lifecycle_configuration: PutBucketLifecycleConfigurationInput => PutBucketLifecycleConfigurationOutput, configuration;
    put_bucket_notification_configuration: PutBucketNotificationConfigurationInput => PutBucketNotificationConfigurationOutput, notification;
    put_bucket_ownership_controls: PutBucketOwnershipControlsInput => PutBucketOwnershipControlsOutput, configuration;
    put_bucket_policy: PutBucketPolicyInput => PutBucketPolicyOutput, configuration;
    put_bucket_tagging: PutBucketTaggingInput => PutBucketTaggingOutput, tagging;
    put_bucket_versioning: PutBucketVersioningInput => PutBucketVersioningOutput, versions;
    put_object: PutObjectInput => PutObjectOutput, object;
    put_object_acl: PutObjectAclInput => PutObjectAclOutput, object;
    put_object_tagging: PutObjectTaggingInput => PutObjectTaggingOutput, tagging;
    put_public_access_block: PutPublicAccessBlockInput => PutPublicAccessBlockOutput, configuration;
    upload_part: UploadPartInput => UploadPartOutput, parts;
    upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput, parts;
}

#[cfg(test)]
mod tests {
    #[test]
    fn operations_have_their_names() {
        assert!(
            super::OPERATIONS.contains(&"PutObject")
                && super::OPERATIONS.contains(&"ListObjectsV2")
        );
    }
}
