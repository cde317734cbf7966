//! `/_taxiway/stream/history`: an execution's history events as they are committed.

use aws::{ApiError, Body};
use futures::StreamExt;
use http::Response;
use serde_json::json;

use crate::{
    Insight,
    services::History,
    web::{Ask, Message},
};

/// Answers `GET /_taxiway/stream/history?executionArn=…&after=ID`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let arn = ask.needed("executionArn")?;
    // Whether it is there, and may be seen.
    let input = json!({"executionArn": arn, "includedData": "METADATA_ONLY"});
    ask.call(&*insight.door, "states", "DescribeExecution", input)
        .await?;
    let last = ask.parts.headers.get("last-event-id");
    let last = last.and_then(|id| id.to_str().ok()?.parse().ok());
    let after = match last {
        Some(last) => last,
        None => ask.number("after", 0, u64::MAX)?,
    };
    let history = insight.services.follow(arn, after).await?;
    let messages = futures::stream::unfold(Some(history), |history| async move {
        let mut history = history?;
        match history.next().await {
            Ok(Some(events)) => {
                let messages = events.into_iter().map(|event| Message {
                    id: event.get("id").map(ToString::to_string),
                    event: None,
                    data: serde_json::Value::Object(event).to_string(),
                });
                Some((messages.collect(), Some(history)))
            }
            Ok(None) => Some((vec![end(&*history)], None)),
            Err(error) => {
                // The client comes back with the last id that it saw.
                tracing::warn!(%error, "a stream of history events ended");
                None
            }
        }
    });
    insight.streams.answer(messages.boxed())
}

fn end(history: &dyn History) -> Message {
    Message {
        id: None,
        event: Some("end"),
        data: json!({"status": history.status()}).to_string(),
    }
}

#[cfg(test)]
mod tests;
