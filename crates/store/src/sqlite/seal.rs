//! The form of a sealed stream.
//!
//! **Shape**: one byte 0 and the rows, or one byte 1, the rows' size as u32 and the rows compressed with zstd. The rows:
//! for each its length as u32 and its bytes. Numbers are little-endian.

use bytes::Bytes;
use zstd::bulk::Compressor;

use crate::StoreError;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Below this compressing costs more than it saves: the row takes part of one page either way.
const WORTH_COMPRESSING: usize = 256;

/// The fastest: histories are JSON, which this halves several times over already.
const LEVEL: i32 = 1;

/// No stream of ours comes near; stops a damaged length from asking for all memory.
const LARGEST: usize = 1 << 30;

/// Compresses streams, keeping its work space between them.
pub(super) struct Sealer {
    zstd: Option<Compressor<'static>>,
    plain: Vec<u8>,
}

impl Sealer {
    pub(super) fn new() -> Self {
        Self {
            zstd: Compressor::new(LEVEL).ok(),
            plain: Vec::new(),
        }
    }

    /// Returns the sealed form of these rows.
    pub(super) fn seal<'a>(&mut self, rows: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
        self.plain.clear();
        for row in rows {
            let length = u32::try_from(row.len()).unwrap_or(u32::MAX);
            self.plain.extend_from_slice(&length.to_le_bytes());
            self.plain.extend_from_slice(row);
        }
        if self.plain.len() >= WORTH_COMPRESSING
            && let Some(zstd) = &mut self.zstd
            && let Ok(size) = u32::try_from(self.plain.len())
            && let Ok(packed) = zstd.compress(&self.plain)
        {
            return [&[ZSTD][..], &size.to_le_bytes(), &packed].concat();
        }
        let mut sealed = Vec::with_capacity(self.plain.len() + 1);
        sealed.push(PLAIN);
        sealed.extend_from_slice(&self.plain);
        sealed
    }
}

/// Returns the rows of a sealed stream.
pub(super) fn open(sealed: &[u8]) -> Result<Vec<Bytes>, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt {
        what: format!("a sealed stream {what}"),
    };
    let mut plain = match sealed.split_first() {
        Some((&PLAIN, rest)) => Bytes::copy_from_slice(rest),
        Some((&ZSTD, rest)) => {
            let (size, packed) = rest
                .split_first_chunk()
                .ok_or_else(|| corrupt("tells no size"))?;
            let size = usize::try_from(u32::from_le_bytes(*size))
                .unwrap_or(LARGEST)
                .min(LARGEST);
            zstd::bulk::decompress(packed, size)
                .map_err(|e| corrupt(&format!("does not unpack: {e}")))?
                .into()
        }
        _ => return Err(corrupt("is of unknown form")),
    };
    let mut rows = Vec::new();
    while !plain.is_empty() {
        let length = plain
            .split_to_checked(4)
            .and_then(|l| Some(u32::from_le_bytes(l.as_ref().try_into().ok()?)));
        let row = length.and_then(|l| plain.split_to_checked(usize::try_from(l).ok()?));
        rows.push(row.ok_or_else(|| corrupt("ends within a row"))?);
    }
    Ok(rows)
}

trait SplitChecked {
    fn split_to_checked(&mut self, at: usize) -> Option<Bytes>;
}

impl SplitChecked for Bytes {
    fn split_to_checked(&mut self, at: usize) -> Option<Bytes> {
        (at <= self.len()).then(|| self.split_to(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let long = vec![b'x'; 5000];
        for rows in [
            vec![],
            vec![b"".as_slice()],
            vec![b"a", b"", b"bc"],
            vec![&long, b"z", &long],
        ] {
            let sealed = Sealer::new().seal(rows.iter().copied());
            assert_eq!(open(&sealed).unwrap(), rows);
        }
    }

    #[test]
    fn damage_is_told() {
        let sealed = Sealer::new().seal([b"abc".as_slice()].into_iter());
        for damaged in [&sealed[..sealed.len() - 1], &[], &[9, 1], &[1, 2, 3]] {
            assert!(
                matches!(open(damaged), Err(StoreError::Corrupt { .. })),
                "{damaged:?}"
            );
        }
    }
}
