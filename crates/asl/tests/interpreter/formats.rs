//! What is stored must stay readable: journals and saved states of every version there was.
//!
//! `ASL_WRITE_FORMATS=1` writes the files of the present version; never write over one that was released.

use std::path::PathBuf;

use asl::{Execution, JournalEvent, Trigger, evolve};

use crate::case::InterpreterCase;

const MACHINE: &str = r#"{"TimeoutSeconds":900,"StartAt":"A","States":{
    "A":{"Type":"Pass","Assign":{"v":{"n":1.50}},"Next":"P"},
    "P":{"Type":"Parallel","Next":"M","ResultPath":"$.p","Branches":[
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":60,
            "HeartbeatSeconds":10,"Parameters":{"FunctionName":"f"},"Retry":[{"ErrorEquals":["E"]}],"End":true}}},
        {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}]},
    "M":{"Type":"Map","ItemsPath":"$.l","ItemProcessor":{"StartAt":"Q","States":{
        "Q":{"Type":"Task","Resource":"arn:aws:states:us-east-1:000000000000:activity:a","End":true}}},"End":true}}}"#;

/// A story with most kinds of events, left in the middle.
fn story() -> InterpreterCase {
    let mut case = InterpreterCase::new(MACHINE).input(r#"{"l": [1, "two"]}"#);
    case.start_task();
    case.fail("E", "first");
    case.wait();
    case.start_task();
    let task = case.task();
    case.event(Trigger::TaskSubmitted {
        task,
        output: asl::Value::empty_object(),
    });
    case.event(Trigger::Heartbeat { task });
    case.succeed("7");
    case.wait();
    let task = case.task();
    case.event(Trigger::TaskStarted {
        task,
        worker_name: Some("w".into()),
    });
    case
}

fn file(kind: &str, version: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/{kind}/v{version}.json"))
}

#[test]
fn every_version_is_read() {
    let case = story();
    if std::env::var_os("ASL_WRITE_FORMATS").is_some() {
        let events: Vec<_> = case.journal().collect();
        std::fs::write(
            file("journal", Execution::VERSION),
            serde_json::to_string_pretty(&events).expect("JSON"),
        )
        .expect("written");
        let state = serde_json::to_string_pretty(case.state()).expect("JSON");
        std::fs::write(file("execution", Execution::VERSION), state).expect("written");
    }
    for version in 1..=Execution::VERSION {
        let read =
            |kind| std::fs::read_to_string(file(kind, version)).expect("a file of every version");
        let journal: Vec<JournalEvent> = serde_json::from_str(&read("journal")).expect("a journal");
        let saved: Execution = serde_json::from_str(&read("execution")).expect("a saved state");
        let mut replayed = Execution::new();
        journal
            .iter()
            .for_each(|event| evolve(&mut replayed, event));
        assert_eq!(replayed, saved, "version {version}");
        assert!(replayed.is_running());
        assert_eq!(replayed.pending_tasks().count(), 2);
    }
}
