//! GetExecutionHistory: the journal, told in AWS's words when asked for.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::seconds::Seconds;
use crate::{StepFunctions, driver::Part, execution::Record, paging, refusal, tables};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetInput {
    execution_arn: String,
    max_results: Option<i64>,
    reverse_order: Option<bool>,
    next_token: Option<String>,
    include_execution_data: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetOutput {
    events: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(crate) async fn get(
    service: Arc<StepFunctions>,
    _: Context,
    input: GetInput,
) -> Result<GetOutput, ApiError> {
    let record = service.record(&input.execution_arn).await?;
    let size = paging::size(input.max_results);
    let reverse = input.reverse_order.unwrap_or(false);
    let stream = tables::stream(record.stream);
    let order = if reverse { "r" } else { "f" };
    let prefix = store::Key::prefix(&[&stream, order]);
    let part = match paging::after(input.next_token.as_deref(), &prefix)? {
        None if reverse => Part::OfAll,
        None => Part::After(0),
        Some(key) => {
            let place = key.parts().pop().and_then(|p| p.parse::<usize>().ok());
            let place = place.ok_or_else(refusal::invalid_token)?;
            if reverse {
                Part::Of(place)
            } else {
                Part::After(place)
            }
        }
    };
    let with_data = input.include_execution_data.unwrap_or(true);
    let told = service.driver.told(&record, part, size).await;
    let told = told.map_err(refusal::store)?;
    let next_token = told.next.and_then(|next| match next {
        Part::After(place) | Part::Of(place) => {
            let key = tables::key(&[&stream, order, &place.to_string()]);
            Some(paging::token(&key))
        }
        Part::OfAll => None,
    });
    let shown = |event| shown(event, &record, with_data);
    let events = told.events.iter().map(shown).collect();
    Ok(GetOutput { events, next_token })
}

/// Returns a history event as GetExecutionHistory has it.
pub(super) fn shown(
    event: &asl::history::HistoryEvent,
    record: &Record,
    with_data: bool,
) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("timestamp".into(), json!(Seconds(event.timestamp_ms)));
    out.insert("type".into(), event.kind.into());
    out.insert("id".into(), event.id.into());
    out.insert("previousEventId".into(), event.previous_id.into());
    let Some((name, details)) = &event.details else {
        return out;
    };
    let mut details = details.to_json();
    if let Some(details) = details.as_object_mut() {
        if !with_data {
            for data in ["input", "inputDetails", "output", "outputDetails"] {
                details.remove(data);
            }
        }
        if event.kind == "ExecutionStarted" {
            let mut qualified = |name: &str, arn: Option<String>| {
                if let Some(arn) = arn {
                    details.insert(name.into(), arn.into());
                }
            };
            qualified("stateMachineAliasArn", record.home.alias_arn());
            qualified("stateMachineVersionArn", record.home.version_arn());
        }
    }
    out.insert((*name).into(), details);
    out
}
