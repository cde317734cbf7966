//! How late timers are when many are due within a second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use crate::{
    figures::{Samples, verdict},
    server::{Place, Server},
};

const AIM_P99_MS: f64 = 50.0;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 10_000)]
    executions: usize,
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// From now until the first is due; all must have been started by then
    #[arg(long, default_value_t = 20)]
    lead_seconds: u64,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let count = arguments.executions;
    println!(
        "{count} Wait states due within one second, one every {:.3} ms",
        1e3 / count as f64
    );
    let server = place.server().await?;
    let mut client = server.client().await?;
    let definition = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "TimestampPath": "$.at", "End": true}}});
    let machine = client.machine("wait", &definition).await?;
    let first_ms = now_ms()? + arguments.lead_seconds * 1000;
    start_spread(&server, &machine, arguments, first_ms).await?;
    let spare = first_ms.saturating_sub(now_ms()?);
    ensure!(
        spare > 500,
        "the starts took too long: give a larger --lead-seconds"
    );
    tokio::time::sleep(Duration::from_millis(spare + 1000)).await;
    let cpu = server.cpu();
    client.all_ended(&machine).await?;
    let ended = now_ms()?;
    let mut late = Samples::default();
    for execution in client.list(&machine, "SUCCEEDED").await? {
        let name = execution["name"].as_str().context("no name")?;
        let number: u64 = name.trim_start_matches('e').parse()?;
        let stop_ms = execution["stopDate"].as_f64().context("no stopDate")? * 1e3;
        late.0
            .push(stop_ms - due_ms(first_ms, number, count) as f64);
    }
    ensure!(
        late.0.len() == count,
        "{} executions succeeded",
        late.0.len()
    );
    ensure!(
        late.quantile(0.0) >= 0.0,
        "a timer fired {} ms early",
        -late.quantile(0.0)
    );
    let reached = late.quantile(0.99) <= AIM_P99_MS;
    println!(
        "  lateness: {}; aim p99 {AIM_P99_MS} ms: {}",
        late.line(),
        verdict(reached)
    );
    println!(
        "  all were seen to have ended {} ms after the last was due; the server's CPU since: {:.2} s",
        ended.saturating_sub(first_ms + 1000),
        (server.cpu() - cpu).as_secs_f64(),
    );
    server.kill().await
}

fn due_ms(first_ms: u64, number: u64, count: usize) -> u64 {
    first_ms + number * 1000 / count as u64
}

async fn start_spread(
    server: &Server,
    machine: &str,
    arguments: &Arguments,
    first_ms: u64,
) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    let count = arguments.executions;
    for _ in 0..arguments.clients {
        let (mut client, next, machine) = (
            server.client().await?,
            Arc::clone(&next),
            machine.to_owned(),
        );
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(());
                }
                let at = timestamp(due_ms(first_ms, number as u64, count))?;
                let input: Value = json!({"at": at});
                client
                    .start(&machine, &format!("e{number}"), &input.to_string())
                    .await?;
            }
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

fn now_ms() -> Result<u64> {
    Ok(u64::try_from(
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis(),
    )?)
}

/// Returns the time in ISO 8601 with milliseconds, UTC.
fn timestamp(ms: u64) -> Result<String> {
    let at = DateTime::from_timestamp_millis(i64::try_from(ms)?).context("no such time")?;
    Ok(at.to_rfc3339_opts(SecondsFormat::Millis, true))
}
