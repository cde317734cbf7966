//! GetLogEvents: pages through one stream in both directions.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::group_name;
use crate::{
    Logs, error,
    events::{self, Event, Place, Walk},
    records,
};

/// A page's events: AWS's default and maximum.
pub(super) const PAGE: usize = 10_000;
/// A page's bytes, messages and 26 bytes an event.
pub(crate) const PAGE_BYTES: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<usize>,
    start_from_head: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    events: Vec<OutputEvent>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputEvent {
    timestamp: i64,
    message: String,
    ingestion_time: i64,
}

/// A token is a gap between two events: `f/` goes on with what comes after it, `b/` with what comes before. So
/// at either end the same token comes back, by which callers know the end, and a later call with it shows what came
/// since.
fn forward(gap: Place) -> String {
    format!("f/{:056}", gap.number())
}

fn backward(gap: Place) -> String {
    format!("b/{:056}", gap.number())
}

fn read(token: &str) -> Option<(bool, Place)> {
    let (direction, number) = token.split_once('/')?;
    let ahead = match direction {
        "f" => true,
        "b" => false,
        _ => return None,
    };
    Some((ahead, Place::from_number(number.parse().ok()?)?))
}

/// Returns where a forward token goes on.
pub(crate) fn gap_ahead(token: &str) -> Option<Place> {
    read(token).and_then(|(ahead, gap)| ahead.then_some(gap))
}

pub(crate) async fn get(
    logs: Arc<Logs>,
    context: Context,
    input: Input,
) -> Result<Output, ApiError> {
    let group = group_name(&context, input.log_group_name, input.log_group_identifier)?;
    let group = records::group(&logs.store, &context, &group).await?;
    let (stream, _) =
        records::stream(&logs.store, &context, &group.name, &input.log_stream_name).await?;
    let start = Place::at(
        input
            .start_time
            .unwrap_or(0)
            .max(group.oldest_ms(logs.clock.now_ms())),
    );
    let end = Place::at(input.end_time.unwrap_or(i64::MAX));
    let token = input
        .next_token
        .as_deref()
        .map(|token| read(token).ok_or_else(error::bad_token))
        .transpose()?;
    let head = input.start_from_head.unwrap_or_default();
    let (ahead, gap) = token.unwrap_or(if head { (true, start) } else { (false, end) });
    let limit = input.limit.unwrap_or(PAGE);
    let found = if ahead {
        page_ahead(&logs, stream.number, gap.max(start), end, limit).await?
    } else {
        let until = gap.min(end);
        let found =
            events::backward(&logs.store, stream.number, start, until, limit, PAGE_BYTES).await;
        found.map_err(error::failed)?
    };
    let empty = match token {
        Some((_, gap)) => gap,
        None => start,
    };
    Ok(Output {
        next_forward_token: forward(found.last().map_or(empty, |last| last.place().next())),
        next_backward_token: backward(found.first().map_or(empty, Event::place)),
        events: found.into_iter().map(output).collect(),
    })
}

async fn page_ahead(
    logs: &Logs,
    number: i64,
    from: Place,
    end: Place,
    limit: usize,
) -> Result<Vec<Event>, ApiError> {
    let mut walk = Walk::new(number, from);
    let mut found: Vec<Event> = Vec::new();
    let mut bytes = 0;
    while let Some(event) = walk.peek(&logs.store).await.map_err(error::failed)? {
        bytes += event.size();
        if found.len() == limit || event.place() >= end || (bytes > PAGE_BYTES && !found.is_empty())
        {
            break;
        }
        found.extend(walk.take());
    }
    Ok(found)
}

fn output(event: Event) -> OutputEvent {
    OutputEvent {
        timestamp: event.ms,
        message: event.message,
        ingestion_time: event.ingested_ms,
    }
}
