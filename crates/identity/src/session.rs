//! Temporary credentials.

use std::collections::HashMap;

use aws::{ids, sigv4::Credential};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, Store, StoreError};

/// Keys: the access key.
const SESSIONS: &str = "identity/sessions";

/// One set of temporary credentials, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) v: u32,
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) account: String,
    /// Whom the credentials stand for.
    pub(crate) arn: String,
    pub(crate) user_id: String,
    pub(crate) expires_ms: i64,
}

/// All temporary credentials that have not expired, in memory and in the store.
pub(crate) struct Sessions {
    store: Store,
    held: RwLock<HashMap<String, Session>>,
}

impl Sessions {
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        let found = store
            .scan_json::<Session>(SESSIONS, &Scan::prefix(&[]))
            .await?;
        let held = found
            .into_iter()
            .map(|(_, session)| (session.access_key.clone(), session))
            .collect();
        Ok(Self {
            store,
            held: RwLock::new(held),
        })
    }

    pub(crate) fn find(&self, access_key: &str, now_ms: i64) -> Option<Session> {
        self.held
            .read()
            .get(access_key)
            .filter(|session| session.expires_ms > now_ms)
            .cloned()
    }

    /// Makes credentials, and drops those that have expired.
    pub(crate) async fn issue(
        &self,
        (account, arn, user_id): (&str, &str, &str),
        now_ms: i64,
        seconds: i64,
    ) -> Result<Session, StoreError> {
        let session = Session {
            v: 1,
            access_key: format!("ASIA{}", ids::base36(16).to_uppercase()),
            secret: ids::base36(40),
            token: ids::base36(180),
            account: account.to_owned(),
            arn: arn.to_owned(),
            user_id: user_id.to_owned(),
            expires_ms: now_ms.saturating_add(seconds.saturating_mul(1000)),
        };
        let expired: Vec<String> = self
            .held
            .read()
            .values()
            .filter(|held| held.expires_ms <= now_ms)
            .map(|held| held.access_key.clone())
            .collect();
        let mut batch = Batch::new();
        batch.put_json(
            SESSIONS,
            Key::of(&[&session.access_key]),
            &session,
            Expect::Absent,
        )?;
        for access_key in &expired {
            batch.delete(SESSIONS, Key::of(&[access_key]));
        }
        self.store.commit(batch).await?;
        let mut held = self.held.write();
        held.retain(|access_key, _| !expired.contains(access_key));
        held.insert(session.access_key.clone(), session.clone());
        Ok(session)
    }
}

impl From<Session> for Credential {
    fn from(session: Session) -> Self {
        Self {
            secret: session.secret,
            session_token: Some(session.token),
            account: session.account.into(),
            arn: session.arn.into(),
        }
    }
}
