//! Backfill of a rule's schedule.

use aws::{ApiError, ids};
use store::Batch;

use crate::{
    EventBridge,
    api::errors,
    backfill::{self, Backfill, Due, token::Tokened},
    rules::{Compiled, RuleRef},
    schedule::expression::next_after_utc,
};

/// What was asked for under client tokens.
const TOKENS: &str = "events/backfill-tokens";

impl EventBridge {
    /// Returns when a rule's schedule was due from `from_ms` to `to_ms`, as far as it is past.
    ///
    /// **Errors**: `ResourceNotFoundException`; `ValidationException` for a rule that has no schedule.
    pub fn due_within(&self, at: &RuleRef, from_ms: i64, to_ms: i64) -> Result<Due, ApiError> {
        let found = self.index.get(at).ok_or_else(|| errors::no_rule(at))?;
        let next = occurrences(&found, from_ms)?;
        Ok(Due::find(next, from_ms, to_ms.min(self.clock.now_ms())))
    }

    /// Runs past occurrences of a rule's schedule, whether it is enabled or not: each becomes an event of its time, and
    /// its deliveries are queued, all in one commit. The same request again under the same token queues nothing: it is
    /// answered as the first was.
    ///
    /// **Errors**: those of [`due_within`](Self::due_within); `ValidationException` for a time at which it was not due,
    /// too many of them, and a rule without targets; `ConflictException` for a token of another request.
    pub async fn backfill(
        &self,
        at: &RuleRef,
        times_ms: &[i64],
        token: Option<&str>,
    ) -> Result<Backfill, ApiError> {
        let _alone = self.changes.lock().await;
        let of = at.parts();
        let tokened = token.map(|t| Tokened::new(&self.store, TOKENS, t, &of, times_ms));
        let tokened = tokened.transpose()?;
        if let Some(asked) = &tokened
            && let Some(begun) = asked.before().await?
        {
            return Ok(begun);
        }
        let found = self.index.get(at).ok_or_else(|| errors::no_rule(at))?;
        if found.targets.is_empty() {
            let message = format!("Rule {} has no targets to run.", at.name);
            return Err(errors::invalid(message));
        }
        let now = self.clock.now_ms();
        let times = backfill::checked(times_ms, found.targets.len(), now, |from| {
            occurrences(&found, from)
        })?;
        let begun = Backfill {
            id: ids::uuid(),
            queued: times.len() * found.targets.len(),
        };
        let mut batch = Batch::new();
        for due in &times {
            self.enqueue_occurrence(&mut batch, &found, *due, now, Some(&begun.id))
                .await
                .map_err(errors::store)?;
        }
        if let Some(asked) = tokened {
            asked.keep(&mut batch, &begun, now).await?;
        }
        self.store.commit(batch).await.map_err(errors::store)?;
        self.backfills_wake.notify_one();
        Ok(begun)
    }
}

/// Returns what finds the next occurrence after a time that is not before `from_ms`.
fn occurrences(
    found: &Compiled,
    from_ms: i64,
) -> Result<impl Fn(i64) -> Option<i64> + '_, ApiError> {
    let Some(expression) = found.schedule.as_ref() else {
        let message = format!("Rule {} has no schedule.", found.rule.at.name);
        return Err(errors::invalid(message));
    };
    let anchor_ms =
        expression.anchor_before(found.rule.scheduled_from_ms, from_ms.saturating_sub(1));
    Ok(move |t_ms| next_after_utc(expression, anchor_ms, t_ms))
}
