//! Client tokens: a request that is repeated with the same token is answered again, not carried out again.

use aws::{ApiError, Context};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{Batch, Expect, Key, Store};

use super::{internal, invalid};
use crate::tables::{TOKENS, Token};

/// A request under its token.
pub(super) struct Request {
    key: Key,
    fingerprint: String,
}

impl Request {
    /// `input` is what must be the same for the request to be the same.
    pub(super) fn new(context: &Context, kind: &str, token: &str, input: &Value) -> Self {
        Self {
            key: Key::of(&[context.account(), context.region(), kind, token]),
            fingerprint: hex::encode(Sha256::digest(input.to_string())),
        }
    }

    /// Returns what the token made before, if it did.
    pub(super) async fn earlier(&self, store: &Store) -> Result<Option<Vec<String>>, ApiError> {
        match store
            .get_json::<Token>(TOKENS, &self.key)
            .await
            .map_err(internal)?
        {
            None => Ok(None),
            Some(token) if token.fingerprint == self.fingerprint => Ok(Some(token.made)),
            Some(_) => Err(invalid(
                "The client token was used before in a request with different parameters",
            )),
        }
    }

    /// Keeps what the token makes, in the same commit; a second one fails it with a conflict.
    pub(super) fn keep(&self, batch: &mut Batch, made: &[&str]) -> Result<(), ApiError> {
        let token = Token {
            v: 1,
            made: made.iter().map(|p| (*p).to_owned()).collect(),
            fingerprint: self.fingerprint.clone(),
        };
        batch
            .put_json(TOKENS, self.key.clone(), &token, Expect::Absent)
            .map(drop)
            .map_err(internal)
    }
}
