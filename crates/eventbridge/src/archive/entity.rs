//! Archives and replays, as they are kept.

use serde::{Deserialize, Serialize};
use store::Key;

use crate::rules::BusRef;

/// Keys are account, region, name.
pub(crate) const ARCHIVES: &str = "events/archives";

/// Keys are account, region, name.
pub(crate) const REPLAYS: &str = "events/replays";

fn first_version() -> u32 {
    1
}

/// Which archive.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ArchiveRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

impl ArchiveRef {
    pub(crate) fn arn(&self) -> String {
        let Self {
            account,
            region,
            name,
        } = self;
        format!("arn:aws:events:{region}:{account}:archive/{name}")
    }

    pub(crate) fn parts(&self) -> [&str; 3] {
        [&self.account, &self.region, &self.name]
    }

    pub(crate) fn key(&self) -> Key {
        Key::of(&self.parts())
    }
}

/// An archive as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archive {
    /// The format's version.
    #[serde(default = "first_version")]
    pub(crate) v: u32,
    pub(crate) at: ArchiveRef,
    pub(crate) bus: BusRef,
    pub(crate) description: Option<String>,
    /// JSON text as it was given; without one, all events are kept.
    pub(crate) pattern: Option<String>,
    /// 0 is for ever.
    pub(crate) retention_days: i64,
    pub(crate) kms_key: Option<String>,
    pub(crate) created_ms: i64,
}

/// Which replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplayRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

impl ReplayRef {
    pub(crate) fn arn(&self) -> String {
        let Self {
            account,
            region,
            name,
        } = self;
        format!("arn:aws:events:{region}:{account}:replay/{name}")
    }

    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.name])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ReplayState {
    Starting,
    Running,
    Cancelled,
    Completed,
}

/// A replay as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replay {
    /// The format's version.
    #[serde(default = "first_version")]
    pub(crate) v: u32,
    pub(crate) at: ReplayRef,
    pub(crate) archive: ArchiveRef,
    pub(crate) bus: BusRef,
    /// ARNs of the rules that see it; none is all.
    pub(crate) filter_arns: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) state: ReplayState,
    /// From the first, up to but without the second.
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    /// The time and id of the event replayed last.
    pub(crate) last: Option<(i64, String)>,
    pub(crate) started_ms: i64,
    pub(crate) ended_ms: Option<i64>,
}
