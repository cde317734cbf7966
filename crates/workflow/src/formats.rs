//! What is stored stays readable: one fixture for each type and version, kept for ever.
//!
//! A new version gets a new file; `TAXIWAY_UPDATE=1 cargo test formats` writes those that are missing.

use std::{fmt::Debug, path::Path, sync::Arc};

use asl::{Status, TaskId, Value};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    activities::Activity,
    driver::{
        Caller,
        row::{JournalRow, Offered, Parked, Phase, TaskRow, TokenRow, decode, encode},
    },
    execution::{Home, MapHome, Record},
    machine::{
        Alias, Encryption, Kind, Logging, Machine, MachineStatus, Revision, Route, Tag, Tracing,
        Version,
    },
    map_run::{Counts, MapRun, MapStatus},
};

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

/// Reads a fixture and writes it again: nothing may be lost, nothing may have another name.
fn kept<T: Serialize + DeserializeOwned + Debug>(name: &str, sample: &T) {
    let path = path(&format!("{name}.json"));
    if !path.exists() && std::env::var_os("TAXIWAY_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, serde_json::to_string_pretty(sample).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let read: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
    let again = serde_json::to_value(&read).unwrap();
    assert_eq!(
        again,
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        "{name}"
    );
}

fn home() -> Home {
    let map = MapHome {
        arn: "arn:map".into(),
        state: "M".into(),
        items: 2,
    };
    Home {
        account: "000000000000".into(),
        region: "us-east-1".into(),
        machine: "m/label".into(),
        machine_id: "abc".into(),
        name: "e".into(),
        revision: 1,
        version: Some(2),
        alias: Some("prod".into()),
        map: Some(map),
    }
}

fn record() -> Record {
    Record {
        v: 1,
        home: home(),
        stream: 7,
        status: Status::Failed,
        start_ms: 1,
        stop_ms: Some(2),
        input: "{}".into(),
        output: None,
        error: Some("E".into()),
        cause: Some("C".into()),
        trace_header: None,
        redrive_count: 1,
        redrive_ms: Some(3),
        redrive_token: Some("t".into()),
    }
}

#[test]
fn machines_and_what_belongs_to_them() {
    let tags = vec![Tag {
        key: "k".into(),
        value: "v".into(),
    }];
    let (account, region) = ("000000000000".to_owned(), "us-east-1".to_owned());
    let machine = Machine {
        v: 1,
        account: account.clone(),
        region: region.clone(),
        name: "m".into(),
        id: "abc".into(),
        kind: Kind::Standard,
        status: MachineStatus::Active,
        created_ms: 1,
        revision: 2,
        next_version: 3,
        tags: tags.clone(),
    };
    kept("machine/v1", &machine);
    let revision = Revision {
        v: 1,
        ordinal: 2,
        id: Some("uuid".into()),
        definition: "{}".into(),
        role_arn: "arn:role".into(),
        logging: Logging::default(),
        tracing: Tracing { enabled: true },
        encryption: Some(Encryption::aws_owned()),
        updated_ms: 1,
    };
    kept("revision/v1", &revision);
    kept(
        "version/v1",
        &Version {
            v: 1,
            number: 1,
            revision: 2,
            description: Some("d".into()),
            created_ms: 1,
        },
    );
    let routes = vec![Route {
        version: 1,
        weight: 100,
    }];
    kept(
        "alias/v1",
        &Alias {
            v: 1,
            name: "prod".into(),
            description: None,
            routes,
            created_ms: 1,
            updated_ms: 2,
        },
    );
    let activity = Activity {
        v: 1,
        account,
        region,
        name: "a".into(),
        id: "abc".into(),
        created_ms: 1,
        encryption: None,
        tags,
    };
    kept("activity/v1", &activity);
}

#[test]
fn executions_and_their_tasks() {
    kept("execution/v1", &record());
    kept("summary/v1", &record().summary());
    kept(
        "token/v1",
        &TokenRow {
            v: 1,
            stream: 7,
            task: 1,
        },
    );
    kept(
        "offered/v1",
        &Offered {
            v: 1,
            stream: 7,
            task: 1,
            token: "t".into(),
            input: Value::Null,
        },
    );
    let caller = Caller {
        account: "000000000000".into(),
        region: "us-east-1".into(),
        role_arn: "arn:role".into(),
        execution_arn: "arn:execution".into(),
        machine_arn: "arn:machine".into(),
    };
    let resource: Arc<str> = "arn:aws:states:::emr-containers:startJobRun.sync".into();
    let task = asl::ScheduleTask {
        task: TaskId(1),
        state: "T".into(),
        integration: asl::catalog::resolve(&resource).unwrap(),
        resource,
        arguments: Value::parse(r#"{"a":1.0}"#).unwrap(),
        timeout_ms: Some(1000),
        heartbeat_ms: None,
        task_token: None,
        credentials: None,
    };
    let phase = Phase::Watch {
        output: Value::parse(r#"{"Id":"1"}"#).unwrap(),
    };
    kept(
        "task/v1",
        &TaskRow {
            v: 1,
            caller,
            task,
            phase,
        },
    );
    let run = MapRun {
        v: 1,
        arn: "arn:map".into(),
        machine: "m/label".into(),
        id: "id".into(),
        account: "000000000000".into(),
        region: "us-east-1".into(),
        execution_arn: "arn:execution".into(),
        status: MapStatus::Running,
        start_ms: 1,
        stop_ms: None,
        max_concurrency: 2,
        tolerated_failure_percentage: 0.5,
        tolerated_failure_count: 3,
        items: Counts::default(),
        executions: Counts::default(),
        redrive_count: 0,
        redrive_ms: None,
    };
    kept("map-run/v1", &run);
}

/// A row that is long enough to be packed.
#[test]
fn packed_journals() {
    let path = path("journal/v2.hex");
    let events = |n| asl::JournalEvent::StateEntered {
        scope: asl::ScopeId(0),
        state: asl::StateId(n),
        at_ms: 1000,
    };
    let sample = JournalRow {
        at_ms: 1000,
        events: (0..1500).map(events).collect(),
    };
    if !path.exists() && std::env::var_os("TAXIWAY_UPDATE").is_some() {
        let row = encode(&sample).unwrap();
        let text: String = row.iter().map(|b| format!("{b:02x}")).collect();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.trim();
    let row: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect();
    assert_eq!(row[0], 2);
    let read: JournalRow = decode(&row).unwrap();
    assert_eq!((read.at_ms, read.events), (sample.at_ms, sample.events));
    assert!(decode::<JournalRow>(&row[..row.len() - 1]).is_err());
}

/// Rows in binary: what a whole execution left, as hexadecimal text.
#[test]
fn journals() {
    let path = path("journal/v1.hex");
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"Next":"B"},"B":{"Type":"Pass","End":true}}}"#;
    let definition = asl::Definition::parse(definition, asl::MachineKind::Standard).unwrap();
    if !path.exists() && std::env::var_os("TAXIWAY_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let context = asl::Context {
            execution_arn: "arn:execution".into(),
            execution_name: "e".into(),
            role_arn: "arn:role".into(),
            start_time: asl::time::iso(1000).into(),
            redrive_count: 0,
            machine_arn: "arn:machine".into(),
            machine_name: "m".into(),
            region: "us-east-1".into(),
        };
        let mut state = asl::Execution::new();
        let env = asl::Env {
            now_ms: 1000,
            seed: 1,
        };
        let start = asl::Trigger::Start {
            context,
            input_text: r#"{"x": 1.50}"#.into(),
        };
        let first = asl::advance(&definition, &mut state, start, &env);
        let parked = Parked {
            home: home(),
            snapshot: None,
        };
        let fired = asl::Trigger::TimerFired {
            timer: asl::TimerId(0),
        };
        let second = asl::advance(
            &definition,
            &mut state,
            fired,
            &asl::Env {
                now_ms: 6000,
                seed: 2,
            },
        );
        let rows = [
            encode(&JournalRow {
                at_ms: 1000,
                events: first.events,
            })
            .unwrap(),
            encode(&JournalRow {
                at_ms: 6000,
                events: second.events,
            })
            .unwrap(),
            encode(&parked).unwrap(),
        ];
        let lines = rows
            .iter()
            .map(|r| r.iter().map(|b| format!("{b:02x}")).collect::<String>());
        std::fs::write(&path, lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let rows: Vec<Vec<u8>> = text
        .lines()
        .map(|l| {
            (0..l.len())
                .step_by(2)
                .map(|i| u8::from_str_radix(&l[i..i + 2], 16).unwrap())
                .collect()
        })
        .collect();
    let journal: Vec<JournalRow> = rows[..2].iter().map(|r| decode(r).unwrap()).collect();
    let events = journal
        .iter()
        .flat_map(|row| row.events.iter().map(|e| (row.at_ms, e)));
    let history = asl::history::project(&definition, events);
    let kinds: Vec<&str> = history.iter().map(|e| e.kind).collect();
    let expected = [
        "ExecutionStarted",
        "WaitStateEntered",
        "WaitStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(history[5].timestamp_ms, 6000);
    let parked: Parked = decode(&rows[2]).unwrap();
    assert_eq!(parked.home, home());
    assert!(decode::<Parked>(&[9]).is_err() && decode::<Parked>(&[]).is_err());
}
