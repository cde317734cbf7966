//! Sessions: made of a key pair that is right, read back from the cookie.

use std::{io, path::Path, sync::Arc};

use aws::{
    Principal,
    sigv4::{Credential, Credentials},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{cookie, key};

/// A working day, and a little.
pub(crate) const SECONDS: i64 = 12 * 60 * 60;
const VERSION: &str = "v1";

/// Makes and reads sessions.
pub(crate) struct Sessions {
    key: Vec<u8>,
    /// With the key's fingerprint: browsers keep cookies by host alone, and several servers may share one.
    name: String,
    credentials: Arc<dyn Credentials>,
    /// Requests need a session.
    required: bool,
}

/// What a cookie says, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    #[serde(rename = "k")]
    pub(crate) access_key: String,
    #[serde(rename = "r")]
    pub(crate) region: String,
    #[serde(rename = "e")]
    pub(crate) ends_ms: i64,
    /// Filled in from what is known of the key now.
    #[serde(skip)]
    pub(crate) account: Arc<str>,
    #[serde(skip)]
    pub(crate) arn: Arc<str>,
}

impl Session {
    pub(crate) fn principal(&self) -> Principal {
        Principal {
            account: Arc::clone(&self.account),
            region: self.region.as_str().into(),
            access_key: self.access_key.as_str().into(),
            arn: Arc::clone(&self.arn),
        }
    }
}

/// A key pair as somebody typed it.
pub(crate) struct Typed<'a> {
    pub(crate) access_key: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
}

impl Sessions {
    /// Opens the sessions of a data folder.
    pub(crate) fn open(
        folder: &Path,
        credentials: Arc<dyn Credentials>,
        required: bool,
    ) -> io::Result<Self> {
        let key = key::open(folder)?;
        let fingerprint = hex::encode(Sha256::digest(&key));
        Ok(Self {
            name: format!("taxiway_session_{}", &fingerprint[..8]),
            key,
            credentials,
            required,
        })
    }

    pub(crate) fn are_required(&self) -> bool {
        self.required
    }

    /// Returns a session's cookie value; nothing where the key pair is not right.
    pub(crate) fn begin(&self, typed: &Typed<'_>, region: &str, now_ms: i64) -> Option<String> {
        let credential = self.known(typed.access_key)?;
        if self.required {
            let secret = same(&credential.secret, typed.secret);
            let wanted = credential.session_token.as_deref().unwrap_or_default();
            let token = same(wanted, typed.token.unwrap_or_default());
            if !(secret & token) {
                return None;
            }
        }
        let session = Session {
            access_key: typed.access_key.to_owned(),
            region: region.to_owned(),
            ends_ms: now_ms + SECONDS * 1000,
            account: credential.account.clone(),
            arn: credential.arn.clone(),
        };
        let payload = serde_json::to_vec(&session).ok()?;
        let mac = self.mac(&payload, &credential)?.finalize().into_bytes();
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Some(format!("{VERSION}.{}.{}", text(&payload), text(&mac)))
    }

    /// Returns the session that a request belongs to. A key that is not known any more, or has another secret now,
    /// ends its sessions.
    pub(crate) fn of(&self, headers: &HeaderMap, now_ms: i64) -> Option<Session> {
        let value = cookie::read(headers, &self.name)?;
        let mut parts = value.splitn(3, '.');
        let (version, payload, mac) = (parts.next()?, parts.next()?, parts.next()?);
        if version != VERSION {
            return None;
        }
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        let mut session: Session = serde_json::from_slice(&payload).ok()?;
        let credential = self.known(&session.access_key)?;
        self.mac(&payload, &credential)?.verify_slice(&mac).ok()?;
        if session.ends_ms <= now_ms {
            return None;
        }
        session.account = credential.account;
        session.arn = credential.arn;
        Some(session)
    }

    pub(crate) fn cookie(&self, value: &str, secure: bool) -> Option<HeaderValue> {
        let seconds = if value.is_empty() { 0 } else { SECONDS };
        cookie::write(&self.name, value, seconds, secure)
    }

    /// Where any signature is accepted, so is any key; twelve digits are its account.
    fn known(&self, access_key: &str) -> Option<Credential> {
        let found = self.credentials.find(access_key);
        if found.is_some() || self.required {
            return found;
        }
        let is_account = access_key.len() == 12 && access_key.bytes().all(|b| b.is_ascii_digit());
        let root = Principal::root(
            if is_account {
                access_key
            } else {
                crate::web::DEFAULT_ACCOUNT
            },
            "",
        );
        Some(Credential {
            secret: String::new(),
            session_token: None,
            account: root.account,
            arn: root.arn,
        })
    }

    /// With the secret in it, which thereby need not be in the cookie.
    fn mac(&self, payload: &[u8], credential: &Credential) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(payload);
        mac.update(b"\0");
        mac.update(credential.secret.as_bytes());
        Some(mac)
    }
}

fn same(a: &str, b: &str) -> bool {
    // Their digests, so that lengths do not show either.
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    digest(a).as_slice().ct_eq(digest(b).as_slice()).into()
}
