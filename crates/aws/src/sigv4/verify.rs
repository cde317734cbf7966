//! Whether a signature is right.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::{
    Signed,
    canonical::{Request, canonical, sha256_hex},
    key::{hmac, signing_key},
};

/// What belongs to an access key.
#[derive(Clone, Debug)]
pub struct Credential {
    pub secret: String,
    /// For temporary credentials.
    pub session_token: Option<String>,
    pub account: Arc<str>,
    pub arn: Arc<str>,
}

/// Who knows the access keys.
pub trait Credentials: Send + Sync {
    fn find(&self, access_key: &str) -> Option<Credential>;
}

/// What the door makes of signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Signatures {
    /// Any signature, or none, is accepted: for loopback.
    #[default]
    Accepted,
    /// Every request must be signed with a known credential.
    Checked,
}

/// A signature that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    Signature,
    #[error("The provided token is malformed or otherwise invalid.")]
    Token,
    #[error("{0} is not supported here. Please use AWS4-HMAC-SHA256.")]
    Algorithm(&'static str),
    #[error("There were headers present in the request which were not signed: {0}")]
    Unsigned(&'static str),
}

/// Checks a request's signature. `payload_hash` is what the client signed for its body: a hex digest, or
/// `UNSIGNED-PAYLOAD` and its like.
pub fn verify(
    request: Request<'_>,
    signed: &Signed,
    payload_hash: &str,
    credential: &Credential,
) -> Result<(), Mismatch> {
    if let Some(name) = signed.other {
        return Err(Mismatch::Algorithm(name));
    }
    if signed.session_token != credential.session_token {
        return Err(Mismatch::Token);
    }
    if !signed.signed_headers.iter().any(|h| h == "host") {
        return Err(Mismatch::Unsigned("host"));
    }
    if !signed.timestamp.starts_with(&signed.date) {
        return Err(Mismatch::Signature);
    }
    let wanted = signature(request, signed, payload_hash, &credential.secret);
    if bool::from(wanted.as_bytes().ct_eq(signed.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Mismatch::Signature)
    }
}

pub(super) fn signature(
    request: Request<'_>,
    signed: &Signed,
    payload_hash: &str,
    secret: &str,
) -> String {
    let canonical = canonical(request, signed, payload_hash);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{}\n{}\n{}",
        signed.timestamp,
        signed.scope(),
        sha256_hex(canonical.as_bytes())
    );
    let key = signing_key(secret, &signed.date, &signed.region, &signed.service);
    hex::encode(hmac(&key, to_sign.as_bytes()))
}
