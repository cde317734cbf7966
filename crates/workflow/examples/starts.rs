//! Measures executions by StartExecution without HTTP: wall time, CPU, and the latency that callers see.
//!
//! `cargo run --profile fast -p taxiway-workflow --example starts [clients] [executions] [states] [wait]`: with
//! `wait` the first state waits for an hour, so that the executions stay open.

use std::{path::Path, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, bail};
use aws::{Context, DoorHandle, Operations, Principal, Service};
use serde_json::{Value, json};
use store::{Options, Store, SystemClock};
use workflow::StepFunctions;

async fn call(operations: &Operations, operation: &str, input: Value) -> Result<Value> {
    let context = Context {
        principal: Principal::root("000000000000", "us-east-1"),
        request_id: "request".into(),
    };
    let handler = operations.get(operation).context("no handler")?;
    match (handler.run)(context, input).await {
        Ok(answer) => Ok(answer),
        Err(error) => bail!("{operation}: {error}"),
    }
}

fn definition(states: usize, wait: bool) -> String {
    let mut all = serde_json::Map::new();
    for at in 1..=states {
        let mut state = json!({"Type": "Pass"});
        if wait && at == 1 {
            state = json!({"Type": "Wait", "Seconds": 3600});
        }
        match at == states {
            true => state["End"] = true.into(),
            false => state["Next"] = format!("S{}", at + 1).into(),
        }
        all.insert(format!("S{at}"), state);
    }
    json!({"StartAt": "S1", "States": all}).to_string()
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, or: usize| arguments.get(at).map_or(Ok(or), |a| a.parse());
    let (clients, executions, states) = (number(0, 64)?, number(1, 20_000)?, number(2, 10)?);
    let wait = arguments.iter().any(|a| a == "wait");
    let folder = std::env::temp_dir().join(format!("taxiway-starts-{}", std::process::id()));
    let store = Store::open(&folder.join("taxiway.db"), Options::default())?;
    let door = DoorHandle::new();
    let service = StepFunctions::open(store, Arc::new(SystemClock), Arc::new(door)).await?;
    service.start();
    let operations = Arc::clone(&service).operations();
    let made = json!({"name": "m", "definition": definition(states, wait), "roleArn": "arn:aws:iam::000000000000:role/r"});
    let machine = call(&operations, "CreateStateMachine", made).await?["stateMachineArn"].clone();
    let (cpu, began) = (cpu_ms()?, Instant::now());
    let tasks = (0..clients).map(|_| {
        let (operations, machine) = (operations.clone(), machine.clone());
        tokio::spawn(async move {
            let mut waits = Vec::new();
            for n in 0..executions / clients {
                let began = Instant::now();
                let input = json!({"stateMachineArn": machine, "input": format!("{{\"n\":{n}}}")});
                call(&operations, "StartExecution", input).await?;
                waits.push(began.elapsed().as_micros());
            }
            Ok::<_, anyhow::Error>(waits)
        })
    });
    let mut waits = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        waits.extend(task.await??);
    }
    let (cpu, wall) = (cpu_ms()? - cpu, began.elapsed().as_secs_f64());
    waits.sort_unstable();
    let (count, at) = (waits.len(), |share: f64| {
        waits[(waits.len() as f64 * share) as usize] as f64 / 1000.0
    });
    println!(
        "{clients} clients: {count} executions of {states} states in {wall:.2} s: {:.0} transitions/s; CPU {:.1} us each; \
         p50 {:.2} ms, p99 {:.2} ms; {} MiB resident",
        (count * states) as f64 / wall,
        cpu as f64 * 1000.0 / count as f64,
        at(0.5),
        at(0.99),
        resident_kib()? / 1024,
    );
    drop(service);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// The process's CPU time, user and system, from ticks of 10 ms.
fn cpu_ms() -> Result<u64> {
    let stat = std::fs::read_to_string(Path::new("/proc/self/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .context("no stat")?
        .split_whitespace()
        .collect();
    Ok((fields[11].parse::<u64>()? + fields[12].parse::<u64>()?) * 10)
}

fn resident_kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|l| l.starts_with("VmRSS"))
        .context("no VmRSS")?;
    Ok(line
        .split_whitespace()
        .nth(1)
        .context("no number")?
        .parse()?)
}
