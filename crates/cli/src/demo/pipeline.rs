//! The tutorial's steps, in its order.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use serde_json::{Value, json};
use server::{Config, Listener, Platform};
use testkit::tlc::Summary;

use super::{
    Arguments,
    client::Client,
    data::{self, Trips},
    follow,
    screen::{self, Step},
};

const STATE_MACHINE: &str = include_str!("../../../../examples/taxi/state-machine.json");
const SCRIPT: &str = include_str!("../../../../examples/taxi/taxi_summary.py");
const RULE: &str = include_str!("../../../../examples/taxi/rule.json");
const BUCKETS: [&str; 3] = ["taxi-data", "taxi-logs", "taxi-results"];
const SELECT: &str = "SELECT * FROM nyc_taxi_avg_summary ORDER BY type";
/// How many of the job's last log lines are shown.
const LOG_LINES: usize = 4;

/// Runs all of it on a server of its own.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let began = Instant::now();
    let folder = fresh_folder(arguments.folder.as_deref())?;
    screen::heading("Engine");
    prepare_engine().await?;

    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: folder.join("data"),
        allow_hosts: Vec::new(),
        throttle: Vec::new(),
        endpoints: Vec::new(),
        endpoint_keys: None,
        credentials: None,
        keep_days: None,
        spice_bytes: None,
    };
    std::fs::create_dir_all(&config.data)?;
    let started = Instant::now();
    let listener = Listener::bind(config.listen, &config.data).await?;
    let endpoint = format!("http://{}", listener.address());
    let platform = Platform::open(&config, listener.address()).await?;
    platform.start();
    screen::line(
        "Taxiway",
        &format!("ready at {endpoint}"),
        started.elapsed(),
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let door = platform.door();
    let serving = tokio::spawn(listener.serve(door, async { drop(stopped.await) }));

    let client = Client::new(platform.door(), endpoint);
    let outcome = tutorial(arguments, &folder, &client).await;
    drop(client);
    let _ = stop.send(());
    let _ = serving.await;
    platform.stop().await;
    outcome?;
    println!(
        "\nAll of it took {:.1} s. To look around, start a server on the same data:",
        began.elapsed().as_secs_f64()
    );
    println!("  {} serve --data {}", program(), config.data.display());
    println!(
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1"
    );
    println!(
        "  aws s3 ls --recursive s3://taxi-data/        aws stepfunctions list-state-machines"
    );
    println!("  aws emr-containers list-virtual-clusters      aws athena list-query-executions");
    println!("The state machine, the script and the rule are in examples/taxi/.");
    Ok(())
}

async fn tutorial(arguments: &Arguments, folder: &Path, client: &Client) -> anyhow::Result<()> {
    screen::heading("Data");
    let trips = data::collect(
        arguments.data.as_deref(),
        &folder.join("made"),
        arguments.rows,
        arguments.seed,
    )?;
    upload(client, &trips).await?;

    screen::heading("State machine");
    let arn = create(client).await?;
    let started = client
        .call(
            "states",
            "StartExecution",
            json!({"stateMachineArn": arn, "input": "{}"}),
        )
        .await?;
    let execution = started["executionArn"]
        .as_str()
        .context("StartExecution gave no ARN")?;
    let ended = follow::execution(client, execution).await?;
    screen::line("the execution", &ended.status, ended.took);
    if let Some((_, output)) = ended
        .outputs
        .iter()
        .find(|(_, o)| o["job"]["Id"].is_string())
    {
        show_log(client, &output["job"]).await?;
    }
    if ended.status != "SUCCEEDED" {
        bail!(
            "the execution {}: {} {}",
            ended.status,
            ended.error.unwrap_or_default(),
            ended.cause.unwrap_or_default()
        );
    }

    screen::heading("Athena");
    let rows = select(client).await?;
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED);
    if let Some((header, body)) = rows.split_first() {
        table.set_header(header).add_rows(body);
    }
    println!("{table}");
    check(&rows, &trips)?;
    Ok(())
}

/// Makes the folder anew: the one asked for must be empty or absent, the one in the cache is emptied.
fn fresh_folder(asked: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(asked) = asked {
        if asked.read_dir().is_ok_and(|mut d| d.next().is_some()) {
            bail!("{} is not empty: choose another --folder", asked.display());
        }
        std::fs::create_dir_all(asked)?;
        return Ok(asked.to_owned());
    }
    let cache = emr::env::cache_folder().join("demo");
    // another demo may be at work: each has a folder of its own, those of ended ones are removed
    for entry in cache.read_dir().into_iter().flatten().flatten() {
        let ended = |pid: &str| !Path::new("/proc").join(pid).exists();
        if entry.file_name().to_str().is_some_and(ended) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let folder = cache.join(std::process::id().to_string());
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

async fn prepare_engine() -> anyhow::Result<()> {
    let step = Step::start("Apache Spark");
    let said = tokio::sync::mpsc::unbounded_channel::<String>();
    let (tell, mut told) = said;
    let preparing = tokio::task::spawn_blocking(move || {
        emr::env::prepare(&mut |text: &str| drop(tell.send(text.to_owned())))
    });
    while let Some(text) = told.recv().await {
        step.say(&text);
    }
    let prepared = preparing
        .await?
        .context("the Spark environment could not be made")?;
    step.done(&prepared.to_string());
    Ok(())
}

async fn upload(client: &Client, trips: &[Trips]) -> anyhow::Result<()> {
    for bucket in BUCKETS {
        client.make_bucket(bucket).await?;
    }
    for trip in trips {
        for path in &trip.files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let length = std::fs::metadata(path)?.len();
            let step = std::sync::Arc::new(Step::of(format!("upload {name}"), length));
            let told = std::sync::Arc::clone(&step);
            let key = format!(
                "nyc-taxi-records/input/{}-taxi/year=2020/{name}",
                trip.colour.name()
            );
            client
                .upload_file(BUCKETS[0], &key, path, move |done| told.at(done))
                .await?;
            if let Some(step) = std::sync::Arc::into_inner(step) {
                step.done("s3://taxi-data/…/year=2020/");
            }
        }
    }
    client
        .upload(BUCKETS[0], "scripts/taxi_summary.py", SCRIPT.as_bytes())
        .await
}

async fn create(client: &Client) -> anyhow::Result<String> {
    let role = "arn:aws:iam::000000000000:role/taxi-sfn";
    let input = json!({"name": "taxi", "definition": STATE_MACHINE, "roleArn": role});
    let made = client.call("states", "CreateStateMachine", input).await?;
    let arn = made["stateMachineArn"]
        .as_str()
        .context("CreateStateMachine gave no ARN")?
        .to_owned();
    let rule: Value = serde_json::from_str(RULE)?;
    let name = rule["Name"].clone();
    client.call("events", "PutRule", rule.clone()).await?;
    let target = json!({"Id": "taxi", "Arn": arn, "RoleArn": role});
    client
        .call(
            "events",
            "PutTargets",
            json!({"Rule": name, "Targets": [target]}),
        )
        .await?;
    println!(
        "  rule {}: {}",
        name.as_str().unwrap_or_default(),
        rule["ScheduleExpression"].as_str().unwrap_or_default()
    );
    Ok(arn)
}

async fn show_log(client: &Client, job: &Value) -> anyhow::Result<()> {
    let text = |key: &str| job[key].as_str().unwrap_or_default().to_owned();
    let prefix = format!(
        "taxi/{}/jobs/{}/containers/",
        text("VirtualClusterId"),
        text("Id")
    );
    let input = json!({"logGroupName": "/taxi/jobs", "logStreamNamePrefix": prefix});
    let streams = client.call("logs", "DescribeLogStreams", input).await?;
    let names = streams["logStreams"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|s| s["logStreamName"].as_str());
    for name in names.filter(|n| n.ends_with("stderr")) {
        let input =
            json!({"logGroupName": "/taxi/jobs", "logStreamName": name, "limit": LOG_LINES});
        let events = client.call("logs", "GetLogEvents", input).await?;
        println!("  the job's last log lines:");
        for event in events["events"].as_array().into_iter().flatten() {
            println!(
                "    {}",
                event["message"].as_str().unwrap_or_default().trim_end()
            );
        }
    }
    Ok(())
}

async fn select(client: &Client) -> anyhow::Result<Vec<Vec<String>>> {
    let step = Step::start(SELECT);
    let input = json!({"QueryString": SELECT, "QueryExecutionContext": {"Database": "default"},
        "ResultConfiguration": {"OutputLocation": "s3://taxi-results/select/"}});
    let started = client.call("athena", "StartQueryExecution", input).await?;
    let id = started["QueryExecutionId"].clone();
    let status = loop {
        let query = client
            .call(
                "athena",
                "GetQueryExecution",
                json!({"QueryExecutionId": id}),
            )
            .await?;
        let status = query["QueryExecution"]["Status"].clone();
        if !matches!(status["State"].as_str(), Some("QUEUED" | "RUNNING")) {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let state = status["State"].as_str().unwrap_or_default();
    if state != "SUCCEEDED" {
        bail!(
            "the query {state}: {}",
            status["StateChangeReason"].as_str().unwrap_or_default()
        );
    }
    step.done(state);
    let results = client
        .call("athena", "GetQueryResults", json!({"QueryExecutionId": id}))
        .await?;
    let cells = |row: &Value| -> Vec<String> {
        let cell = |c: &Value| c["VarCharValue"].as_str().unwrap_or_default().to_owned();
        row["Data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(cell)
            .collect()
    };
    Ok(results["ResultSet"]["Rows"]
        .as_array()
        .into_iter()
        .flatten()
        .map(cells)
        .collect())
}

/// Holds the table against what the maker of the trips counted.
fn check(rows: &[Vec<String>], trips: &[Trips]) -> anyhow::Result<()> {
    for trip in trips {
        let Some(Summary {
            avg_distance,
            avg_cost_per_mile,
            avg_cost,
            ..
        }) = trip.expected
        else {
            continue;
        };
        let name = trip.colour.name();
        let row = rows.iter().find(|r| r.first().is_some_and(|t| t == name));
        let row = row.with_context(|| format!("the table has no row for {name} taxis"))?;
        for (cell, expected) in row
            .iter()
            .skip(1)
            .zip([avg_distance, avg_cost_per_mile, avg_cost])
        {
            let value: f64 = cell
                .parse()
                .with_context(|| format!("{cell:?} is no number"))?;
            if (value - expected).abs() > 0.011 {
                bail!(
                    "{name} taxis: the table says {value}, the trips made here average {expected}"
                );
            }
        }
        println!("  {name} taxis: the averages are those of the trips made here");
    }
    Ok(())
}

fn program() -> String {
    std::env::current_exe().map_or_else(|_| "taxiway".to_owned(), |path| path.display().to_string())
}
