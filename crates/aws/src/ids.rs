//! Random ids, made in one place.

use std::fmt::Write;

/// Returns a random UUID in lower case with hyphens: request ids, query execution ids, event ids.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes random ids"
)]
pub fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Returns a request id.
pub fn request_id() -> std::sync::Arc<str> {
    uuid().into()
}

/// Returns `length` random characters of `0-9a-z`, as EMR on EKS and others make their ids.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes random ids"
)]
pub fn base36(length: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut out = String::with_capacity(length);
    while out.len() < length {
        // Bytes past the last multiple of 36 would make the first digits likelier.
        let bytes = uuid::Uuid::new_v4().into_bytes();
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
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes random ids"
)]
pub fn hex(length: usize) -> String {
    let mut out = String::with_capacity(length + 2);
    while out.len() < length {
        let bytes = uuid::Uuid::new_v4().into_bytes();
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
}
