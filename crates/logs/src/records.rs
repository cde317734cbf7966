//! Groups and streams as they are kept.

use std::collections::BTreeMap;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Key, Scan, Store};

use crate::error;

/// Keys: account, region, group.
pub(crate) const GROUPS: &str = "logs/groups";
/// Keys: account, region, group, stream.
pub(crate) const STREAMS: &str = "logs/streams";
/// Numbers of deleted streams whose chunks are not deleted yet. Keys: as [`crate::events::Chunk`]'s prefix.
pub(crate) const GARBAGE: &str = "logs/garbage";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) v: u32,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) retention_days: Option<i64>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) kms_key: Option<String>,
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) protected: bool,
}

impl Group {
    /// Returns the time before which events are gone.
    pub(crate) fn oldest_ms(&self, now_ms: i64) -> i64 {
        self.retention_days.map_or(0, |days| {
            now_ms.saturating_sub(days * 24 * 3_600_000).max(0)
        })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stream {
    pub(crate) v: u32,
    pub(crate) name: String,
    /// Names the stream in the chunks' keys; never used again.
    pub(crate) number: i64,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) first_ms: Option<i64>,
    #[serde(default)]
    pub(crate) last_ms: Option<i64>,
    #[serde(default)]
    pub(crate) ingested_ms: Option<i64>,
    /// How many events came in ever: each gets its number from here.
    #[serde(default)]
    pub(crate) count: u64,
    #[serde(default)]
    pub(crate) bytes: u64,
    /// The last batches that began before the newest event that was there, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) late: Vec<Late>,
}

/// A batch that came late, for those who follow the stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Late {
    /// Number and time of its first event.
    pub(crate) seq: u64,
    pub(crate) first_ms: i64,
    pub(crate) ingested_ms: i64,
}

impl Late {
    /// As many are kept of a stream: who follows it looks often.
    pub(crate) const KEPT: usize = 16;
}

pub(crate) fn group_key(context: &Context, group: &str) -> Key {
    Key::of(&[context.account(), context.region(), group])
}

pub(crate) fn stream_key(context: &Context, group: &str, stream: &str) -> Key {
    Key::of(&[context.account(), context.region(), group, stream])
}

pub(crate) async fn group(store: &Store, context: &Context, name: &str) -> Result<Group, ApiError> {
    let found = store
        .get_json(GROUPS, &group_key(context, name))
        .await
        .map_err(error::failed)?;
    found.ok_or_else(error::no_group)
}

/// Returns a stream of a group that is known to be there, and its record's version.
pub(crate) async fn stream(
    store: &Store,
    context: &Context,
    group: &str,
    name: &str,
) -> Result<(Stream, u64), ApiError> {
    let record = store
        .get(STREAMS, &stream_key(context, group, name))
        .await
        .map_err(error::failed)?;
    let record = record.ok_or_else(error::no_stream)?;
    Ok((record.json().map_err(error::failed)?, record.version))
}

/// Returns the streams of a group whose names begin with `prefix`, by name.
pub(crate) async fn streams(
    store: &Store,
    context: &Context,
    group: &str,
    prefix: &str,
) -> Result<Vec<Stream>, ApiError> {
    let prefix = Key::of(&[context.account(), context.region(), group, prefix]);
    let scan = Scan {
        prefix,
        ..Scan::prefix(&[])
    };
    let found = store
        .scan_json(STREAMS, &scan)
        .await
        .map_err(error::failed)?;
    Ok(found.into_iter().map(|(_, stream)| stream).collect())
}
