//! Durable transitions per second.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    bare_log,
    client::chain,
    figures::{Samples, counter, own_cpu, verdict},
    server::{Place, Server},
};

const AIM: f64 = 20_000.0;

#[derive(clap::Args)]
pub struct Arguments {
    /// Connections that each start one execution after the other
    #[arg(long, default_value_t = 64)]
    clients: usize,
    #[arg(long, default_value_t = 20_000)]
    executions: usize,
    /// Pass states of the machine
    #[arg(long, default_value_t = 10)]
    states: usize,
    /// Runs on a fresh server each; the median is reported
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

struct Run {
    wall: Duration,
    server_cpu: Duration,
    own_cpu: Duration,
    starts: Samples,
    /// Group commits of the main file, bytes that went into its log, and the bare log's time for the same.
    log: Option<(u64, u64, Duration)>,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let Arguments {
        clients,
        executions,
        states,
        runs,
    } = *arguments;
    println!(
        "{executions} executions of {states} Pass states by StartExecution, {clients} clients, {runs} runs"
    );
    let mut done = VecDeque::new();
    for _ in 0..runs {
        let server = place.server().await?;
        done.push_back(one(place, &server, arguments).await?);
        server.kill().await?;
    }
    let mut done = Vec::from(done);
    done.sort_by_key(|run| run.wall);
    let middle = done.len() / 2;
    let run = &mut done[middle];
    let transitions = (executions * states) as f64;
    let rate = transitions / run.wall.as_secs_f64();
    println!(
        "  {rate:.0} durable transitions/s ({:.0} executions/s in {:.2} s); aim {AIM:.0}: {}",
        executions as f64 / run.wall.as_secs_f64(),
        run.wall.as_secs_f64(),
        verdict(rate >= AIM),
    );
    println!("  StartExecution: {}", run.starts.line());
    println!(
        "  CPU: server {:.1} us per transition ({:.2} s in all), generator {:.2} s",
        run.server_cpu.as_secs_f64() * 1e6 / transitions,
        run.server_cpu.as_secs_f64(),
        run.own_cpu.as_secs_f64(),
    );
    match &run.log {
        Some((commits, bytes, took)) => println!(
            "  a bare log of the same {commits} commits and {bytes} bytes, each with fdatasync: {:.2} s, {:.0} transitions/s; \
             ours is {:.0} % of it ({:.1} executions per commit)",
            took.as_secs_f64(),
            transitions / took.as_secs_f64(),
            100.0 * took.as_secs_f64() / run.wall.as_secs_f64(),
            executions as f64 / (*commits).max(1) as f64,
        ),
        None => {
            println!("  no bare log: this server does not count its commits at /_taxiway/metrics")
        }
    }
    Ok(())
}

async fn one(place: &Place, server: &Server, arguments: &Arguments) -> Result<Run> {
    let mut client = server.client().await?;
    let definition = chain(arguments.states);
    let warm = client.machine("warm", &definition).await?;
    start_all(server, &warm, arguments.clients, arguments.executions / 10).await?;
    client.all_ended(&warm).await?;
    let machine = client.machine("ten", &definition).await?;
    let before = log(&mut client).await?;
    let (server_before, own_before, began) = (server.cpu(), own_cpu(), Instant::now());
    let starts = start_all(server, &machine, arguments.clients, arguments.executions).await?;
    client.all_ended(&machine).await?;
    let wall = began.elapsed();
    let (server_cpu, own_cpu) = (server.cpu() - server_before, own_cpu() - own_before);
    let after = log(&mut client).await?;
    let succeeded = client.list(&machine, "SUCCEEDED").await?.len();
    ensure!(
        succeeded == arguments.executions,
        "{succeeded} executions succeeded"
    );
    let log = match before.zip(after) {
        Some(((commits, bytes), (commits_after, bytes_after))) => {
            let (commits, bytes) = (commits_after - commits, bytes_after - bytes);
            Some((
                commits,
                bytes,
                bare_log::run(place.folder(), commits, bytes)?,
            ))
        }
        None => None,
    };
    Ok(Run {
        wall,
        server_cpu,
        own_cpu,
        starts,
        log,
    })
}

/// Returns how many group commits the main file has had and how many bytes went into its log.
async fn log(client: &mut crate::client::Client) -> Result<Option<(u64, u64)>> {
    let Some(page) = client.page("/_taxiway/metrics").await? else {
        return Ok(None);
    };
    let main: String = page
        .lines()
        .filter(|l| l.contains(r#"file="taxiway.db""#))
        .flat_map(|l| [l, "\n"])
        .collect();
    let of = |name| counter(&main, name).map(|v| v as u64);
    Ok(of("taxiway_store_commits_total").zip(of("taxiway_store_log_bytes_total")))
}

/// Starts so many executions on so many connections; returns how long each start took.
pub async fn start_all(
    server: &Server,
    machine: &str,
    clients: usize,
    executions: usize,
) -> Result<Samples> {
    let next = Arc::new(AtomicUsize::new(0));
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
                if number >= executions {
                    return anyhow::Ok(samples);
                }
                let began = Instant::now();
                client
                    .start(&machine, &format!("e{number}"), r#"{"n": 1}"#)
                    .await?;
                samples.push(began.elapsed());
            }
        }));
    }
    let mut all = Samples::default();
    for task in tasks {
        all.0.append(&mut task.await??.0);
    }
    Ok(all)
}
