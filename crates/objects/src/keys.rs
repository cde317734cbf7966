//! The layout of the records: tables and keys.
//!
//! - `objects/buckets`: name → [`crate::Bucket`].
//! - `objects/current`: bucket, key → the newest version, if it is an object. The key comes last and as it
//!   is, so the records sort by the key's bytes, as S3 lists them.
//! - `objects/versions`: bucket, key (escaped), sequence inverted → all other versions and delete markers,
//!   newest first. The newest version of a key is the one in `current`, else the first here.
//! - `objects/inline`: body id → bytes of a body (or of a part) of up to 64 KiB.
//! - `objects/bodies`: body id → reference count and segments of a body in files.
//! - `objects/uploads`: bucket, key (escaped), upload id → a multipart upload in progress.
//! - `objects/parts`: upload id, part number → its parts.

use bytes::{BufMut, Bytes, BytesMut};
use store::Key;

pub(crate) const BUCKETS: &str = "objects/buckets";
pub(crate) const CURRENT: &str = "objects/current";
pub(crate) const VERSIONS: &str = "objects/versions";
pub(crate) const INLINE: &str = "objects/inline";
pub(crate) const BODIES: &str = "objects/bodies";
pub(crate) const UPLOADS: &str = "objects/uploads";
pub(crate) const PARTS: &str = "objects/parts";

/// Sorts after every key that begins with what stands before it: no UTF-8 has this byte.
pub(crate) const LAST: u8 = 0xff;

const SEPARATOR: u8 = 0x1f;

/// Returns the key, or the prefix of keys, in `current`.
pub(crate) fn current(bucket: &str, key: &str) -> Key {
    Key(joined(bucket, key.as_bytes(), &[]))
}

/// Returns the position after all keys in `current` that begin with `prefix`.
pub(crate) fn current_past(bucket: &str, prefix: &str) -> Key {
    Key(joined(bucket, prefix.as_bytes(), &[LAST]))
}

/// Returns the object's key in a key of `current`.
pub(crate) fn key_in_current(bucket: &str, key: &Key) -> String {
    String::from_utf8_lossy(key.0.get(bucket.len() + 1..).unwrap_or_default()).into_owned()
}

/// Returns the key of one version in `versions`.
pub(crate) fn version(bucket: &str, key: &str, sequence: u64) -> Key {
    Key(joined(bucket, &ended(key), &(!sequence).to_be_bytes()))
}

/// Returns the prefix of the versions of one key in `versions`.
pub(crate) fn versions_of(bucket: &str, key: &str) -> Key {
    Key(joined(bucket, &ended(key), &[]))
}

/// Returns the prefix of the versions of all keys that begin with `prefix`, in `versions` or `uploads`.
pub(crate) fn escaped_prefix(bucket: &str, prefix: &str) -> Key {
    Key(joined(bucket, &escaped(prefix), &[]))
}

/// Returns the position after all keys that begin with `prefix`, in `versions` or `uploads`.
pub(crate) fn escaped_past(bucket: &str, prefix: &str) -> Key {
    Key(joined(bucket, &escaped(prefix), &[LAST]))
}

/// Returns the position after all versions (or uploads) of one key.
pub(crate) fn past_key(bucket: &str, key: &str) -> Key {
    let mut end = ended(key);
    end.push(LAST);
    Key(joined(bucket, &end, &[LAST; 40]))
}

/// Returns the object's key in a key of `versions` or `uploads`, and what follows it.
pub(crate) fn split_escaped(bucket: &str, key: &Key) -> (String, Bytes) {
    let bytes = key.0.slice((bucket.len() + 1).min(key.0.len())..);
    let (mut found, mut i) = (Vec::new(), 0);
    while let Some(&b) = bytes.get(i) {
        match (b, bytes.get(i + 1)) {
            (0, Some(1)) => return (text(found), bytes.slice(i + 2..)),
            (0, _) => {
                found.push(0);
                i += 2;
            }
            _ => {
                found.push(b);
                i += 1;
            }
        }
    }
    (text(found), Bytes::new())
}

pub(crate) fn upload(bucket: &str, key: &str, upload_id: &str) -> Key {
    Key(joined(bucket, &ended(key), upload_id.as_bytes()))
}

pub(crate) fn part(upload_id: &str, number: u32) -> Key {
    Key::of(&[upload_id, &format!("{number:05}")])
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// A zero byte becomes `00 ff`, so that the end `00 01` sorts a key before all longer ones.
fn escaped(key: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.len() + 2);
    for b in key.bytes() {
        bytes.push(b);
        if b == 0 {
            bytes.push(LAST);
        }
    }
    bytes
}

fn ended(key: &str) -> Vec<u8> {
    let mut bytes = escaped(key);
    bytes.extend([0, 1]);
    bytes
}

fn joined(bucket: &str, middle: &[u8], end: &[u8]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(bucket.len() + 1 + middle.len() + end.len());
    bytes.put_slice(bucket.as_bytes());
    bytes.put_u8(SEPARATOR);
    bytes.put_slice(middle);
    bytes.put_slice(end);
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_keys_sort_as_keys_do_and_read_back() {
        let keys = [
            "a", "a\0", "a\0\0b", "a\0\u{1}", "a\u{1}", "a\u{1f}b", "ab", "ä",
        ];
        let mut last = Key(Bytes::new());
        for key in keys {
            for sequence in [9u64, 3] {
                let record = version("bucket", key, sequence);
                assert!(record > last, "{key:?}");
                assert!(record.0.starts_with(&versions_of("bucket", key).0));
                assert!(past_key("bucket", key) > record);
                let (read, rest) = split_escaped("bucket", &record);
                assert_eq!(
                    (read.as_str(), &rest[..]),
                    (key, &(!sequence).to_be_bytes()[..])
                );
                last = record;
            }
            assert!(past_key("bucket", key) > last);
            assert_eq!(key_in_current("bucket", &current("bucket", key)), key);
        }
    }
}
