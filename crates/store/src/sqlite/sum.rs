//! Checksums of rows: a flipped bit is noticed when the row is read.

use crc_fast::{CrcAlgorithm, Digest};

use crate::StoreError;

/// Returns the checksum of a row: of its numbers, its key and its value.
pub(super) fn sum(numbers: &[i64], key: &[u8], value: &[u8]) -> i32 {
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    for number in numbers {
        digest.update(&number.to_le_bytes());
    }
    digest.update(&(key.len() as u64).to_le_bytes());
    digest.update(key);
    digest.update(value);
    // The lower half is the whole: it is a checksum of 32 bits.
    (digest.finalize() as u32).cast_signed()
}

/// Whether rows without a checksum may be: in a file that was made before there were any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsummed(pub(super) bool);

impl Unsummed {
    /// Compares a row with the checksum beside it. **Errors**: `Corrupt`.
    pub(super) fn check(
        self,
        found: Option<i32>,
        table: &str,
        numbers: &[i64],
        key: &[u8],
        value: &[u8],
    ) -> Result<(), StoreError> {
        match found {
            None if self.0 => Ok(()),
            Some(found) if found == sum(numbers, key, value) => Ok(()),
            _ => Err(StoreError::Corrupt {
                what: format!(
                    "a row of {table} is damaged: {numbers:?} {}",
                    crate::Key(key.to_vec().into()).parts().join("/")
                ),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts_and_none_runs_into_the_next() {
        let base = sum(&[1], b"ab", b"c");
        assert_eq!(base, sum(&[1], b"ab", b"c"));
        for other in [
            sum(&[2], b"ab", b"c"),
            sum(&[1], b"a", b"bc"),
            sum(&[1], b"ab", b"d"),
            sum(&[], b"ab", b"c"),
        ] {
            assert_ne!(base, other);
        }
        assert!(Unsummed(true).check(None, "t", &[1], b"ab", b"c").is_ok());
        assert!(Unsummed(false).check(None, "t", &[1], b"ab", b"c").is_err());
        assert!(
            Unsummed(true)
                .check(Some(base ^ 1), "t", &[1], b"ab", b"c")
                .is_err()
        );
    }
}
