//! Output to CloudWatch Logs, by Calls as any client makes them, while the job runs.

use std::{path::PathBuf, sync::Arc, time::Duration};

use aws::{ApiError, Call, Invoke, Principal};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Output, container, lines::Lines};
use crate::{ids, job::JobRun, service::Emr};

/// How often a running job's output is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Fewer than CloudWatch's 10,000 events and 1 MiB a request.
const BATCH_EVENTS: usize = 1_000;
const BATCH_BYTES: usize = 700_000;

/// How often a request that fails is repeated, and after how long.
const ATTEMPTS: u32 = 5;
const AGAIN: Duration = Duration::from_millis(300);

/// Sends an output's lines to the job run's log stream until the job has ended and all were sent. After a
/// restart it goes on after the lines that the stream has: none is lost, none comes twice.
pub(crate) async fn ship(
    emr: Arc<Emr>,
    job: JobRun,
    output: Output,
    path: PathBuf,
    mut ended: watch::Receiver<bool>,
) {
    let Some(stream) = Stream::of(&emr, &job, output) else {
        return;
    };
    let shipped = async {
        stream.create().await?;
        let mut skip = stream.count().await?;
        let mut lines = Lines::new(path);
        loop {
            let over = *ended.borrow_and_update();
            while let Some(more) = lines.next(over).map_err(ApiError::internal)? {
                let known = skip.min(more.len());
                skip -= known;
                stream.put(&more[known..]).await?;
            }
            if over {
                return Ok::<(), ApiError>(());
            }
            // Either way it looks again.
            let _ = tokio::time::timeout(LOOK, ended.changed()).await;
        }
    };
    if let Err(e) = shipped.await {
        tracing::warn!(job = job.id, output = output.name(), error = %e, "output could not be sent to CloudWatch Logs");
    }
}

struct Stream<'a> {
    emr: &'a Emr,
    account: String,
    region: String,
    group: String,
    name: String,
}

impl<'a> Stream<'a> {
    fn of(emr: &'a Emr, job: &JobRun, output: Output) -> Option<Self> {
        let to = job
            .monitoring()?
            .cloud_watch_monitoring_configuration
            .as_ref()?;
        let path = container(job, output);
        Some(Self {
            emr,
            account: job.account.clone(),
            region: job.region.clone(),
            group: to.log_group_name.clone(),
            name: match to.log_stream_name_prefix.as_deref() {
                Some(prefix) => format!("{prefix}/{path}"),
                None => path,
            },
        })
    }

    async fn create(&self) -> Result<(), ApiError> {
        let group = json!({"logGroupName": self.group});
        let stream = json!({"logGroupName": self.group, "logStreamName": self.name});
        for (operation, input) in [("CreateLogGroup", group), ("CreateLogStream", stream)] {
            match self.call(operation, input).await {
                Err(e) if e.code != "ResourceAlreadyExistsException" => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns how many events the stream has.
    async fn count(&self) -> Result<usize, ApiError> {
        let (mut count, mut token) = (0, Value::Null);
        loop {
            let mut input = json!({
                "logGroupName": self.group, "logStreamName": self.name, "startFromHead": true, "limit": 10_000,
            });
            if !token.is_null() {
                input["nextToken"] = token.clone();
            }
            let page = self.call("GetLogEvents", input).await?;
            count += page["events"].as_array().map_or(0, Vec::len);
            let next = page["nextForwardToken"].clone();
            // The same token again says that this was the end.
            if next.is_null() || next == token {
                return Ok(count);
            }
            token = next;
        }
    }

    async fn put(&self, lines: &[String]) -> Result<(), ApiError> {
        let mut lines = lines.iter().peekable();
        while lines.peek().is_some() {
            let (mut events, mut bytes) = (Vec::new(), 0);
            let now_ms = self.emr.now_ms();
            while let Some(line) = lines.next_if(|l| {
                events.len() < BATCH_EVENTS
                    && (events.is_empty() || bytes + l.len() + 26 <= BATCH_BYTES)
            }) {
                bytes += line.len() + 26;
                events.push(json!({"timestamp": now_ms, "message": line}));
            }
            let input = json!({"logGroupName": self.group, "logStreamName": self.name, "logEvents": events});
            self.call("PutLogEvents", input).await?;
        }
        Ok(())
    }

    /// Calls CloudWatch Logs, again when it fails for reasons that pass.
    async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let mut attempt = 1;
        loop {
            let call = Call {
                service: "logs".into(),
                operation: operation.into(),
                input: input.clone(),
                principal: Principal::root(&self.account, &self.region),
                request_id: ids::event().into(),
            };
            match self.emr.door.call(call).await {
                Err(e) if e.status >= 500 && attempt < ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(AGAIN).await;
                }
                answer => return answer,
            }
        }
    }
}
