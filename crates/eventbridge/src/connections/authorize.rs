//! Authorizing OAuth connections: a timer for each that waits for its first token.

use store::{Batch, Expect, StoreError, Timer};

use super::{Auth, CONNECTIONS, Connection, ConnectionRef, ConnectionState};
use crate::EventBridge;

/// Timer queue; keys are the connections'.
const AUTHORIZATIONS: &str = "events/authorizations";

/// AWS's maximum.
const LONGEST_REASON: usize = 512;

impl EventBridge {
    /// Adds what a connection's state asks for to the batch that stores it.
    pub(crate) fn plan_authorization(
        &self,
        batch: &mut Batch,
        connection: &Connection,
    ) -> Result<(), StoreError> {
        let key = connection.at.key();
        if connection.state == ConnectionState::Authorizing {
            let payload = serde_json::to_vec(&connection.at).map_err(|e| StoreError::Corrupt {
                what: e.to_string(),
            })?;
            batch.set_timer(AUTHORIZATIONS, key, self.clock.now_ms(), payload);
        } else {
            batch.clear_timer(AUTHORIZATIONS, key);
        }
        Ok(())
    }

    pub(crate) fn drop_authorization(&self, batch: &mut Batch, at: &ConnectionRef) {
        batch.clear_timer(AUTHORIZATIONS, at.key());
    }

    /// Authorizes all connections that wait for it and returns when the next one is due.
    pub async fn authorize_due(&self) -> Result<Option<i64>, StoreError> {
        loop {
            let now = self.clock.now_ms();
            let due = self.store.timers(AUTHORIZATIONS, now, 16).await?;
            if due.is_empty() {
                let next = self.store.timers(AUTHORIZATIONS, i64::MAX, 1).await?;
                return Ok(next.first().map(|timer| timer.due_ms));
            }
            for timer in due {
                match self.authorize(&timer).await {
                    // It was changed meanwhile: the change has set the timer as it needs it.
                    Err(StoreError::Conflict { .. }) => {}
                    done => done?,
                }
            }
        }
    }

    /// A crash before the commit: another token is asked for.
    async fn authorize(&self, timer: &Timer) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.clear_timer(AUTHORIZATIONS, timer.key.clone());
        let Ok(at) = serde_json::from_slice::<ConnectionRef>(&timer.payload) else {
            return self.store.commit(batch).await;
        };
        let Some(record) = self.store.get(CONNECTIONS, &at.key()).await? else {
            return self.store.commit(batch).await;
        };
        let mut connection: Connection = record.json()?;
        let waits = connection.state == ConnectionState::Authorizing;
        if let (true, Some(Auth::OAuth(oauth))) = (waits, connection.auth.clone()) {
            match self.new_token(&connection, &oauth).await {
                Ok(_) => {
                    connection.state = ConnectionState::Authorized;
                    connection.state_reason = None;
                    connection.authorized_ms = Some(self.clock.now_ms());
                }
                Err(error) => {
                    let reason: String = error.to_string().chars().take(LONGEST_REASON).collect();
                    connection.state = ConnectionState::Deauthorized;
                    connection.state_reason = Some(reason);
                }
            }
            let expect = Expect::Version(record.version);
            batch.put_json(CONNECTIONS, at.key(), &connection, expect)?;
        }
        self.store.commit(batch).await
    }
}
