//! Measures what a commit costs: wall time, CPU and bytes, alone and with many callers at once.
//!
//! `cargo run --release -p taxiway-store --example commit [callers] [streams] [commits per stream]`

use std::{path::Path, time::Instant};

use anyhow::{Context, Result};
use store::{Batch, BusEvent, Expect, Key, Options, Store};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse::<u64>());
    let mut next = |default| numbers.next().transpose().map(|n| n.unwrap_or(default));
    let (callers, streams, commits) = (next(64)?, next(5_000)?, next(6)?);
    let folder = std::env::temp_dir().join(format!("taxiway-bench-{}", std::process::id()));
    let path = folder.join("store.db");
    let store = Store::open(&path, Options::default())?;
    let (cpu, start) = (cpu_ms()?, Instant::now());
    let tasks = (0..callers).map(|caller| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..streams / callers {
                execution(&store, caller * 1_000_000 + n, commits).await?;
            }
            Ok::<_, anyhow::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    let batches = streams / callers * callers * commits;
    let (cpu, wall) = (cpu_ms()? - cpu, start.elapsed());
    let log = size(&folder.join("store.db-wal"));
    drop(store);
    println!(
        "{callers} callers: {batches} batches in {wall:.2?}: {:.0}/s, {:.1} us CPU each; log {log} KiB, file {} KiB",
        batches as f64 / wall.as_secs_f64(),
        cpu as f64 * 1000.0 / batches as f64,
        size(&path),
    );
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// Commits as an execution of a few states does.
async fn execution(store: &Store, number: u64, commits: u64) -> Result<()> {
    let stream = store.new_stream().await?;
    let key = || Key::of(&["000000000000", "us-east-1", &format!("{number:012}")]);
    let row =
        format!("{{\"id\":{number},\"type\":\"PassStateEntered\",\"input\":\"{{}}\"}}").repeat(8);
    for seq in 0..commits {
        let mut batch = Batch::new();
        let expect = if seq == 0 {
            Expect::Absent
        } else {
            Expect::Version(seq)
        };
        batch.put_if("bench/executions", key(), row[..300].to_owned(), expect);
        batch.append(stream, seq, row.clone());
        if seq + 1 == commits {
            batch
                .clear_timer("bench/timers", key())
                .seal(stream)
                .publish(event(number));
        } else {
            batch.set_timer("bench/timers", key(), i64::try_from(number)?, "");
        }
        if seq == 0 {
            batch.publish(event(number));
        }
        store.commit(batch).await?;
    }
    Ok(())
}

fn event(number: u64) -> BusEvent {
    BusEvent {
        id: format!("11111111-2222-3333-4444-{number:012}"),
        time_ms: 1_767_225_600_000,
        account: "000000000000".into(),
        region: "us-east-1".into(),
        bus: "default".into(),
        source: "aws.states".into(),
        detail_type: "Step Functions Execution Status Change".into(),
        resources: vec![format!(
            "arn:aws:states:us-east-1:000000000000:execution:machine:{number}"
        )],
        detail: "{\"status\":\"RUNNING\",\"input\":\"{}\"}".repeat(10),
        internal: false,
    }
}

/// The process's CPU time, user and system, from ticks of 10 ms.
fn cpu_ms() -> Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .context("no stat")?
        .split_whitespace()
        .collect();
    Ok((fields[11].parse::<u64>()? + fields[12].parse::<u64>()?) * 10)
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len() / 1024)
}
