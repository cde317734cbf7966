//! How Task states reach services: a file per family.
//!
//! A request is a Call through the door; its parameters and answer are re-cased by the API's own shapes. `.sync`
//! knows in addition what to wait for, how to look at it, and how to stop it.

mod athena;
mod emr;
mod events;
mod family;
mod glue;
mod http_task;
mod lambda;
mod offered;
mod plain;
mod request;
mod shape;
mod states;

use std::sync::Arc;

use asl::{ScheduleTask, Value};
use aws::{ApiError, Invoke};
use store::BusEvent;

use crate::{Connections, driver::Caller};

pub(crate) use http_task::Trace;
pub(crate) use request::{When, request, traced};

/// What tasks reach outside.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'a> {
    pub door: &'a dyn Invoke,
    /// None: HTTP tasks fail.
    pub connections: Option<&'a dyn Connections>,
}
pub use offered::{Offered, offered};

/// Why a task failed, as its state sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub error: Arc<str>,
    pub cause: Option<Arc<str>>,
    /// It says nothing of the task itself and may pass: throttling, a server that starts.
    pub passing: bool,
    /// Nothing was asked for: the door is shut while the server starts or stops, or the disk is full. The request
    /// is made again.
    pub unavailable: bool,
}

impl Fault {
    fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Self {
            error: error.into(),
            cause: Some(cause.into()),
            passing: false,
            unavailable: false,
        }
    }

    /// A `.sync` task's resource failed: it is the cause, as JSON text.
    fn of_resource(resource: &Value) -> Self {
        Self::new("States.TaskFailed", resource.to_text())
    }
}

/// How the resource of a `.sync` task stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    Running,
    Succeeded(Value),
    Failed(Fault),
}

/// Returns what a `.sync` task waits for, as [`resources_of`] names it.
pub(crate) fn resource(task: &ScheduleTask, output: &Value) -> Option<String> {
    let sync = family::sync_of(&task.integration)?;
    (sync.resource)(&task.arguments, output)
}

/// Returns the resources that a bus event is about.
pub(crate) fn resources_of(event: &BusEvent) -> Vec<String> {
    match event.source.as_str() {
        "aws.states" => event.resources.first().cloned(),
        "aws.emr-containers" => {
            member(&event.detail, "id").map(|id| format!("emr-containers/{id}"))
        }
        "aws.athena" => member(&event.detail, "queryExecutionId").map(|id| format!("athena/{id}")),
        "aws.glue" => member(&event.detail, "jobRunId").map(|id| format!("glue/{id}")),
        _ => None,
    }
    .into_iter()
    .collect()
}

fn member(detail: &str, name: &str) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get(name)?.as_str().map(str::to_owned)
}

/// Looks at what a `.sync` task waits for.
pub(crate) async fn check(
    door: &dyn Invoke,
    caller: &Caller,
    task: &ScheduleTask,
    output: &Value,
) -> Result<Verdict, Fault> {
    let Some((family, sync)) =
        family::of(&task.integration).zip(family::sync_of(&task.integration))
    else {
        return Err(Fault::new(
            "States.Runtime",
            format!("{} is not known any more", task.resource),
        ));
    };
    let (operation, input) = (sync.describe)(&task.arguments, output);
    match request::call(door, caller, family.service, operation, input).await {
        Ok(answer) => {
            let answer = shape::output(family.service, operation, &answer, shape::Dates::Millis);
            Ok((sync.judge)(&answer, task.integration.pattern))
        }
        Err(error) => Err(request::fault(family, &error, "")),
    }
}

/// Stops what a `.sync` task runs, as far as the service can.
pub(crate) async fn cancel(
    door: &dyn Invoke,
    caller: &Caller,
    task: &ScheduleTask,
    output: &Value,
) {
    let found = family::of(&task.integration).zip(family::sync_of(&task.integration));
    let Some((family, (operation, input))) =
        found.and_then(|(f, s)| Some((f, (s.cancel?)(&task.arguments, output))))
    else {
        return;
    };
    if let Err(error) = request::call(door, caller, family.service, operation, input).await {
        // It may have ended by itself; the execution does not wait for it either way.
        tracing::info!(%error, resource = %task.resource, "what a task ran could not be stopped");
    }
}

fn is_unavailable(error: &ApiError) -> bool {
    error.code == "ServiceUnavailable"
}

fn is_passing(error: &ApiError) -> bool {
    error.status >= 500
        || error.code.contains("Throttling")
        || error.code == "TooManyRequestsException"
}
