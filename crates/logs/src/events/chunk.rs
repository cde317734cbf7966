//! One chunk of events and its key.
//!
//! **Shape**: the byte 1 (the format's version), the size of the plain form as u32, little-endian, and the plain form
//! compressed with zstd: the events in postcard.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::{Key, StoreError};

use super::Place;

/// Keys: stream number, time and number of the first event, eight bytes each, big-endian.
pub(crate) const CHUNKS: &str = "logs/chunks";

const VERSION: u8 = 1;

/// Compresses log lines some tenfold at little cost.
const LEVEL: i32 = 1;

/// The bytes that an event counts for besides its message, as CloudWatch Logs counts.
pub(crate) const OVERHEAD: usize = 26;

/// One event, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) ms: i64,
    pub(crate) seq: u64,
    pub(crate) ingested_ms: i64,
    pub(crate) message: String,
}

impl Event {
    pub(crate) fn place(&self) -> Place {
        Place {
            ms: self.ms,
            seq: self.seq,
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.message.len() + OVERHEAD
    }
}

/// Returns what the keys of a stream's chunks begin with.
pub(crate) fn prefix(number: i64) -> Key {
    Key(Bytes::copy_from_slice(&number.to_be_bytes()))
}

/// Returns the key of the chunk that begins at this place.
pub(crate) fn key(number: i64, place: Place) -> Key {
    Key([
        number.to_be_bytes(),
        place.ms.to_be_bytes(),
        place.seq.to_be_bytes(),
    ]
    .concat()
    .into())
}

/// Returns where the chunk with this key begins.
pub(crate) fn begins(key: &Key) -> Option<Place> {
    let ms = key.0.get(8..16)?.try_into().ok()?;
    let seq = key.0.get(16..24)?.try_into().ok()?;
    Some(Place {
        ms: i64::from_be_bytes(ms),
        seq: u64::from_be_bytes(seq),
    })
}

pub(crate) fn pack(events: &[Event]) -> Result<Vec<u8>, StoreError> {
    let failed = |what: String| StoreError::Failed {
        what: format!("cannot pack log events: {what}"),
    };
    let plain = postcard::to_stdvec(events).map_err(|e| failed(e.to_string()))?;
    let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|e| failed(e.to_string()))?;
    let size = u32::try_from(plain.len()).map_err(|e| failed(e.to_string()))?;
    Ok([&[VERSION][..], &size.to_le_bytes(), &packed].concat())
}

pub(crate) fn unpack(value: &[u8]) -> Result<Vec<Event>, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt {
        what: format!("a chunk of log events {what}"),
    };
    let (size, packed) = match value.split_first() {
        Some((&VERSION, rest)) => rest.split_first_chunk().ok_or_else(|| corrupt("is cut"))?,
        _ => return Err(corrupt("is of unknown form")),
    };
    let size = usize::try_from(u32::from_le_bytes(*size)).map_err(|_| corrupt("is too large"))?;
    let plain = zstd::bulk::decompress(packed, size).map_err(|_| corrupt("does not unpack"))?;
    postcard::from_bytes(&plain).map_err(|_| corrupt("does not read"))
}
