//! Signatures of the chunks of an `aws-chunked` body: each signs its data and the signature before it.

use subtle::ConstantTimeEq;

use super::{
    Signed,
    canonical::sha256_hex,
    key::{hmac, signing_key},
};

/// Checks one chunk after another.
#[derive(Clone, Debug)]
pub struct ChunkSigner {
    key: [u8; 32],
    timestamp: String,
    scope: String,
    previous: String,
}

impl ChunkSigner {
    /// Begins with the signature of the request itself.
    pub fn new(signed: &Signed, secret: &str) -> Self {
        Self {
            key: signing_key(secret, &signed.date, &signed.region, &signed.service),
            timestamp: signed.timestamp.clone(),
            scope: signed.scope(),
            previous: signed.signature.clone(),
        }
    }

    /// Returns whether this is the next chunk's signature; `data_hash` is the hex SHA-256 of its data.
    #[must_use]
    pub fn chunk(&mut self, data_hash: &str, signature: &str) -> bool {
        let hashes = format!("{}\n{data_hash}", sha256_hex(b""));
        self.next("AWS4-HMAC-SHA256-PAYLOAD", &hashes, signature)
    }

    /// Returns whether this is the signature of the trailers, given as lines `name:value\n`.
    #[must_use]
    pub fn trailer(&mut self, lines: &str, signature: &str) -> bool {
        let hash = sha256_hex(lines.as_bytes());
        self.next("AWS4-HMAC-SHA256-TRAILER", &hash, signature)
    }

    fn next(&mut self, algorithm: &str, hashes: &str, signature: &str) -> bool {
        let to_sign = format!(
            "{algorithm}\n{}\n{}\n{}\n{hashes}",
            self.timestamp, self.scope, self.previous
        );
        let wanted = hex::encode(hmac(&self.key, to_sign.as_bytes()));
        let right = bool::from(wanted.as_bytes().ct_eq(signature.as_bytes()));
        self.previous = wanted;
        right
    }
}
