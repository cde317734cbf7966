//! What a bucket tells EventBridge: events in the commit of the change, on the bus of the objects' store.
//!
//! Source: Amazon S3 User Guide, "Amazon S3 event message structure for EventBridge".

use serde_json::json;
use store::BusEvent;

use crate::{Bucket, Caller, ObjectInfo, ids};

/// What happened to an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Happening {
    /// Reason: `PutObject`, `CopyObject`, `CompleteMultipartUpload`.
    Created(&'static str),
    Deleted,
    MarkerCreated,
}

/// Returns the event about a change, if the bucket wants events.
pub(crate) fn about(
    bucket: &Bucket,
    info: &ObjectInfo,
    happening: Happening,
    caller: &Caller,
    time_ms: i64,
) -> Option<BusEvent> {
    if !bucket.event_bridge {
        return None;
    }
    let mut object = json!({ "key": info.key });
    if let Happening::Created(_) = happening {
        object["size"] = info.size.into();
        object["etag"] = info.etag.as_str().into();
    }
    if let Some(version) = &info.version_id {
        object["version-id"] = version.as_str().into();
    }
    object["sequencer"] = format!("{:018X}", info.sequence).into();
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": bucket.name },
        "object": object,
        "request-id": caller.request_id.clone().unwrap_or_else(ids::unique),
        "requester": caller.account.as_deref().unwrap_or(&bucket.owner.account),
    });
    if let Some(ip) = &caller.source_ip {
        detail["source-ip-address"] = ip.as_str().into();
    }
    let detail_type = match happening {
        Happening::Created(reason) => {
            detail["reason"] = caller.reason.unwrap_or(reason).into();
            "Object Created"
        }
        Happening::Deleted => {
            detail["reason"] = caller.reason.unwrap_or("DeleteObject").into();
            detail["deletion-type"] = "Permanently Deleted".into();
            "Object Deleted"
        }
        Happening::MarkerCreated => {
            detail["reason"] = caller.reason.unwrap_or("DeleteObject").into();
            detail["deletion-type"] = "Delete Marker Created".into();
            "Object Deleted"
        }
    };
    Some(BusEvent {
        id: ids::event_id(),
        time_ms,
        account: bucket.owner.account.clone(),
        region: bucket.owner.region.clone(),
        bus: "default".into(),
        source: "aws.s3".into(),
        detail_type: detail_type.into(),
        resources: vec![format!("arn:aws:s3:::{}", bucket.name)],
        detail: detail.to_string(),
        internal: false,
    })
}
