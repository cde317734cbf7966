//! FilterLogEvents: searches many streams of a group at once; and trying a pattern out.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{
    get::{PAGE, PAGE_BYTES},
    group_name, token,
};
use crate::{
    Logs, error,
    events::{Event, Merge, Rank, Source},
    pattern::Pattern,
    records::{self, Stream},
};

/// How many events one call looks at. A call that finds little answers what it has, and a token to go on, rather
/// than keep its caller waiting; AWS does so too.
const LOOKS: usize = 200_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    events: Vec<OutputEvent>,
    /// Always empty, as AWS answers since May 2020.
    searched_log_streams: [String; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutputEvent {
    log_stream_name: String,
    timestamp: i64,
    message: String,
    ingestion_time: i64,
    event_id: String,
}

pub(crate) async fn filter(
    logs: Arc<Logs>,
    context: Context,
    input: Input,
) -> Result<Output, ApiError> {
    if input.log_stream_names.is_some() && input.log_stream_name_prefix.is_some() {
        return Err(error::invalid(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ));
    }
    let pattern = parse(input.filter_pattern.as_deref().unwrap_or_default())?;
    let group = group_name(&context, input.log_group_name, input.log_group_identifier)?;
    let group = records::group(&logs.store, &context, &group).await?;
    let start = input
        .start_time
        .unwrap_or(0)
        .max(group.oldest_ms(logs.clock.now_ms()));
    let end = input.end_time.unwrap_or(i64::MAX);
    let after: Option<Rank> = token::read(input.next_token.as_deref())?;
    let streams = match &input.log_stream_names {
        Some(names) => named(&logs, &context, &group.name, names).await?,
        None => {
            let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
            records::streams(&logs.store, &context, &group.name, prefix).await?
        }
    };
    let reaches = |stream: &Stream| {
        stream.last_ms.is_some_and(|last| last >= start)
            && stream.first_ms.is_some_and(|first| first < end)
    };
    let sources = streams.into_iter().filter(reaches);
    let sources = sources
        .map(|stream| Source {
            name: stream.name,
            number: stream.number,
        })
        .collect();
    let mut merge = Merge::new(&logs.store, sources, start, after)
        .await
        .map_err(error::failed)?;
    let (limit, mut bytes) = (input.limit.unwrap_or(PAGE), 0);
    let (mut events, mut last, mut next_token) = (Vec::new(), after, None);
    for looks in 0.. {
        let Some(rank) = merge.peek(&logs.store).await.map_err(error::failed)? else {
            break;
        };
        if rank.0 >= end {
            break;
        }
        if events.len() == limit || bytes >= PAGE_BYTES || looks == LOOKS {
            next_token = last.as_ref().map(token::of).transpose()?;
            break;
        }
        last = Some(rank);
        if let Some((source, event)) = merge.take()
            && pattern.matches(&event.message)
        {
            bytes += event.size();
            events.push(output(source, event));
        }
    }
    Ok(Output {
        events,
        searched_log_streams: [],
        next_token,
    })
}

pub(crate) fn parse(pattern: &str) -> Result<Pattern, ApiError> {
    Pattern::parse(pattern).map_err(|e| {
        if e.what.starts_with("Invalid character(s)") {
            return error::invalid(e.what);
        }
        error::invalid(format!(
            "Invalid filter pattern: {} (at character {})",
            e.what, e.at
        ))
    })
}

async fn named(
    logs: &Logs,
    context: &Context,
    group: &str,
    names: &[String],
) -> Result<Vec<Stream>, ApiError> {
    let mut streams = BTreeMap::new();
    for name in names {
        let (stream, _) = records::stream(&logs.store, context, group, name).await?;
        streams.insert(name, stream);
    }
    Ok(streams.into_values().collect())
}

/// The id is the event's place and its stream's number: unique in the group, and the same whenever it is read.
pub(crate) fn output(source: &Source, event: Event) -> OutputEvent {
    OutputEvent {
        log_stream_name: source.name.clone(),
        timestamp: event.ms,
        event_id: format!("{:039}{:017}", event.place().number(), source.number),
        message: event.message,
        ingestion_time: event.ingested_ms,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestInput {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct TestOutput {
    matches: Vec<Match>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    /// Counted from 1.
    event_number: usize,
    event_message: String,
    extracted_values: BTreeMap<String, String>,
}

pub(crate) async fn test(
    _: Arc<Logs>,
    _: Context,
    input: TestInput,
) -> Result<TestOutput, ApiError> {
    let pattern = parse(&input.filter_pattern)?;
    let numbered = (1..).zip(input.log_event_messages);
    let matches = numbered
        .filter(|(_, message)| pattern.matches(message))
        .map(|(event_number, event_message)| Match {
            event_number,
            extracted_values: pattern.extract(&event_message),
            event_message,
        })
        .collect();
    Ok(TestOutput { matches })
}
