//! Signature Version 4: what a request says about its signer, and whether its signature is right.
//!
//! **Source**: the AWS Signature Version 4 documentation; the tests use its published examples.

mod canonical;
mod chunk;
mod key;
mod parse;
mod verify;

pub use canonical::Request;
pub use chunk::ChunkSigner;
pub use parse::{Malformed, Signed, parse};
pub use verify::{Credential, Credentials, Mismatch, Signatures, verify};

pub(crate) use canonical::sha256_hex;

#[cfg(test)]
mod tests;
