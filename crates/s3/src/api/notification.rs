//! Notification configuration: EventBridge, which gets all events of a bucket.

use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{Api, respond};
use crate::error::{not_implemented, refuse};

pub(super) async fn get_bucket_notification_configuration(
    api: &Api,
    request: S3Request<GetBucketNotificationConfigurationInput>,
) -> S3Result<S3Response<GetBucketNotificationConfigurationOutput>> {
    let bucket = api
        .objects
        .head_bucket(&request.input.bucket)
        .await
        .map_err(refuse)?;
    let event_bridge_configuration = bucket.event_bridge.then(EventBridgeConfiguration::default);
    respond(GetBucketNotificationConfigurationOutput {
        event_bridge_configuration,
        ..Default::default()
    })
}

pub(super) async fn put_bucket_notification_configuration(
    api: &Api,
    request: S3Request<PutBucketNotificationConfigurationInput>,
) -> S3Result<S3Response<PutBucketNotificationConfigurationOutput>> {
    let input = request.input;
    let configuration = input.notification_configuration;
    for (given, name) in [
        (
            configuration
                .lambda_function_configurations
                .is_some_and(|c| !c.is_empty()),
            "LambdaFunctionConfigurations",
        ),
        (
            configuration
                .queue_configurations
                .is_some_and(|c| !c.is_empty()),
            "QueueConfigurations",
        ),
        (
            configuration
                .topic_configurations
                .is_some_and(|c| !c.is_empty()),
            "TopicConfigurations",
        ),
    ] {
        if given {
            return Err(not_implemented(name));
        }
    }
    let on = configuration.event_bridge_configuration.is_some();
    api.objects
        .set_event_bridge(&input.bucket, on)
        .await
        .map_err(refuse)?;
    respond(PutBucketNotificationConfigurationOutput::default())
}
