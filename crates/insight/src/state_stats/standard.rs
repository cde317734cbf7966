//! The executions of a Standard machine: listed by Calls, their histories as they are streamed.

use std::time::Duration;

use aws::ApiError;
use serde_json::{Value, json};

use super::{
    Found, MOST_EVENTS,
    tally::{Event, Execution, Tally},
};
use crate::{Insight, web::Ask};

/// Executions that still run are passed over; after so many of them nobody looks further.
const MOST_PASSED: usize = 1_000;
/// An execution that has ended tells all at once; one that was redriven meanwhile would be waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Map runs whose children are asked for.
const MOST_MAP_RUNS: usize = 200;

/// Reads the last executions that have ended.
pub(super) async fn read(
    insight: &Insight,
    ask: &Ask,
    arn: &str,
    last: usize,
) -> Result<Found, ApiError> {
    let (ended, mut truncated) = ended(insight, ask, arn, last).await?;
    let mut tally = Tally::default();
    let mut events = 0;
    for arn in ended {
        if events >= MOST_EVENTS {
            truncated = true;
            break;
        }
        match told(insight, &arn).await {
            Ok(told) => {
                events += told.events;
                tally.add(told.one);
            }
            // Deleted, or redriven, since it was listed.
            Err(error) => {
                tracing::debug!(%error, arn, "an execution is left out of its machine's statistics")
            }
        }
    }
    for (run, state) in tally.map_runs().into_iter().take(MOST_MAP_RUNS) {
        let input = json!({"mapRunArn": run});
        let described = ask
            .call(&*insight.door, "states", "DescribeMapRun", input)
            .await;
        let children = described
            .ok()
            .and_then(|run| run["executionCounts"]["total"].as_u64());
        tally.started_children(&state, children.unwrap_or_default());
    }
    Ok(Found { tally, truncated })
}

/// Returns the ARNs of the last executions that have ended, the newest first, and whether there are more.
async fn ended(
    insight: &Insight,
    ask: &Ask,
    arn: &str,
    last: usize,
) -> Result<(Vec<String>, bool), ApiError> {
    let mut found = Vec::new();
    let mut passed = 0;
    let mut token = Value::Null;
    loop {
        let mut input = json!({"stateMachineArn": arn, "maxResults": 1000});
        if !token.is_null() {
            input["nextToken"] = token;
        }
        let page = ask
            .call(&*insight.door, "states", "ListExecutions", input)
            .await?;
        for execution in page["executions"].as_array().into_iter().flatten() {
            if execution["stopDate"].is_null() || execution["status"] == "RUNNING" {
                passed += 1;
            } else if found.len() == last {
                return Ok((found, true));
            } else if let Some(arn) = execution["executionArn"].as_str() {
                found.push(arn.to_owned());
            }
        }
        token = page["nextToken"].clone();
        if token.is_null() || passed >= MOST_PASSED {
            return Ok((found, !token.is_null()));
        }
    }
}

struct Told {
    one: Execution,
    events: usize,
}

async fn told(insight: &Insight, arn: &str) -> Result<Told, ApiError> {
    let mut history = insight.services.follow(arn, 0).await?;
    let mut told = Told {
        one: Execution::default(),
        events: 0,
    };
    let all = async {
        while let Some(events) = history.next().await? {
            // A long history is read from memory in one go: others have their turn.
            tokio::task::yield_now().await;
            told.events += events.len();
            for event in &events {
                if let Some(event) = Event::of_history(event) {
                    told.one.push(&event);
                }
            }
        }
        Ok::<_, ApiError>(())
    };
    let whole = tokio::time::timeout(PATIENCE, all).await;
    whole.map_err(|_| ApiError::new("ExecutionRunning", "The execution runs again."))??;
    Ok(told)
}
