//! Follows an execution state by state.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    client::Client,
    screen::{self, Step},
};

/// How often the history is asked for; a person watches.
const POLL: Duration = Duration::from_millis(100);

/// How an execution ended.
pub(crate) struct Ended {
    pub status: String,
    pub error: Option<String>,
    pub cause: Option<String>,
    /// Output of each Task state that was left, by state name.
    pub outputs: Vec<(String, Value)>,
    pub took: Duration,
}

/// Prints each state as it ends, with its status as a word and its time, until the execution has ended.
pub(crate) async fn execution(client: &Client, arn: &str) -> anyhow::Result<Ended> {
    let (began, mut seen, mut running, mut outputs) =
        (Instant::now(), 0, None::<(String, f64, Step)>, Vec::new());
    loop {
        let input = json!({"executionArn": arn, "maxResults": 1000});
        let history = client.call("states", "GetExecutionHistory", input).await?;
        let events = history["events"].as_array().cloned().unwrap_or_default();
        for event in events.iter().skip(seen) {
            let at = event["timestamp"].as_f64().unwrap_or_default();
            if let Some(name) = event["stateEnteredEventDetails"]["name"].as_str() {
                running = Some((name.to_owned(), at, Step::start(format!("{name}: RUNNING"))));
            }
            let left = &event["stateExitedEventDetails"];
            if let Some(name) = left["name"].as_str() {
                if let Some((_, entered, _)) = running.take() {
                    screen::line(name, "SUCCEEDED", seconds(at - entered));
                }
                let output = left["output"]
                    .as_str()
                    .and_then(|o| serde_json::from_str(o).ok())
                    .unwrap_or_default();
                outputs.push((name.to_owned(), output));
            }
        }
        seen = events.len();
        let described = client
            .call("states", "DescribeExecution", json!({"executionArn": arn}))
            .await?;
        let status = described["status"].as_str().unwrap_or_default();
        // the history read before may miss the last events: once more around
        if status != "RUNNING" && history_is_whole(&events) {
            if let Some((name, entered, _)) = running.take() {
                let at = events
                    .last()
                    .and_then(|e| e["timestamp"].as_f64())
                    .unwrap_or(entered);
                screen::line(&name, status, seconds(at - entered));
            }
            let text = |key: &str| described[key].as_str().map(str::to_owned);
            let (error, cause) = (text("error"), text("cause"));
            return Ok(Ended {
                status: status.to_owned(),
                error,
                cause,
                outputs,
                took: began.elapsed(),
            });
        }
        tokio::time::sleep(POLL).await;
    }
}

fn history_is_whole(events: &[Value]) -> bool {
    const LAST: [&str; 4] = [
        "ExecutionSucceeded",
        "ExecutionFailed",
        "ExecutionAborted",
        "ExecutionTimedOut",
    ];
    events
        .last()
        .and_then(|e| e["type"].as_str())
        .is_some_and(|t| LAST.contains(&t))
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
