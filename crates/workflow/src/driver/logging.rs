//! The logging configuration: history events as lines in CloudWatch Logs.
//!
//! Lines are sent after their commit, in the background and in order; a crash may lose the last ones, as AWS
//! promises no more.

use std::sync::Arc;

use asl::{
    JournalEvent,
    history::{HistoryEvent, Projector},
};
use aws::{ApiError, Call, Invoke, Principal};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    execution::Home,
    machine::{LogLevel, Logging},
};

/// Lines that are put with one call.
const LINES_PER_PUT: usize = 1000;

/// What is logged of one execution.
pub(crate) struct Tail {
    projector: Projector,
    level: LogLevel,
    with_data: bool,
    execution_arn: Arc<str>,
    place: Place,
}

/// Where lines go.
#[derive(Clone, PartialEq)]
struct Place {
    account: Arc<str>,
    region: Arc<str>,
    group: Arc<str>,
    stream: Arc<str>,
}

/// One line on its way.
pub(crate) struct Line {
    place: Place,
    at_ms: i64,
    text: String,
}

impl Tail {
    /// Returns the tail of an execution whose machine logs.
    pub(crate) fn new(
        logging: &Logging,
        home: &Home,
        execution_arn: Arc<str>,
        definition: &asl::Definition,
        start_ms: i64,
    ) -> Option<Self> {
        let group = logging.group_arn()?.split(':').nth(6)?;
        let minute: String = asl::time::iso(start_ms).chars().take(16).collect();
        let minute = minute.replace(['T', ':'], "-");
        let own = crate::ids::derived(&[&execution_arn]);
        let stream = format!(
            "states/{}/{minute}/{}",
            home.machine_name(),
            own.get(..8).unwrap_or(&own)
        );
        Some(Self {
            projector: Projector::new(definition),
            level: logging.level,
            with_data: logging.include_execution_data,
            execution_arn,
            place: Place {
                account: Arc::clone(&home.account),
                region: Arc::clone(&home.region),
                group: group.into(),
                stream: stream.into(),
            },
        })
    }

    /// Brings the tail up to events that are logged already.
    pub(crate) fn skip(&mut self, at_ms: i64, events: &[JournalEvent]) {
        for event in events {
            self.projector.push(at_ms, event);
        }
    }

    /// Returns the lines of new events.
    pub(crate) fn lines(
        &mut self,
        at_ms: i64,
        events: &[JournalEvent],
        redrives: u32,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for event in events {
            let Some(event) = self.projector.push(at_ms, event) else {
                continue;
            };
            if wanted(self.level, event.kind) {
                lines.push(Line {
                    place: self.place.clone(),
                    at_ms,
                    text: self.text(&event, redrives),
                });
            }
        }
        lines
    }

    fn text(&self, event: &HistoryEvent, redrives: u32) -> String {
        let mut details = event
            .details
            .as_ref()
            .map_or_else(|| json!({}), |(_, d)| d.to_json());
        if let Some(details) = details.as_object_mut().filter(|_| !self.with_data) {
            for data in [
                "input",
                "inputDetails",
                "output",
                "outputDetails",
                "parameters",
            ] {
                details.remove(data);
            }
        }
        json!({
            "id": event.id.to_string(),
            "type": event.kind,
            "details": details,
            "previous_event_id": event.previous_id.to_string(),
            "event_timestamp": event.timestamp_ms.to_string(),
            "execution_arn": &*self.execution_arn,
            "redrive_count": redrives.to_string(),
        })
        .to_string()
    }
}

/// Tells whether a level asks for events of a type. Source: "Logging levels for Step Functions execution events".
fn wanted(level: LogLevel, kind: &str) -> bool {
    let fatal = matches!(
        kind,
        "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted"
    );
    match level {
        LogLevel::Off => false,
        LogLevel::Fatal => fatal,
        LogLevel::Error => {
            fatal
                || kind == "FailStateEntered"
                || ["Failed", "TimedOut", "Aborted"]
                    .iter()
                    .any(|end| kind.ends_with(end))
        }
        LogLevel::All => true,
    }
}

/// Puts the lines that come in, for as long as anybody sends.
pub(super) async fn write_forever(mut lines: mpsc::UnboundedReceiver<Line>, door: Arc<dyn Invoke>) {
    let mut waiting = Vec::new();
    while lines.recv_many(&mut waiting, LINES_PER_PUT).await > 0 {
        let mut rest = std::mem::take(&mut waiting).into_iter().peekable();
        while let Some(first) = rest.next() {
            let place = first.place.clone();
            let mut events = vec![json!({"timestamp": first.at_ms, "message": first.text})];
            while let Some(next) = rest.next_if(|l| l.place == place) {
                events.push(json!({"timestamp": next.at_ms, "message": next.text}));
            }
            if let Err(error) = put(&*door, &place, events).await {
                tracing::warn!(%error, group = %place.group, "an execution could not be logged");
            }
        }
    }
}

async fn put(door: &dyn Invoke, place: &Place, events: Vec<Value>) -> Result<(), ApiError> {
    let stream = json!({"logGroupName": &*place.group, "logStreamName": &*place.stream});
    let mut input = stream.clone();
    input["logEvents"] = events.into();
    match call(door, place, "PutLogEvents", input.clone()).await {
        Err(error) if error.code == "ResourceNotFoundException" => {}
        other => return other,
    }
    match call(door, place, "CreateLogStream", stream).await {
        Err(error) if error.code != "ResourceAlreadyExistsException" => return Err(error),
        _ => {}
    }
    call(door, place, "PutLogEvents", input).await
}

async fn call(
    door: &dyn Invoke,
    place: &Place,
    operation: &str,
    input: Value,
) -> Result<(), ApiError> {
    let call = Call {
        service: "logs".into(),
        operation: operation.into(),
        input,
        principal: Principal::root(&place.account, &place.region),
        request_id: aws::ids::request_id(),
    };
    door.call(call).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_ask_for_what_the_documentation_says() {
        let kinds = [
            "ExecutionStarted",
            "TaskFailed",
            "FailStateEntered",
            "WaitStateAborted",
            "ExecutionFailed",
        ];
        let count = |level| kinds.iter().filter(|k| wanted(level, k)).count();
        let levels = [
            LogLevel::Off,
            LogLevel::Fatal,
            LogLevel::Error,
            LogLevel::All,
        ];
        assert_eq!(levels.map(count), [0, 1, 4, 5]);
    }
}
