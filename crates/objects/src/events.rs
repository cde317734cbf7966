//! What a bucket tells EventBridge, and how it gets there.
//!
//! Source: Amazon S3 User Guide, "Amazon S3 event message structure for EventBridge".

use std::sync::Arc;

use serde_json::json;
use store::{Batch, BusEvent, Expect, Key, Store, StoreError};

use crate::{Bucket, Caller, Error, ObjectInfo, Objects, ids};

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

const RELAY: &str = "objects/relay";

/// How many events are carried over in one commit.
const RELAYED: usize = 256;

impl Objects {
    /// Carries the events of the object store's bus over to another store's, until dropped or an error.
    ///
    /// Each exactly once: the position is kept in the other store, in the commit that publishes them there.
    pub async fn relay_events(self: Arc<Self>, to: Store) -> Result<(), Error> {
        let mut newest = self.store.bus_watch();
        let key = Key::of(&["cursor"]);
        loop {
            newest.borrow_and_update();
            let record = to.get(RELAY, &key).await?;
            let cursor: u64 = record
                .as_ref()
                .map(store::Record::json)
                .transpose()?
                .unwrap_or(0);
            let events = self.store.bus_after(cursor, RELAYED).await?;
            let Some((position, _)) = events.last() else {
                if newest.changed().await.is_err() {
                    return Ok(());
                }
                continue;
            };
            let expect = record.map_or(Expect::Absent, |r| Expect::Version(r.version));
            let mut batch = Batch::new();
            batch.put_json(RELAY, key.clone(), position, expect)?;
            for (_, event) in events {
                batch.publish(event);
            }
            match to.commit(batch).await {
                Ok(()) | Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
