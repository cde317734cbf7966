//! The object layer's source of ids and sequence numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Returns 32 hexadecimal digits that were never given before.
pub(crate) fn unique() -> String {
    uuid().simple().to_string()
}

/// Returns a UUID as a bus event carries it.
pub(crate) fn event_id() -> String {
    uuid().hyphenated().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that makes ids"
)]
fn uuid() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}

/// Returns a version id that carries its sequence number: 32 characters.
pub(crate) fn version_id(sequence: u64) -> String {
    let mut bytes = [0u8; 24];
    bytes[..8].copy_from_slice(&sequence.to_be_bytes());
    bytes[8..].copy_from_slice(uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the sequence number that a version id carries.
pub(crate) fn sequence_of(version_id: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD
        .decode(version_id)
        .ok()
        .filter(|b| b.len() == 24)?;
    Some(u64::from_be_bytes(bytes.first_chunk().copied()?))
}

/// Gives growing numbers: microseconds since the epoch, or one more than the last. They grow over restarts
/// as long as the clock does; the floor keeps one key's in order even if it does not.
#[derive(Debug, Default)]
pub(crate) struct Sequence(AtomicU64);

impl Sequence {
    /// Returns a number above all it gave, and above `floor`.
    pub(crate) fn next(&self, now_ms: i64, floor: u64) -> u64 {
        let now = u64::try_from(now_ms)
            .unwrap_or(0)
            .saturating_mul(1000)
            .max(floor.saturating_add(1));
        let step = |last: u64| Some(now.max(last.saturating_add(1)));
        let last = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, step)
            .unwrap_or_else(|n| n);
        now.max(last.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_grow_though_the_clock_stands() {
        let sequence = Sequence::default();
        let first = sequence.next(5, 0);
        assert!(sequence.next(5, 0) > first && sequence.next(4, 0) > first + 1);
        assert_eq!(sequence.next(6, 0), 6000);
        assert_eq!(sequence.next(6, 70_000), 70_001);
    }

    #[test]
    fn a_version_id_carries_its_sequence() {
        let id = version_id(77);
        assert_eq!((id.len(), sequence_of(&id)), (32, Some(77)));
        assert_eq!((sequence_of("null"), sequence_of("%%")), (None, None));
    }
}
