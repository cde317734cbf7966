//! A service with an engine that runs shell scripts, on a real store and object layer, and CloudWatch Logs
//! as a door of forty lines.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws::{ApiError, Call, Context, DoorHandle, Invoke, Principal, Service};
use emr::{
    Config, Emr,
    engine::{Engine, EngineError, Job},
    env::Setup,
    runner::Spec,
};
use futures::future::BoxFuture;
use objects::{Objects, Owner, PutRequest};
use serde_json::{Value, json};
use store::{Store, SystemClock};

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the submit parameters as a shell script; `$1` is the attempt's folder.
pub(crate) struct Shell;

#[async_trait]
impl Engine for Shell {
    async fn plan(&self, job: &Job) -> Result<Spec, EngineError> {
        let script = job.driver.parameters().unwrap_or("true");
        if let Some(said) = script.strip_prefix("refuse: ") {
            return Err(EngineError::Request(said.into()));
        }
        Ok(Spec {
            v: 1,
            program: "/bin/sh".into(),
            args: [
                "-c".into(),
                script.into(),
                "sh".into(),
                job.folder.display().to_string(),
            ]
            .into(),
            env: BTreeMap::from([("PATH".into(), std::env::var("PATH").unwrap())]),
            dir: job.folder.clone(),
            notes: vec!["a note".into()],
            grace_ms: 500,
            scratch: Vec::new(),
        })
    }

    fn event_logs(&self, folder: &Path) -> PathBuf {
        folder.join("eventlog")
    }
}

/// CloudWatch Logs: `group/stream` → messages.
#[derive(Clone, Default)]
pub(crate) struct Logs(pub(crate) Arc<Mutex<BTreeMap<String, Vec<String>>>>);

impl Invoke for Logs {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        let name = format!(
            "{}/{}",
            call.input["logGroupName"].as_str().unwrap(),
            call.input["logStreamName"].as_str().unwrap_or_default()
        );
        let mut streams = self.0.lock().unwrap();
        let answer = match &*call.operation {
            "CreateLogGroup" => Err(ApiError::new(
                "ResourceAlreadyExistsException",
                "it is there",
            )),
            "CreateLogStream" => {
                streams.entry(name).or_default();
                Ok(json!({}))
            }
            "PutLogEvents" => {
                let events = call.input["logEvents"].as_array().unwrap();
                let lines = events
                    .iter()
                    .map(|e| e["message"].as_str().unwrap().to_owned());
                streams.get_mut(&name).unwrap().extend(lines);
                Ok(json!({}))
            }
            "GetLogEvents" => {
                let events: Vec<Value> = match call.input.get("nextToken") {
                    None => streams[&name]
                        .iter()
                        .map(|m| json!({"message": m}))
                        .collect(),
                    Some(_) => Vec::new(),
                };
                Ok(json!({"events": events, "nextForwardToken": "f/end"}))
            }
            other => Err(ApiError::new("UnknownOperationException", other)),
        };
        Box::pin(async move { answer })
    }
}

/// What outlives a server.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) objects: Arc<Objects>,
    pub(crate) logs: Logs,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let clock = Arc::new(SystemClock);
        let objects = Objects::open(store.clone(), &folder.path().join("objects"), clock)
            .await
            .unwrap();
        let owner = Owner::new(ACCOUNT, REGION);
        objects.create_bucket("bucket", &owner).await.unwrap();
        let request = PutRequest::default();
        objects
            .put_bytes("bucket", "job.py", request, "pass")
            .await
            .unwrap();
        let logs = Logs::default();
        Self {
            folder,
            store,
            objects,
            logs,
        }
    }

    /// Opens a server on what is there.
    pub(crate) fn server(&self, max_concurrent_jobs: usize) -> Server {
        let config = Config {
            data_dir: self.folder.path().join("emr"),
            endpoint: "http://127.0.0.1:1".into(),
            setup: Setup {
                cache_dir: self.folder.path().join("cache"),
                maven_url: None,
            },
            max_concurrent_jobs,
            master: "local[2]".into(),
            credentials: None,
            strict: false,
            runner: runner_command(),
        };
        let door = DoorHandle::new();
        door.bind(Arc::new(self.logs.clone()));
        let (store, objects) = (self.store.clone(), Arc::clone(&self.objects));
        let emr = Emr::with_engine(
            config,
            store,
            Arc::new(SystemClock),
            objects,
            door,
            Arc::new(Shell),
        );
        Server {
            emr,
            store: self.store.clone(),
        }
    }

    pub(crate) fn attempt(&self, job: &str, attempt: u32) -> PathBuf {
        self.folder
            .path()
            .join("emr")
            .join(job)
            .join(attempt.to_string())
    }
}

/// This test program, as a runner: see `runner_process` in the tests.
fn runner_command() -> Vec<std::ffi::OsString> {
    let program = std::env::current_exe().unwrap().into_os_string();
    let mut words = vec![program];
    words.extend(["--exact", "runner_process", "--ignored", "--nocapture"].map(Into::into));
    words
}

/// Acts as the runner when this program was started as one.
pub(crate) fn act_as_runner() {
    let folder = std::env::args().next_back().unwrap_or_default();
    if Path::new(&folder).join("spec.json").exists() {
        let code = emr::runner::main(vec![folder.into()]);
        std::process::exit(i32::from(code != std::process::ExitCode::SUCCESS));
    }
}

/// A service and what tests ask of it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) emr: Arc<Emr>,
    store: Store,
}

impl Server {
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let context = Context {
            principal: Principal::root(ACCOUNT, REGION),
            request_id: "test".into(),
        };
        let operations = Arc::clone(&self.emr).operations();
        let handler = operations.get(operation).expect("a handler");
        (handler.run)(context, input).await
    }

    pub(crate) async fn cluster(&self, namespace: &str) -> String {
        let made = self
            .call("CreateVirtualCluster", cluster(namespace))
            .await
            .unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Starts a job run that runs a shell script.
    pub(crate) async fn job(&self, cluster: &str, script: &str) -> String {
        self.start(job(cluster, script)).await
    }

    pub(crate) async fn start(&self, input: Value) -> String {
        let started = self.call("StartJobRun", input).await.unwrap();
        started["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn describe(&self, cluster: &str, id: &str) -> Value {
        let input = json!({"id": id, "virtualClusterId": cluster});
        self.call("DescribeJobRun", input).await.unwrap()["jobRun"].clone()
    }

    /// Waits until a job run's description is as `wanted`; looks whenever something happened on the bus.
    pub(crate) async fn until(
        &self,
        cluster: &str,
        id: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut bus = self.store.bus_watch();
        let waiting = async {
            loop {
                bus.borrow_and_update();
                let job = self.describe(cluster, id).await;
                if wanted(&job) {
                    return job;
                }
                bus.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        match waited {
            Ok(job) => job,
            Err(_) => panic!("still {}", self.describe(cluster, id).await),
        }
    }

    pub(crate) async fn until_state(&self, cluster: &str, id: &str, state: &str) -> Value {
        self.until(cluster, id, |job| job["state"] == state).await
    }

    /// Returns the states that were published for a job run, in order.
    pub(crate) async fn published(&self, id: &str) -> Vec<String> {
        let events = self.store.bus_after(0, 10_000).await.unwrap();
        events
            .into_iter()
            .filter(|(_, e)| e.detail_type == "EMR Job Run State Change")
            .map(|(_, e)| serde_json::from_str::<Value>(&e.detail).unwrap())
            .filter(|d| d["id"] == id)
            .map(|d| d["state"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn cluster(namespace: &str) -> Value {
    json!({
        "name": "cluster",
        "containerProvider": {"id": "eks", "type": "EKS", "info": {"eksInfo": {"namespace": namespace}}},
    })
}

pub(crate) fn job(cluster: &str, script: &str) -> Value {
    json!({
        "name": "job",
        "virtualClusterId": cluster,
        "executionRoleArn": "arn:aws:iam::000000000000:role/job",
        "releaseLabel": "emr-6.2.0-latest",
        "jobDriver": {"sparkSubmitJobDriver": {
            "entryPoint": "s3://bucket/job.py", "sparkSubmitParameters": script,
        }},
        "configurationOverrides": {"monitoringConfiguration": {
            "s3MonitoringConfiguration": {"logUri": "s3://bucket/logs/"},
            "cloudWatchMonitoringConfiguration": {"logGroupName": "/emr", "logStreamNamePrefix": "p"},
        }},
    })
}

/// Waits for a file that another process writes.
pub(crate) async fn file(path: &Path) -> String {
    let waiting = async {
        loop {
            match std::fs::read_to_string(path) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("the file")
}

/// Tells whether a process is there and no zombie.
pub(crate) fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

pub(crate) async fn until_gone(pid: &str) {
    let waiting = async {
        while lives(pid) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("the process to end");
}
