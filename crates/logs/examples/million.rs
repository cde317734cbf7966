//! Measures a stream of a million lines: putting, a page in the middle, the newest page, a search through all.
//!
//! `cargo run --profile fast -p taxiway-logs --example million`

use std::{sync::Arc, time::Instant};

use anyhow::Result;
use aws::testing::TestDoor;
use logs::Logs;
use serde_json::{Value, json};
use store::{Clock, Options, Store, SystemClock};

const LINES: i64 = 1_000_000;
const BATCH: i64 = 5_000;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("taxiway-million-{}", std::process::id()));
    let store = Store::open(&folder.join("logs.db"), Options::default())?;
    let door = TestDoor::new(Logs::new(store, Arc::new(SystemClock)));
    let call = async |operation: &str, mut input: Value| {
        input["logGroupName"] = "g".into();
        let start = Instant::now();
        let answer = door.call("logs", operation, input).await?;
        Ok::<_, anyhow::Error>((answer, start.elapsed()))
    };
    call("CreateLogGroup", json!({})).await?;
    call("CreateLogStream", json!({"logStreamName": "s"})).await?;
    let at = SystemClock.now_ms() - LINES - 1000;
    let start = Instant::now();
    for batch in 0..LINES / BATCH {
        let events: Vec<Value> = (batch * BATCH..(batch + 1) * BATCH)
            .map(|n| json!({"timestamp": at + n, "message": format!("26/01/01 12:00:00 INFO TaskSetManager: Finished task {n}.0 in stage 7.0 (TID {n})")}))
            .collect();
        call(
            "PutLogEvents",
            json!({"logStreamName": "s", "logEvents": events}),
        )
        .await?;
    }
    let size = std::fs::metadata(folder.join("logs.db"))?.len()
        + std::fs::metadata(folder.join("logs.db-wal"))?.len();
    println!(
        "put {LINES} lines in {:.2?}, {} MiB",
        start.elapsed(),
        size >> 20
    );
    let middle = json!({"logStreamName": "s", "startTime": at + LINES / 2, "startFromHead": true, "limit": 100});
    println!(
        "100 lines in the middle: {:.2?}",
        call("GetLogEvents", middle).await?.1
    );
    println!(
        "the newest 100 lines: {:.2?}",
        call("GetLogEvents", json!({"logStreamName": "s", "limit": 100}))
            .await?
            .1
    );
    let start = Instant::now();
    let (mut calls, mut found) = (0, 0);
    let mut input = json!({"filterPattern": "\"task 777777.0\""});
    loop {
        let (answer, _) = call("FilterLogEvents", input.clone()).await?;
        calls += 1;
        found += answer["events"].as_array().map_or(0, Vec::len);
        match answer.get("nextToken") {
            Some(token) => input["nextToken"] = token.clone(),
            None => break,
        }
    }
    println!(
        "a search through all: {:.2?} in {calls} calls, {found} found",
        start.elapsed()
    );
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
