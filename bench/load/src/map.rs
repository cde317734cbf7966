//! A distributed Map whose children all wait at once: until they are open, what they take, until they have ended; and
//! the same with a crash in the midst of the starts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    client::{Client, chain},
    durable::start_all,
    figures::{Samples, verdict},
    server::{Place, Server},
};

/// What ten thousand waiting children may take beside an idle server.
const AIM_MB: f64 = 40.0;
/// Starts of others while children are begun, at their median.
const AIM_OTHERS_P50_MS: f64 = 20.0;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 10_000)]
    children: usize,
    /// Workers that end the children
    #[arg(long, default_value_t = 64)]
    workers: usize,
}

pub async fn run(place: &Place, arguments: &Arguments) -> Result<()> {
    let count = arguments.children;
    println!("a distributed Map of {count} children that wait for an activity's workers");
    let server = place.server().await?;
    let mut client = server.client().await?;
    let others = client.machine("others", &chain(1)).await?;
    start_all(&server, &others, 64, 2_000).await?;
    server.idle().await;
    let before = server.memory();
    let map = Map::make(&mut client, count).await?;
    let over = Arc::new(AtomicBool::new(false));
    let alone = others_starts(&server, &others, "alone", Some(200), &over).await?;
    let beside = others_starts(&server, &others, "beside", None, &over);
    let beside = tokio::spawn(beside);
    let began = Instant::now();
    map.start(&mut client).await?;
    map.all_open(&mut client).await?;
    let opened = began.elapsed();
    over.store(true, Ordering::Relaxed);
    let (mut alone, mut beside) = (alone, beside.await??);
    server.idle().await;
    let open = server.memory();
    let more = (open.resident_kib.saturating_sub(before.resident_kib)) as f64 * 1024.0 / 1e6;
    println!(
        "  all open after {:.2} s ({:.0}/s)",
        opened.as_secs_f64(),
        count as f64 / opened.as_secs_f64()
    );
    println!("  StartExecution of others, alone:     {}", alone.line());
    println!(
        "  StartExecution of others, meanwhile: {}; aim p50 {AIM_OTHERS_P50_MS} ms: {}",
        beside.line(),
        verdict(beside.quantile(0.5) <= AIM_OTHERS_P50_MS)
    );
    println!("  before: {before}");
    println!(
        "  open:   {open}; {more:.1} MB more, aim {AIM_MB} MB: {}",
        verdict(more <= AIM_MB)
    );
    let began = Instant::now();
    map.end(&server, arguments.workers).await?;
    println!(
        "  ended in {:.2} s by {} workers ({:.0}/s); after: {}",
        began.elapsed().as_secs_f64(),
        arguments.workers,
        count as f64 / began.elapsed().as_secs_f64(),
        server.memory()
    );
    server.kill().await?;
    crashed(place, arguments).await
}

/// The same, but the server is killed when half of the children are open.
async fn crashed(place: &Place, arguments: &Arguments) -> Result<()> {
    let count = arguments.children;
    let server = place.server().await?;
    let mut client = server.client().await?;
    let map = Map::make(&mut client, count).await?;
    map.start(&mut client).await?;
    while map.running(&mut client).await? < count / 2 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.kill().await?;
    let began = Instant::now();
    let server = place.again().await?;
    let (ready, mut client) = (server.ready_in, server.client().await?);
    map.all_open(&mut client).await?;
    println!(
        "  kill -9 with half of them open: ready again in {:.2} s, all open {:.2} s after the start; {}",
        ready.as_secs_f64(),
        began.elapsed().as_secs_f64(),
        server.memory()
    );
    map.end(&server, arguments.workers).await?;
    server.kill().await
}

struct Map {
    activity: String,
    machine: String,
    count: usize,
}

impl Map {
    async fn make(client: &mut Client, count: usize) -> Result<Self> {
        let made = client
            .call("CreateActivity", &json!({"name": "work"}))
            .await?;
        let activity = made["activityArn"]
            .as_str()
            .context("no activityArn")?
            .to_owned();
        let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T",
            "States": {"T": {"Type": "Task", "Resource": activity, "End": true}}});
        let map = json!({"Type": "Map", "Label": "Wide", "ItemProcessor": processor, "ResultPath": null, "End": true});
        let machine = client
            .machine("wide", &json!({"StartAt": "M", "States": {"M": map}}))
            .await?;
        Ok(Self {
            activity,
            machine,
            count,
        })
    }

    fn execution(&self) -> String {
        self.machine.replace(":stateMachine:", ":execution:") + ":wide"
    }

    async fn start(&self, client: &mut Client) -> Result<()> {
        let items = Value::from((0..self.count).collect::<Vec<_>>());
        client
            .start(&self.machine, "wide", &items.to_string())
            .await?;
        Ok(())
    }

    async fn run_arn(&self, client: &mut Client) -> Result<Value> {
        let input = json!({"executionArn": self.execution()});
        let mut listed = client.call("ListMapRuns", &input).await?;
        Ok(listed["mapRuns"][0]["mapRunArn"].take())
    }

    async fn running(&self, client: &mut Client) -> Result<usize> {
        let run = self.run_arn(client).await?;
        if run.is_null() {
            return Ok(0);
        }
        let described = client
            .call("DescribeMapRun", &json!({"mapRunArn": run}))
            .await?;
        let running = described["executionCounts"]["running"].as_u64();
        Ok(usize::try_from(running.unwrap_or(0))?)
    }

    /// Waits until all children are open at once: by the Map run's counts, and by their list.
    async fn all_open(&self, client: &mut Client) -> Result<()> {
        while self.running(client).await? < self.count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let run = self.run_arn(client).await?;
        loop {
            let mut found = 0;
            let mut input =
                json!({"mapRunArn": run, "statusFilter": "RUNNING", "maxResults": 1000});
            loop {
                let mut page = client.call("ListExecutions", &input).await?;
                found += page["executions"].as_array().map_or(0, Vec::len);
                match page["nextToken"].take() {
                    Value::Null => break,
                    token => input["nextToken"] = token,
                }
            }
            // The last ones may be counted before their first commit.
            if found == self.count {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends all children by workers, and waits for the Map's end.
    async fn end(&self, server: &Server, workers: usize) -> Result<()> {
        let next = Arc::new(AtomicUsize::new(0));
        let mut tasks = Vec::new();
        for _ in 0..workers {
            let (mut worker, next) = (server.client().await?, Arc::clone(&next));
            let (count, ask) = (self.count, json!({"activityArn": self.activity}));
            tasks.push(tokio::spawn(async move {
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    let task = worker.call("GetActivityTask", &ask).await?;
                    ensure!(task["taskToken"].is_string(), "no task: {task}");
                    let done = json!({"taskToken": task["taskToken"], "output": task["input"]});
                    worker.call("SendTaskSuccess", &done).await?;
                }
                Ok(())
            }));
        }
        for task in tasks {
            task.await??;
        }
        // The connection that started it may have been idle for too long.
        let mut client = server.client().await?;
        client.all_ended(&self.machine).await?;
        let input = json!({"executionArn": self.execution()});
        let ended = client.call("DescribeExecution", &input).await?;
        ensure!(ended["status"] == "SUCCEEDED", "{ended}");
        Ok(())
    }
}

/// Starts executions one after the other: so many, or until told; returns how long each start took.
fn others_starts(
    server: &Server,
    machine: &str,
    name: &'static str,
    most: Option<usize>,
    over: &Arc<AtomicBool>,
) -> impl Future<Output = Result<Samples>> + 'static {
    let (address, machine, over) = (server.address, machine.to_owned(), Arc::clone(over));
    async move {
        let mut client = Client::connect(address).await?;
        let mut samples = Samples::default();
        let mut number = 0;
        while most.map_or(!over.load(Ordering::Relaxed), |most| number < most) {
            let began = Instant::now();
            client
                .start(&machine, &format!("{name}-{number}"), "{}")
                .await?;
            samples.push(began.elapsed());
            number += 1;
        }
        Ok(samples)
    }
}
