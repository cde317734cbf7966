//! Latency of an execution of one state.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    client::chain,
    figures::{Samples, verdict},
    server::Place,
};

const AIM_P50_MS: f64 = 3.0;
const AIM_P99_MS: f64 = 20.0;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 3_000)]
    executions: usize,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let count = arguments.executions;
    println!(
        "{count} executions of one Pass state, one after the other, until DescribeExecution says that they ended"
    );
    let server = place.server().await?;
    let mut client = server.client().await?;
    let machine = client.machine("one", &chain(1)).await?;
    let (mut starts, mut ends, mut asked) = (Samples::default(), Samples::default(), 0_usize);
    let warm = count / 10;
    for n in 0..warm + count {
        let name = format!("e{n}");
        let began = Instant::now();
        client.start(&machine, &name, r#"{"n": 1}"#).await?;
        let started = began.elapsed();
        let arn = machine.replace(":stateMachine:", ":execution:");
        let describe = json!({"executionArn": format!("{arn}:{name}")}).to_string();
        loop {
            let answer = client.send("DescribeExecution", describe.clone()).await?;
            asked += 1;
            let answer = std::str::from_utf8(&answer)?;
            if !answer.contains(r#""RUNNING""#) {
                ensure!(answer.contains(r#""SUCCEEDED""#), "{answer}");
                break;
            }
        }
        if n >= warm {
            starts.push(started);
            ends.push(began.elapsed());
        }
    }
    let reached = ends.quantile(0.5) <= AIM_P50_MS && ends.quantile(0.99) <= AIM_P99_MS;
    println!(
        "  to its end:        {}; aim p50 {AIM_P50_MS} ms, p99 {AIM_P99_MS} ms: {}",
        ends.line(),
        verdict(reached)
    );
    println!("  of StartExecution: {}", starts.line());
    println!(
        "  DescribeExecutions per execution: {:.2}",
        asked as f64 / (warm + count) as f64
    );
    server.kill().await
}
