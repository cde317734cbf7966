//! Starts at a fixed rate, whatever the answers take, while histories and lists are read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use serde_json::json;

use crate::{
    client::chain,
    figures::{Samples, own_cpu, verdict},
    server::{Place, Server},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Executions started per second
    #[arg(long, default_value_t = 2_000)]
    rate: usize,
    #[arg(long, default_value_t = 10)]
    seconds: usize,
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// Connections that read histories and lists without pause
    #[arg(long, default_value_t = 2)]
    readers: usize,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let Arguments {
        rate,
        seconds,
        clients,
        readers,
    } = *arguments;
    println!(
        "{rate} executions started per second for {seconds} s while {readers} connections list and read histories"
    );
    let server = place.server().await?;
    let mut client = server.client().await?;
    let machine = client.machine("three", &chain(3)).await?;
    let over = Arc::new(AtomicBool::new(false));
    let reading: Vec<_> = (0..readers)
        .map(|_| read(&server, &machine, Arc::clone(&over)))
        .collect();
    let reading: Vec<_> = reading.into_iter().map(tokio::spawn).collect();
    let (server_before, own_before, began) = (server.cpu(), own_cpu(), Instant::now());
    let mut starts = paced(&server, &machine, rate, rate * seconds, clients).await?;
    let took = began.elapsed();
    client.all_ended(&machine).await?;
    let ended = began.elapsed();
    over.store(true, Ordering::Relaxed);
    let mut reads = Samples::default();
    for task in reading {
        reads.0.append(&mut task.await??.0);
    }
    let reached = (rate * seconds) as f64 / took.as_secs_f64();
    println!(
        "  {reached:.0} starts/s: {}; all had ended {:.2} s after the last start",
        verdict(reached >= rate as f64 * 0.99),
        (ended - took).as_secs_f64(),
    );
    println!("  start, from when it was due: {}", starts.line());
    println!(
        "  {:.0} reads/s: {}",
        reads.0.len() as f64 / ended.as_secs_f64(),
        reads.line()
    );
    println!(
        "  CPU: server {:.2} s, generator {:.2} s",
        (server.cpu() - server_before).as_secs_f64(),
        (own_cpu() - own_before).as_secs_f64(),
    );
    server.kill().await
}

/// Starts one execution every 1/rate s. A late start counts from when it was due: waiting for a slow server is not
/// hidden.
async fn paced(
    server: &Server,
    machine: &str,
    rate: usize,
    count: usize,
    clients: usize,
) -> Result<Samples> {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (mut client, next, machine) = (
            server.client().await?,
            Arc::clone(&next),
            machine.to_owned(),
        );
        tasks.push(tokio::spawn(async move {
            let mut samples = Samples::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(samples);
                }
                let due = began + Duration::from_secs_f64(number as f64 / rate as f64);
                tokio::time::sleep_until(due.into()).await;
                client
                    .start(&machine, &format!("e{number}"), r#"{"n": 1}"#)
                    .await?;
                samples.push(due.elapsed());
            }
        }));
    }
    let mut all = Samples::default();
    for task in tasks {
        all.0.append(&mut task.await??.0);
    }
    Ok(all)
}

fn read(
    server: &Server,
    machine: &str,
    over: Arc<AtomicBool>,
) -> impl Future<Output = Result<Samples>> + 'static {
    let (address, machine) = (server.address, machine.to_owned());
    async move {
        let mut client = crate::client::Client::connect(address).await?;
        let mut samples = Samples::default();
        while !over.load(Ordering::Relaxed) {
            let began = Instant::now();
            let listed = client
                .call(
                    "ListExecutions",
                    &json!({"stateMachineArn": machine, "maxResults": 100}),
                )
                .await?;
            samples.push(began.elapsed());
            for execution in listed["executions"]
                .as_array()
                .into_iter()
                .flatten()
                .take(20)
            {
                let began = Instant::now();
                let input = json!({"executionArn": execution["executionArn"], "maxResults": 1000});
                client
                    .send("GetExecutionHistory", input.to_string())
                    .await?;
                samples.push(began.elapsed());
            }
            tokio::task::yield_now().await;
        }
        Ok(samples)
    }
}
