//! Who knows the access keys: the one that the server was configured with, and STS's temporary ones.

use std::sync::Arc;

use aws::sigv4::{self, Credential};
use identity::Identity;

use crate::Credentials;

/// The configured key pair, whose principal is the root of the account that the key names, or of the default
/// one; then the keys that STS gave.
pub(crate) struct Keys {
    configured: Option<(String, Credential)>,
    sessions: Arc<Identity>,
}

impl Keys {
    pub(crate) fn new(configured: Option<&Credentials>, sessions: Arc<Identity>) -> Self {
        let configured = configured.map(|keys| (keys.access_key_id.clone(), credential(keys)));
        Self {
            configured,
            sessions,
        }
    }
}

fn credential(keys: &Credentials) -> Credential {
    let id = &keys.access_key_id;
    let is_account = id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    let account: Arc<str> = if is_account {
        id.as_str()
    } else {
        "000000000000"
    }
    .into();
    let arn = format!("arn:aws:iam::{account}:root").into();
    Credential {
        secret: keys.secret_access_key.clone(),
        session_token: None,
        account,
        arn,
    }
}

impl sigv4::Credentials for Keys {
    fn find(&self, access_key: &str) -> Option<Credential> {
        match &self.configured {
            Some((id, credential)) if id == access_key => Some(credential.clone()),
            _ => self.sessions.find(access_key),
        }
    }
}
