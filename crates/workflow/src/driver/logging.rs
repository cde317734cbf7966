//! The logging configuration: history events as lines in CloudWatch Logs.
//!
//! Lines are sent after their commit, in the background and in order (see `log_queue`); a crash may lose the last
//! ones, as AWS promises no more.

use std::sync::Arc;

use asl::{
    JournalEvent,
    history::{HistoryEvent, Projector},
};
use serde_json::{Value, json};

use crate::{
    execution::Home,
    machine::{LogLevel, Logging},
};

/// How long an input or output may be in a line, in bytes as they stand there. Source: "CloudWatch Logs payloads".
const LARGEST_DATA: usize = 248 * 1024;

/// What is logged of one execution.
pub(crate) struct Tail {
    projector: Projector,
    level: LogLevel,
    with_data: bool,
    execution_arn: Arc<str>,
    place: Place,
}

/// Where lines go.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub account: Arc<str>,
    pub region: Arc<str>,
    pub group: Arc<str>,
    pub stream: Arc<str>,
}

/// One line on its way.
pub(super) struct Line {
    pub place: Place,
    pub at_ms: i64,
    pub text: String,
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
    pub(super) fn lines(
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
        if let Some(details) = details.as_object_mut() {
            if self.with_data {
                for (data, told) in [("input", "inputDetails"), ("output", "outputDetails")] {
                    if let Some(Value::String(text)) = details.get_mut(data)
                        && cut(text)
                    {
                        details.insert(told.into(), json!({"truncated": true}));
                    }
                }
            } else {
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

/// Cuts a text to what a line takes of it; returns whether it was longer.
fn cut(text: &mut String) -> bool {
    // No character takes more than six bytes where it is escaped.
    if text.len() <= LARGEST_DATA / 6 {
        return false;
    }
    let mut size = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        size += match c {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            c if c < ' ' => 6,
            c => c.len_utf8(),
        };
        (size > LARGEST_DATA).then_some(at)
    });
    if let Some(end) = end {
        text.truncate(end);
    }
    end.is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_data_is_cut_as_it_stands_in_the_line() {
        for (unit, fits) in [
            ("a", LARGEST_DATA),
            ("\"", LARGEST_DATA / 2),
            ("\u{1}", LARGEST_DATA / 6),
            ("ä", LARGEST_DATA / 2),
        ] {
            let (mut whole, mut longer) = (unit.repeat(fits), unit.repeat(fits + 1));
            assert!(!cut(&mut whole) && cut(&mut longer));
            assert_eq!(whole.len(), unit.len() * fits);
            assert_eq!(whole, longer);
            let escaped = serde_json::to_string(&whole).unwrap().len() - 2;
            assert!(
                escaped <= LARGEST_DATA && escaped + 6 > LARGEST_DATA,
                "{escaped}"
            );
        }
    }

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
