//! Log streams.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, StoreError};

use super::{Nothing, group_name, token};
use crate::{
    Logs, arn, error, events,
    records::{self, GARBAGE, GROUPS, STREAMS, Stream},
};

/// Streams on a page: AWS's default and maximum.
const PAGE: usize = 50;

/// How often a stream is made anew whose group changed meanwhile.
const TRIES: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NameInput {
    log_group_name: String,
    log_stream_name: String,
}

pub(crate) async fn create(
    logs: Arc<Logs>,
    context: Context,
    input: NameInput,
) -> Result<Nothing, ApiError> {
    let group_key = records::group_key(&context, &input.log_group_name);
    let key = records::stream_key(&context, &input.log_group_name, &input.log_stream_name);
    let found = logs
        .store
        .get(GROUPS, &group_key)
        .await
        .map_err(error::failed)?;
    let mut group = found.ok_or_else(error::no_group)?;
    let stream = Stream {
        v: 1,
        number: logs.store.new_stream().await.map_err(error::failed)?,
        created_ms: logs.clock.now_ms(),
        first_ms: None,
        last_ms: None,
        ingested_ms: None,
        count: 0,
        bytes: 0,
        late: Vec::new(),
        name: input.log_stream_name,
    };
    for _ in 0..TRIES {
        let mut batch = Batch::new();
        batch
            .put_json(STREAMS, key.clone(), &stream, Expect::Absent)
            .map_err(error::failed)?;
        // A group that is being deleted must meet this, else the stream would outlive it.
        batch.put_if(
            GROUPS,
            group_key.clone(),
            group.value,
            Expect::Version(group.version),
        );
        match logs.store.commit(batch).await {
            Ok(()) => return Ok(Nothing {}),
            Err(StoreError::Conflict { table, .. }) if table == STREAMS => {
                return Err(error::stream_exists());
            }
            Err(StoreError::Conflict { .. }) => {
                let found = logs
                    .store
                    .get(GROUPS, &group_key)
                    .await
                    .map_err(error::failed)?;
                group = found.ok_or_else(error::no_group)?;
            }
            Err(other) => return Err(error::failed(other)),
        }
    }
    Err(error::aborted())
}

pub(crate) async fn delete(
    logs: Arc<Logs>,
    context: Context,
    input: NameInput,
) -> Result<Nothing, ApiError> {
    records::group(&logs.store, &context, &input.log_group_name).await?;
    let (stream, _) = records::stream(
        &logs.store,
        &context,
        &input.log_group_name,
        &input.log_stream_name,
    )
    .await?;
    let mut batch = Batch::new();
    batch.delete_if(
        STREAMS,
        records::stream_key(&context, &input.log_group_name, &stream.name),
        Expect::Present,
    );
    batch.put(GARBAGE, events::prefix(stream.number), "");
    match logs.store.commit(batch).await {
        Ok(()) => {
            logs.swept.notify_one();
            Ok(Nothing {})
        }
        Err(StoreError::Conflict { .. }) => Err(error::no_stream()),
        Err(other) => Err(error::failed(other)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    descending: Option<bool>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    log_streams: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    log_stream_name: String,
    creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ingestion_time: Option<i64>,
    upload_sequence_token: String,
    arn: String,
    /// AWS answers 0 for every stream since June 2019.
    stored_bytes: u64,
}

pub(crate) async fn describe(
    logs: Arc<Logs>,
    context: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let by_time = input.order_by.as_deref() == Some("LastEventTime");
    if by_time && input.log_stream_name_prefix.is_some() {
        return Err(error::invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let group = group_name(&context, input.log_group_name, input.log_group_identifier)?;
    records::group(&logs.store, &context, &group).await?;
    let prefix = input.log_stream_name_prefix.unwrap_or_default();
    let mut streams = records::streams(&logs.store, &context, &group, &prefix).await?;
    let rank = |stream: &Stream| {
        (
            by_time.then_some(stream.last_ms).flatten().unwrap_or(0),
            stream.name.clone(),
        )
    };
    let descending = input.descending.unwrap_or_default();
    streams.sort_by_cached_key(rank);
    let last: Option<(i64, String)> = token::read(input.next_token.as_deref())?;
    if descending {
        streams.reverse();
    }
    if let Some(last) = last {
        streams.retain(|stream| {
            if descending {
                rank(stream) < last
            } else {
                rank(stream) > last
            }
        });
    }
    let limit = input.limit.unwrap_or(PAGE);
    let mut next_token = None;
    if streams.len() > limit {
        streams.truncate(limit);
        next_token = streams
            .last()
            .map(|stream| token::of(&rank(stream)))
            .transpose()?;
    }
    let log_streams = streams
        .into_iter()
        .map(|stream| described(&context, &group, stream))
        .collect();
    Ok(DescribeOutput {
        log_streams,
        next_token,
    })
}

fn described(context: &Context, group: &str, stream: Stream) -> Described {
    Described {
        creation_time: stream.created_ms,
        first_event_timestamp: stream.first_ms,
        last_event_timestamp: stream.last_ms,
        last_ingestion_time: stream.ingested_ms,
        upload_sequence_token: super::put::sequence_token(stream.count),
        arn: arn::stream(context, group, &stream.name),
        stored_bytes: 0,
        log_stream_name: stream.name,
    }
}
