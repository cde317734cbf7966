//! PutLogEvents.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, StoreError};

use crate::{
    Logs, error,
    events::{self, Event, OVERHEAD},
    records::{self, Late, STREAMS},
};

const HOUR_MS: i64 = 3_600_000;
const LARGEST_BATCH: usize = 1_048_576;
const LARGEST_EVENT: usize = 1_048_576;

/// How often a batch is tried anew that met another one for the same stream.
const TRIES: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Input {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<InputEvent>,
}

#[derive(Deserialize)]
struct InputEvent {
    timestamp: i64,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    next_sequence_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_log_events_info: Option<Rejected>,
}

/// Both ends are exclusive, the start is inclusive.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    too_new_log_event_start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    too_old_log_event_end_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_log_event_end_index: Option<usize>,
}

pub(crate) async fn put(
    logs: Arc<Logs>,
    context: Context,
    input: Input,
) -> Result<Output, ApiError> {
    check(&input.log_events)?;
    let group = records::group(&logs.store, &context, &input.log_group_name).await?;
    let now_ms = logs.clock.now_ms();
    let (accepted, rejected) = sort_out(input.log_events, now_ms, group.oldest_ms(now_ms));
    let key = records::stream_key(&context, &group.name, &input.log_stream_name);
    for _ in 0..TRIES {
        let (mut stream, version) =
            records::stream(&logs.store, &context, &group.name, &input.log_stream_name).await?;
        let (Some(first), Some(last)) = (accepted.first(), accepted.last()) else {
            return Ok(Output {
                next_sequence_token: sequence_token(stream.count),
                rejected_log_events_info: Some(rejected),
            });
        };
        let numbered = (stream.count..).zip(&accepted).map(|(seq, event)| Event {
            ms: event.timestamp,
            seq,
            ingested_ms: now_ms,
            message: event.message.clone(),
        });
        let mut batch = Batch::new();
        let numbered = numbered.collect();
        events::append(&logs.store, stream.number, numbered, &mut batch)
            .await
            .map_err(error::failed)?;
        if stream.last_ms.is_some_and(|last| first.timestamp < last) {
            stream.late.push(Late {
                seq: stream.count,
                first_ms: first.timestamp,
                ingested_ms: now_ms,
            });
            let more = stream.late.len().saturating_sub(Late::KEPT);
            stream.late.drain(..more);
        }
        stream.first_ms = Some(
            stream
                .first_ms
                .map_or(first.timestamp, |ms| ms.min(first.timestamp)),
        );
        stream.last_ms = stream.last_ms.max(Some(last.timestamp));
        stream.ingested_ms = Some(now_ms);
        stream.count += accepted.len() as u64;
        stream.bytes += accepted
            .iter()
            .map(|event| (event.message.len() + OVERHEAD) as u64)
            .sum::<u64>();
        batch
            .put_json(STREAMS, key.clone(), &stream, Expect::Version(version))
            .map_err(error::failed)?;
        match logs.store.commit(batch).await {
            Ok(()) => {
                return Ok(Output {
                    next_sequence_token: sequence_token(stream.count),
                    rejected_log_events_info: (rejected != Rejected::default()).then_some(rejected),
                });
            }
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(error::failed(other)),
        }
    }
    Err(error::aborted())
}

/// AWS's tokens are numbers of 56 digits.
pub(super) fn sequence_token(count: u64) -> String {
    format!(
        "{:056}",
        u128::from(count) + 49_000_000_000_000_000_000_000_000_000
    )
}

fn check(events: &[InputEvent]) -> Result<(), ApiError> {
    if let Some(event) = events
        .iter()
        .find(|event| event.message.len() + OVERHEAD > LARGEST_EVENT)
    {
        let size = event.message.len() + OVERHEAD;
        return Err(error::invalid(format!(
            "Log event too large: {size} bytes exceeds limit of {LARGEST_EVENT}"
        )));
    }
    let size: usize = events
        .iter()
        .map(|event| event.message.len() + OVERHEAD)
        .sum();
    if size > LARGEST_BATCH {
        return Err(error::invalid(format!(
            "Upload too large: {size} bytes exceeds limit of {LARGEST_BATCH}"
        )));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(error::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let span = events
        .first()
        .zip(events.last())
        .map_or(0, |(first, last)| last.timestamp - first.timestamp);
    if span > 24 * HOUR_MS {
        return Err(error::invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok(())
}

/// Parts what is kept from what is too old, past its group's retention or too far ahead.
fn sort_out(events: Vec<InputEvent>, now_ms: i64, oldest_ms: i64) -> (Vec<InputEvent>, Rejected) {
    let before = |ms: i64| events.partition_point(|event| event.timestamp < ms);
    let old = before(now_ms - 14 * 24 * HOUR_MS);
    let expired = before(oldest_ms);
    let new = before(now_ms + 2 * HOUR_MS + 1);
    let rejected = Rejected {
        too_new_log_event_start_index: (new < events.len()).then_some(new),
        too_old_log_event_end_index: (old > 0).then_some(old),
        expired_log_event_end_index: (expired > 0).then_some(expired),
    };
    let from = old.max(expired).min(new);
    let kept = events.into_iter().take(new).skip(from).collect();
    (kept, rejected)
}
