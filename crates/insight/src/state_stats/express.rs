//! The executions of an Express machine, which keeps no histories: from the log that its events are written to.

use std::collections::HashMap;

use aws::ApiError;
use serde_json::{Value, json};

use super::{
    Found, MOST_EVENTS,
    tally::{Event, Execution, Tally},
};
use crate::{Insight, web::Ask};

/// Events that are read of one log stream at once, AWS's own limit.
const EVENTS_AT_ONCE: usize = 10_000;

/// Reads the last executions of the machine's log. Each has a stream of its own, whose name begins with when it began.
///
/// **Errors**: `LogLevelNotAll` where not every event is logged.
pub(super) async fn read(
    insight: &Insight,
    ask: &Ask,
    machine: &Value,
    last: usize,
) -> Result<Found, ApiError> {
    let logging = &machine["loggingConfiguration"];
    let group = logging["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"].as_str();
    let group = group.and_then(|arn| arn.split(':').nth(6));
    let Some(group) = group.filter(|_| logging["level"] == "ALL") else {
        let message = "An Express state machine keeps no history: set its log level to ALL, and its executions are known from its log group.";
        return Err(ApiError::new("LogLevelNotAll", message));
    };
    let prefix = format!("states/{}/", machine["name"].as_str().unwrap_or_default());
    let (streams, mut truncated) = streams(insight, ask, group, &prefix, last).await?;
    let mut tally = Tally::default();
    let mut events = 0;
    for stream in streams {
        if events >= MOST_EVENTS {
            truncated = true;
            break;
        }
        let mut executions: HashMap<String, Execution> = HashMap::new();
        events += read_stream(insight, ask, group, &stream, &mut executions).await?;
        for execution in executions.into_values().filter(Execution::is_whole) {
            tally.add(execution);
        }
    }
    Ok(Found { tally, truncated })
}

/// Returns the newest log streams, and whether there are more.
async fn streams(
    insight: &Insight,
    ask: &Ask,
    group: &str,
    prefix: &str,
    last: usize,
) -> Result<(Vec<String>, bool), ApiError> {
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut input = json!({"logGroupName": group, "logStreamNamePrefix": prefix, "descending": true, "limit": 50});
        if !token.is_null() {
            input["nextToken"] = token;
        }
        let page = ask
            .call(&*insight.door, "logs", "DescribeLogStreams", input)
            .await?;
        for stream in page["logStreams"].as_array().into_iter().flatten() {
            if found.len() == last {
                return Ok((found, true));
            }
            found.extend(stream["logStreamName"].as_str().map(str::to_owned));
        }
        token = page["nextToken"].clone();
        if token.is_null() {
            return Ok((found, false));
        }
    }
}

/// Reads one stream; returns how many events it had.
async fn read_stream(
    insight: &Insight,
    ask: &Ask,
    group: &str,
    stream: &str,
    executions: &mut HashMap<String, Execution>,
) -> Result<usize, ApiError> {
    let mut count = 0;
    let mut token = Value::Null;
    loop {
        let mut input = json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true, "limit": EVENTS_AT_ONCE});
        if !token.is_null() {
            input["nextToken"] = token.clone();
        }
        let page = ask
            .call(&*insight.door, "logs", "GetLogEvents", input)
            .await?;
        let lines = page["events"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for line in lines {
            let text = line["message"].as_str().unwrap_or_default();
            let Ok(line) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            let Some(arn) = line["execution_arn"].as_str() else {
                continue;
            };
            if let Some(event) = Event::of_log(&line) {
                executions.entry(arn.to_owned()).or_default().push(&event);
            }
        }
        count += lines.len();
        // At the end the token stays the same.
        let next = page["nextForwardToken"].clone();
        if lines.is_empty() || next.is_null() || next == token || count >= MOST_EVENTS {
            return Ok(count);
        }
        token = next;
    }
}
