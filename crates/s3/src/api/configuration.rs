//! Configuration that is kept as the document that it came as: CORS, lifecycle, encryption, ownership
//! controls, public access block, policy.

use objects::Bucket;
use s3s::{
    S3Error, S3ErrorCode, S3Request, S3Response, S3Result,
    dto::*,
    xml::{Deserialize, Deserializer, Serialize, Serializer},
};

use super::{Api, bucket::missing, respond};
use crate::{
    error::{coded, invalid_request, not_implemented, refuse},
    lifecycle,
};

pub(crate) const CORS: &str = "cors";
pub(crate) const LIFECYCLE: &str = "lifecycle";
const ENCRYPTION: &str = "encryption";
const OWNERSHIP: &str = "ownership-controls";
const PUBLIC_ACCESS: &str = "public-access-block";
const POLICY: &str = "policy";

/// Reads a bucket's configuration document.
pub(crate) fn document<T: for<'xml> Deserialize<'xml>>(
    bucket: &Bucket,
    name: &str,
) -> S3Result<Option<T>> {
    let Some(text) = bucket.documents.get(name) else {
        return Ok(None);
    };
    let read = T::deserialize(&mut Deserializer::new(text.as_bytes()));
    Ok(Some(read.map_err(S3Error::internal_error)?))
}

async fn get<T: for<'xml> Deserialize<'xml>>(
    api: &Api,
    bucket: &str,
    name: &str,
    missing: S3Error,
) -> S3Result<T> {
    let bucket = api.objects.head_bucket(bucket).await.map_err(refuse)?;
    document(&bucket, name)?.ok_or(missing)
}

async fn put<T: Serialize>(api: &Api, bucket: &str, name: &str, document: &T) -> S3Result<()> {
    let mut text = Vec::new();
    document
        .serialize(&mut Serializer::new(&mut text))
        .map_err(S3Error::internal_error)?;
    let text = String::from_utf8(text).map_err(S3Error::internal_error)?;
    api.objects
        .set_document(bucket, name, Some(text))
        .await
        .map_err(refuse)
}

async fn remove<T: Default>(api: &Api, bucket: &str, name: &str) -> S3Result<S3Response<T>> {
    api.objects
        .set_document(bucket, name, None)
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        T::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

macro_rules! removals {
    ($($name:ident: $input:ident => $output:ident, $document:expr;)*) => {
        $(pub(super) async fn $name(api: &Api, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
            remove(api, &request.input.bucket, $document).await
        })*
    };
}

removals! {
    delete_bucket_cors: DeleteBucketCorsInput => DeleteBucketCorsOutput, CORS;
    delete_bucket_lifecycle: DeleteBucketLifecycleInput => DeleteBucketLifecycleOutput, LIFECYCLE;
    delete_bucket_encryption: DeleteBucketEncryptionInput => DeleteBucketEncryptionOutput, ENCRYPTION;
    delete_bucket_ownership_controls: DeleteBucketOwnershipControlsInput => DeleteBucketOwnershipControlsOutput, OWNERSHIP;
    delete_public_access_block: DeletePublicAccessBlockInput => DeletePublicAccessBlockOutput, PUBLIC_ACCESS;
    delete_bucket_policy: DeleteBucketPolicyInput => DeleteBucketPolicyOutput, POLICY;
}

pub(super) async fn get_bucket_cors(
    api: &Api,
    request: S3Request<GetBucketCorsInput>,
) -> S3Result<S3Response<GetBucketCorsOutput>> {
    let none = missing(
        "NoSuchCORSConfiguration",
        "The CORS configuration does not exist",
    );
    let found: CORSConfiguration = get(api, &request.input.bucket, CORS, none).await?;
    respond(GetBucketCorsOutput {
        cors_rules: Some(found.cors_rules),
    })
}

const CORS_METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

pub(super) async fn put_bucket_cors(
    api: &Api,
    request: S3Request<PutBucketCorsInput>,
) -> S3Result<S3Response<PutBucketCorsOutput>> {
    let input = request.input;
    let configuration = input.cors_configuration;
    let methods = || {
        configuration
            .cors_rules
            .iter()
            .flat_map(|rule| &rule.allowed_methods)
    };
    if let Some(method) = methods().find(|method| !CORS_METHODS.contains(&method.as_str())) {
        return Err(invalid_request(format!(
            "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
        )));
    }
    put(api, &input.bucket, CORS, &configuration).await?;
    respond(PutBucketCorsOutput::default())
}

pub(super) async fn get_bucket_lifecycle_configuration(
    api: &Api,
    request: S3Request<GetBucketLifecycleConfigurationInput>,
) -> S3Result<S3Response<GetBucketLifecycleConfigurationOutput>> {
    let none = missing(
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    );
    let found: BucketLifecycleConfiguration =
        get(api, &request.input.bucket, LIFECYCLE, none).await?;
    respond(GetBucketLifecycleConfigurationOutput {
        rules: Some(found.rules),
        ..Default::default()
    })
}

pub(super) async fn put_bucket_lifecycle_configuration(
    api: &Api,
    request: S3Request<PutBucketLifecycleConfigurationInput>,
) -> S3Result<S3Response<PutBucketLifecycleConfigurationOutput>> {
    let input = request.input;
    let Some(configuration) = input.lifecycle_configuration else {
        return Err(S3ErrorCode::MalformedXML.into());
    };
    lifecycle::check(&configuration)?;
    put(api, &input.bucket, LIFECYCLE, &configuration).await?;
    respond(PutBucketLifecycleConfigurationOutput::default())
}

pub(super) async fn get_bucket_encryption(
    api: &Api,
    request: S3Request<GetBucketEncryptionInput>,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    let none = missing(
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found",
    );
    let found = get(api, &request.input.bucket, ENCRYPTION, none).await?;
    respond(GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(found),
    })
}

pub(super) async fn put_bucket_encryption(
    api: &Api,
    request: S3Request<PutBucketEncryptionInput>,
) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
    let input = request.input;
    put(
        api,
        &input.bucket,
        ENCRYPTION,
        &input.server_side_encryption_configuration,
    )
    .await?;
    respond(PutBucketEncryptionOutput::default())
}

pub(super) async fn get_bucket_ownership_controls(
    api: &Api,
    request: S3Request<GetBucketOwnershipControlsInput>,
) -> S3Result<S3Response<GetBucketOwnershipControlsOutput>> {
    let none = missing(
        "OwnershipControlsNotFoundError",
        "The bucket ownership controls were not found",
    );
    let found = get(api, &request.input.bucket, OWNERSHIP, none).await?;
    respond(GetBucketOwnershipControlsOutput {
        ownership_controls: Some(found),
    })
}

pub(super) async fn put_bucket_ownership_controls(
    api: &Api,
    request: S3Request<PutBucketOwnershipControlsInput>,
) -> S3Result<S3Response<PutBucketOwnershipControlsOutput>> {
    let input = request.input;
    let rules = &input.ownership_controls.rules;
    // The others need access lists.
    if let Some(rule) = rules
        .iter()
        .find(|r| r.object_ownership.as_str() != ObjectOwnership::BUCKET_OWNER_ENFORCED)
    {
        return Err(not_implemented(&format!(
            "ObjectOwnership {}",
            rule.object_ownership.as_str()
        )));
    }
    put(api, &input.bucket, OWNERSHIP, &input.ownership_controls).await?;
    respond(PutBucketOwnershipControlsOutput::default())
}

pub(super) async fn get_public_access_block(
    api: &Api,
    request: S3Request<GetPublicAccessBlockInput>,
) -> S3Result<S3Response<GetPublicAccessBlockOutput>> {
    let none = missing(
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
    );
    let found = get(api, &request.input.bucket, PUBLIC_ACCESS, none).await?;
    respond(GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(found),
    })
}

pub(super) async fn put_public_access_block(
    api: &Api,
    request: S3Request<PutPublicAccessBlockInput>,
) -> S3Result<S3Response<PutPublicAccessBlockOutput>> {
    let input = request.input;
    put(
        api,
        &input.bucket,
        PUBLIC_ACCESS,
        &input.public_access_block_configuration,
    )
    .await?;
    respond(PutPublicAccessBlockOutput::default())
}

pub(super) async fn get_bucket_policy(
    api: &Api,
    request: S3Request<GetBucketPolicyInput>,
) -> S3Result<S3Response<GetBucketPolicyOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    match bucket.documents.get(POLICY) {
        Some(policy) => respond(GetBucketPolicyOutput {
            policy: Some(policy.clone()),
        }),
        None => Err(missing(
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
        )),
    }
}

/// S3's largest bucket policy, in bytes.
const POLICY_MAX: usize = 20 * 1024;

pub(super) async fn put_bucket_policy(
    api: &Api,
    request: S3Request<PutBucketPolicyInput>,
) -> S3Result<S3Response<PutBucketPolicyOutput>> {
    let input = request.input;
    let malformed = |message: &'static str| {
        Err(coded(
            "MalformedPolicy",
            http::StatusCode::BAD_REQUEST,
            message,
        ))
    };
    if input.policy.len() > POLICY_MAX {
        return Err(coded(
            "PolicyTooLarge",
            http::StatusCode::BAD_REQUEST,
            "Policy exceeds the maximum allowed size",
        ));
    }
    match serde_json::from_str::<serde_json::Value>(&input.policy) {
        Ok(serde_json::Value::Object(policy)) if policy.contains_key("Statement") => {}
        Ok(serde_json::Value::Object(_)) => return malformed("Missing required field Statement"),
        _ => return malformed("Policies must be valid JSON and the first byte must be '{'"),
    }
    api.objects
        .set_document(&input.bucket, POLICY, Some(input.policy))
        .await
        .map_err(refuse)?;
    Ok(S3Response::with_status(
        PutBucketPolicyOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}
