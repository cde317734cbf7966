//! Signature Version 4: what a request says about its signer, whether its signature is right, and signing requests.
//!
//! **Source**: the AWS Signature Version 4 documentation; the tests use its published examples.

mod canonical;
mod chunk;
mod key;
mod parse;
mod sign;
mod verify;

pub use canonical::Request;
pub use chunk::ChunkSigner;
pub use parse::{Malformed, Signed, parse};
pub use sign::{Keys, Scope, sign};
pub use verify::{Credential, Credentials, Mismatch, Signatures, verify};

pub(crate) use canonical::sha256_hex;

#[cfg(test)]
mod tests;
