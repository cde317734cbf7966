//! Client tokens: what was asked for under one, so that the same request again starts nothing twice.

use aws::ApiError;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Store};

use super::Backfill;
use crate::api::errors;

/// How long a token is known at least: who asks again after a lost answer does it within the day.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// Of tokens that nobody asks for any more, so many go with each new one.
const FORGOTTEN_AT_ONCE: usize = 100;
/// As AWS's client tokens.
const LONGEST: usize = 64;

/// What came of a token.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    v: u32,
    /// The parts of the key of the rule or schedule.
    of: Vec<String>,
    times_ms: Vec<i64>,
    id: String,
    queued: usize,
}

/// A request under a token.
pub(crate) struct Tokened<'a> {
    store: &'a Store,
    /// [`Kept`] by account, region and token; the queue of the same name tells when each may go.
    table: &'static str,
    token: &'a str,
    /// The parts of the key of the rule or schedule: account and region first.
    of: Vec<String>,
    times_ms: Vec<i64>,
}

impl<'a> Tokened<'a> {
    /// **Errors**: `ValidationException` for a token that is none.
    pub(crate) fn new(
        store: &'a Store,
        table: &'static str,
        token: &'a str,
        of: &[&str],
        times_ms: &[i64],
    ) -> Result<Self, ApiError> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if !(1..=LONGEST).contains(&token.len()) || !token.bytes().all(fits) {
            let message = format!(
                "A client token has 1 to {LONGEST} letters, digits, hyphens and underscores."
            );
            return Err(errors::invalid(message));
        }
        let mut times_ms = times_ms.to_vec();
        times_ms.sort_unstable();
        times_ms.dedup();
        Ok(Self {
            store,
            table,
            token,
            of: of.iter().map(|part| (*part).to_owned()).collect(),
            times_ms,
        })
    }

    fn key(&self) -> Key {
        let place = self.of.iter().take(2).map(String::as_str);
        Key::of(&place.chain([self.token]).collect::<Vec<_>>())
    }

    /// Returns what the request has led to already.
    ///
    /// **Errors**: `ConflictException` where the token was another request's.
    pub(crate) async fn before(&self) -> Result<Option<Backfill>, ApiError> {
        let kept = self.store.get_json::<Kept>(self.table, &self.key()).await;
        let Some(kept) = kept.map_err(errors::store)? else {
            return Ok(None);
        };
        if (&kept.of, &kept.times_ms) != (&self.of, &self.times_ms) {
            let message = format!(
                "The client token {} was used for another backfill.",
                self.token
            );
            return Err(ApiError::new("ConflictException", message).with_status(409));
        }
        Ok(Some(Backfill {
            id: kept.id,
            queued: kept.queued,
        }))
    }

    /// Adds to a batch that this is what the request led to, and the end of tokens that are old.
    pub(crate) async fn keep(
        self,
        batch: &mut Batch,
        begun: &Backfill,
        now_ms: i64,
    ) -> Result<(), ApiError> {
        let old = self.store.timers(self.table, now_ms, FORGOTTEN_AT_ONCE);
        for timer in old.await.map_err(errors::store)? {
            batch.delete(self.table, timer.key.clone());
            batch.clear_timer(self.table, timer.key);
        }
        let key = self.key();
        let kept = Kept {
            v: 1,
            of: self.of,
            times_ms: self.times_ms,
            id: begun.id.clone(),
            queued: begun.queued,
        };
        batch
            .put_json(self.table, key.clone(), &kept, Expect::Any)
            .map_err(errors::store)?;
        batch.set_timer(self.table, key, now_ms + KEPT_MS, Vec::new());
        Ok(())
    }
}
