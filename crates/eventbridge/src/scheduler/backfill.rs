//! Backfill of a schedule.

use aws::{ApiError, ids};
use store::Batch;

use super::{
    Scheduler,
    api::errors,
    schedule::{Schedule, ScheduleRef},
    timing::Timing,
};
use crate::backfill::{self, Backfill, Due, token::Tokened};

/// What was asked for under client tokens.
const TOKENS: &str = "scheduler/backfill-tokens";

impl Scheduler {
    /// Returns when a schedule was due from `from_ms` to `to_ms`, as far as it is past, before its flexible window.
    ///
    /// **Errors**: `ResourceNotFoundException`.
    pub async fn due_within(
        &self,
        at: &ScheduleRef,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Due, ApiError> {
        let schedule = self.known(at).await?;
        let timing = timing(&schedule, from_ms)?;
        let to_ms = to_ms.min(self.clock.now_ms());
        Ok(Due::find(|t| timing.next_after(t), from_ms, to_ms))
    }

    /// Runs past occurrences of a schedule, whether it is enabled or not: an invocation for each is queued, all in one
    /// commit. The same request again under the same token queues nothing: it is answered as the first was.
    ///
    /// **Errors**: `ResourceNotFoundException`; `ValidationException` for a time at which it was not due, or too many;
    /// `ConflictException` for a token of another request.
    pub async fn backfill(
        &self,
        at: &ScheduleRef,
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
        let schedule = self.known(at).await?;
        let now = self.clock.now_ms();
        let times = backfill::checked(times_ms, 1, now, |from| {
            let timing = timing(&schedule, from)?;
            Ok(move |t| timing.next_after(t))
        })?;
        let begun = Backfill {
            id: ids::uuid(),
            queued: times.len(),
        };
        let mut batch = Batch::new();
        for due in &times {
            let queued = self.queue(&mut batch, &schedule, *due, now, Some(&begun.id));
            queued.await.map_err(errors::store)?;
        }
        if let Some(asked) = tokened {
            asked.keep(&mut batch, &begun, now).await?;
        }
        self.store.commit(batch).await.map_err(errors::store)?;
        self.backfills_wake.notify_one();
        Ok(begun)
    }

    async fn known(&self, at: &ScheduleRef) -> Result<Schedule, ApiError> {
        let found = self.schedule(at).await?;
        found.ok_or_else(|| errors::no_schedule(&at.name))
    }
}

/// Returns when it is due from a time on that may lie before it was made.
fn timing(schedule: &Schedule, from_ms: i64) -> Result<Timing, ApiError> {
    let timing = schedule.timing().ok_or_else(|| {
        let message = format!("Invalid Schedule Expression {}.", schedule.expression);
        errors::invalid(message)
    })?;
    let anchor_ms = timing
        .expression
        .anchor_before(timing.anchor_ms, from_ms.saturating_sub(1));
    Ok(Timing {
        anchor_ms,
        ..timing
    })
}
