//! The checksums that S3 knows: calculated while a body passes by, combined for multipart uploads.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use crc_fast::CrcAlgorithm;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::ChecksumType;

/// A checksum algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    #[serde(rename = "CRC32")]
    Crc32,
    #[serde(rename = "CRC32C")]
    Crc32c,
    #[serde(rename = "CRC64NVME")]
    Crc64Nvme,
    #[serde(rename = "SHA1")]
    Sha1,
    #[serde(rename = "SHA256")]
    Sha256,
}

impl Algorithm {
    pub const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// Returns S3's name: `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1`, `SHA256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// Returns the algorithm of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|a| a.name().eq_ignore_ascii_case(name))
    }

    /// Returns what a multipart upload's checksum is over when the caller does not say.
    pub fn default_type(self) -> ChecksumType {
        match self {
            Self::Crc64Nvme => ChecksumType::FullObject,
            _ => ChecksumType::Composite,
        }
    }

    /// Tells whether a multipart upload can have this kind of checksum.
    pub fn allows(self, kind: ChecksumType) -> bool {
        match kind {
            ChecksumType::Composite => self != Self::Crc64Nvme,
            ChecksumType::FullObject => self.crc().is_some(),
        }
    }

    fn crc(self) -> Option<(CrcAlgorithm, usize)> {
        match self {
            Self::Crc32 => Some((CrcAlgorithm::Crc32IsoHdlc, 4)),
            Self::Crc32c => Some((CrcAlgorithm::Crc32Iscsi, 4)),
            Self::Crc64Nvme => Some((CrcAlgorithm::Crc64Nvme, 8)),
            Self::Sha1 | Self::Sha256 => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

enum State {
    Crc(crc_fast::Digest, usize),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl State {
    fn new(algorithm: Algorithm) -> Self {
        match (algorithm, algorithm.crc()) {
            (_, Some((crc, bytes))) => Self::Crc(crc_fast::Digest::new(crc), bytes),
            (Algorithm::Sha1, None) => Self::Sha1(sha1::Sha1::default()),
            (_, None) => Self::Sha256(sha2::Sha256::default()),
        }
    }

    fn update(&mut self, data: &[u8]) {
        match self {
            Self::Crc(digest, _) => digest.update(data),
            Self::Sha1(digest) => digest.update(data),
            Self::Sha256(digest) => digest.update(data),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Crc(digest, bytes) => crc_bytes(digest.finalize(), bytes),
            Self::Sha1(digest) => digest.finalize().to_vec(),
            Self::Sha256(digest) => digest.finalize().to_vec(),
        }
    }
}

fn crc_bytes(value: u64, bytes: usize) -> Vec<u8> {
    value.to_be_bytes()[8 - bytes..].to_vec()
}

/// Calculates MD5 and any number of checksums of a body in one pass.
pub(crate) struct Hasher {
    md5: md5::Md5,
    states: Vec<(Algorithm, State)>,
}

impl Hasher {
    pub(crate) fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self {
            md5: md5::Md5::default(),
            states: algorithms.into_iter().map(|a| (a, State::new(a))).collect(),
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.md5.update(data);
        for (_, state) in &mut self.states {
            state.update(data);
        }
    }

    pub(crate) fn finish(self) -> Sums {
        Sums {
            md5: self.md5.finalize().into(),
            checksums: self
                .states
                .into_iter()
                .map(|(a, s)| (a, STANDARD.encode(s.finish())))
                .collect(),
        }
    }
}

/// What a body's bytes come to.
pub(crate) struct Sums {
    pub(crate) md5: [u8; 16],
    /// Base64.
    pub(crate) checksums: BTreeMap<Algorithm, String>,
}

/// Returns the checksum of an object from its parts' checksums (Base64) and sizes; nothing when a part's
/// is unreadable or the algorithm has no such kind.
pub(crate) fn of_parts<'a>(
    algorithm: Algorithm,
    kind: ChecksumType,
    parts: impl IntoIterator<Item = (&'a str, u64)>,
) -> Option<String> {
    match (kind, algorithm.crc()) {
        (ChecksumType::FullObject, None) => None,
        (ChecksumType::FullObject, Some((crc, bytes))) => {
            let mut whole: Option<u64> = None;
            for (part, size) in parts {
                let part = STANDARD.decode(part).ok().filter(|p| p.len() == bytes)?;
                let part = part.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
                whole =
                    Some(whole.map_or(part, |w| crc_fast::checksum_combine(crc, w, part, size)));
            }
            Some(STANDARD.encode(crc_bytes(whole?, bytes)))
        }
        (ChecksumType::Composite, _) => {
            let mut state = State::new(algorithm);
            let mut count = 0usize;
            for (part, _) in parts {
                state.update(&STANDARD.decode(part).ok()?);
                count += 1;
            }
            Some(format!("{}-{count}", STANDARD.encode(state.finish())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(algorithm: Algorithm, data: &[u8]) -> String {
        let mut hasher = Hasher::new([algorithm]);
        hasher.update(data);
        hasher.finish().checksums.remove(&algorithm).unwrap()
    }

    /// The check values of the CRC catalogue and of FIPS 180 for `123456789`.
    #[test]
    fn known_values() {
        let of = |a| STANDARD.decode(sum(a, b"123456789")).unwrap();
        assert_eq!(hex::encode(of(Algorithm::Crc32)), "cbf43926");
        assert_eq!(hex::encode(of(Algorithm::Crc32c)), "e3069283");
        assert_eq!(hex::encode(of(Algorithm::Crc64Nvme)), "ae8b14860a799888");
        assert_eq!(
            hex::encode(of(Algorithm::Sha1)),
            "f7c3bc1d808e04732adf679965ccc34ca7ae3441"
        );
        assert_eq!(
            hex::encode(of(Algorithm::Sha256)),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
        );
    }

    #[test]
    fn parts_combine_to_the_whole() {
        let (a, b, c) = (
            b"one part ".as_slice(),
            b"".as_slice(),
            b"and another".as_slice(),
        );
        let whole = [a, b, c].concat();
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let sums = [sum(algorithm, a), sum(algorithm, b), sum(algorithm, c)];
            let parts = [
                (&*sums[0], a.len() as u64),
                (&sums[1], 0),
                (&sums[2], c.len() as u64),
            ];
            assert_eq!(
                of_parts(algorithm, ChecksumType::FullObject, parts),
                Some(sum(algorithm, &whole)),
                "{algorithm}"
            );
        }
        assert_eq!(
            of_parts(Algorithm::Sha1, ChecksumType::FullObject, [("", 0)]),
            None
        );
    }

    #[test]
    fn composite_is_the_sum_of_the_sums() {
        let parts = [sum(Algorithm::Sha256, b"a"), sum(Algorithm::Sha256, b"b")];
        let joined: Vec<u8> = parts
            .iter()
            .flat_map(|p| STANDARD.decode(p).unwrap())
            .collect();
        let expected = format!("{}-2", sum(Algorithm::Sha256, &joined));
        let parts = parts.iter().map(|p| (p.as_str(), 1));
        assert_eq!(
            of_parts(Algorithm::Sha256, ChecksumType::Composite, parts),
            Some(expected)
        );
    }
}
