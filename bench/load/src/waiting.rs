//! Memory of executions that wait, and the restart with all of them open.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::{client::chain, durable::start_all, figures::verdict, server::Place};

/// For a million executions.
const AIM_MB: f64 = 300.0;
const AIM_READY: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 100_000)]
    executions: usize,
    #[arg(long, default_value_t = 64)]
    clients: usize,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let count = arguments.executions;
    println!("{count} executions that wait for a day");
    let server = place.server().await?;
    let mut client = server.client().await?;
    let passing = client.machine("pass", &chain(1)).await?;
    start_all(&server, &passing, arguments.clients, 2_000).await?;
    let definition =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86_400, "End": true}}});
    let machine = client.machine("wait", &definition).await?;
    server.idle().await;
    let before = server.memory();
    let began = Instant::now();
    let mut starts = start_all(&server, &machine, arguments.clients, count).await?;
    let took = began.elapsed();
    server.idle().await;
    let after = server.memory();
    let mb = after.resident_kib as f64 * 1024.0 / 1e6;
    println!(
        "  started in {:.1} s ({:.0}/s): {}",
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64(),
        starts.line()
    );
    println!("  before: {before}");
    println!(
        "  after:  {after}; aim for a million {AIM_MB} MB: {}",
        verdict(mb <= AIM_MB)
    );
    println!("  data folder: {:.1} MB", folder_mb(&server.data)?);

    server.kill().await?;
    let began = Instant::now();
    let server = place.again().await?;
    let ready = server.ready_in;
    let mut client = server.client().await?;
    client.start(&passing, "after-restart", "{}").await?;
    let first_start = began.elapsed();
    let arn = machine.replace(":stateMachine:", ":execution:");
    let describe = json!({"executionArn": format!("{arn}:e{}", count - 1)});
    let described = client.call("DescribeExecution", &describe).await?;
    if described["status"] != "RUNNING" {
        bail!("after the restart: {described}");
    }
    println!(
        "  restart after kill -9 with {count} open: ready in {:.2} s, first StartExecution answered after {:.2} s; aim {} s: {}",
        ready.as_secs_f64(),
        first_start.as_secs_f64(),
        AIM_READY.as_secs(),
        verdict(first_start <= AIM_READY),
    );
    server.idle().await;
    println!("  after the restart: {}", server.memory());
    // One of the many can still be ended: it is not only listed.
    let stop = json!({"executionArn": format!("{arn}:e0")});
    client.call("StopExecution", &stop).await?;
    let stopped = client.call("DescribeExecution", &stop).await?;
    stopped["status"]
        .as_str()
        .filter(|s| *s == "ABORTED")
        .context("the execution did not stop")?;
    server.kill().await
}

fn folder_mb(folder: &std::path::Path) -> Result<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let meta = entry?.metadata()?;
        bytes += if meta.is_file() { meta.len() } else { 0 };
    }
    Ok(bytes as f64 / 1e6)
}
