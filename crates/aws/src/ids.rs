//! Random ids, made in one place.

use std::{cell::Cell, fmt::Write};

use uuid::Uuid;

thread_local! {
    /// Where this thread's ids follow from, when not from chance.
    static FOLLOWS: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Makes the ids of this thread follow from a seed from now on, so that a simulation can be run again.
pub fn follow(seed: u64) {
    FOLLOWS.set(Some(seed));
}

/// Returns 64 random bits.
pub fn bits() -> u64 {
    random().as_u64_pair().0
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes random ids"
)]
fn random() -> Uuid {
    let Some(seed) = FOLLOWS.get() else {
        return Uuid::new_v4();
    };
    // SplitMix64's steps and mixing.
    let half = |step: u64| {
        let mut z = seed.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    FOLLOWS.set(Some(seed.wrapping_add(0x3c6e_f372_fe94_f82a)));
    let (high, low) = (half(1).to_be_bytes(), half(2).to_be_bytes());
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high);
    bytes[8..].copy_from_slice(&low);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Returns a random UUID in lower case with hyphens: request ids, query execution ids, event ids.
pub fn uuid() -> String {
    random().to_string()
}

/// Returns a request id.
pub fn request_id() -> std::sync::Arc<str> {
    uuid().into()
}

/// Returns `length` random characters of `0-9a-z`, as EMR on EKS and others make their ids.
pub fn base36(length: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut out = String::with_capacity(length);
    while out.len() < length {
        // Bytes past the last multiple of 36 would make the first digits likelier.
        let bytes = random().into_bytes();
        let random = bytes
            .iter()
            .enumerate()
            .filter(|&(at, &b)| at != 6 && at != 8 && b < 252);
        out.extend(
            random
                .map(|(_, b)| char::from(DIGITS[usize::from(b % 36)]))
                .take(length - out.len()),
        );
    }
    out
}

/// Returns `length` random characters of `0-9a-f`.
pub fn hex(length: usize) -> String {
    let mut out = String::with_capacity(length + 2);
    while out.len() < length {
        let bytes = random().into_bytes();
        for (_, byte) in bytes
            .iter()
            .enumerate()
            .filter(|&(at, _)| at != 6 && at != 8)
        {
            let _ = write!(out, "{byte:02x}");
        }
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form_and_differ() {
        assert_eq!(uuid().len(), 36);
        assert_ne!(uuid(), uuid());
        for length in [0, 1, 19, 25, 64] {
            let id = base36(length);
            assert_eq!(id.len(), length);
            assert!(
                id.bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()),
                "{id}"
            );
            assert_eq!(hex(length).len(), length);
        }
        assert_ne!(base36(25), base36(25));
    }

    #[test]
    fn a_seed_gives_the_same_ids_again() {
        let three = || {
            follow(7);
            [uuid(), base36(25), hex(12)]
        };
        let first = std::thread::spawn(three).join().unwrap();
        assert_eq!(std::thread::spawn(three).join().unwrap(), first);
        assert_ne!(uuid(), first[0], "other threads go by chance");
    }
}
