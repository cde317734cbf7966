//! A process that is killed, or whose disk fails, loses nothing that it acknowledged.
#![expect(clippy::unwrap_used, reason = "a failing step is a failing test")]

use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use rand::Rng;
use store::{Batch, BusEvent, Expect, Key, Options, Store};

const TABLE: &str = "crash/counters";
const WRITERS: u64 = 4;
const KILLS: usize = 60;

/// Names the file for the child, which is this test binary run with one test alone.
const FILE: &str = "TAXIWAY_CRASH_TEST_FILE";

/// Counts up in a few tasks for ever and prints "writer count" after each commit that was acknowledged. Each batch
/// changes a record, a stream, a timer and the bus, so that a torn one would show.
#[test]
fn child() {
    let Some(file) = env::var_os(FILE) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Store::open(Path::new(&file), Options::default()).unwrap();
        let tasks = (0..WRITERS)
            .map(|writer| tokio::spawn(count(store.clone(), writer)))
            .collect::<Vec<_>>();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

async fn count(store: Store, writer: u64) {
    let key = Key::of(&[&writer.to_string()]);
    let found = store.get(TABLE, &key).await.unwrap();
    let (stream, mut next) = match &found {
        Some(record) => {
            let (stream, count): (i64, u64) = record.json().unwrap();
            (stream, count + 1)
        }
        None => (store.new_stream().await.unwrap(), 0),
    };
    let mut expect = found.map_or(Expect::Absent, |r| Expect::Version(r.version));
    loop {
        let mut batch = Batch::new();
        batch
            .put_json(TABLE, key.clone(), &(stream, next), expect)
            .unwrap();
        batch.append(stream, next, format!("row {next} ").repeat(20));
        batch.set_timer(
            "crash/timers",
            key.clone(),
            i64::try_from(next).unwrap(),
            "",
        );
        batch.publish(event(writer, next));
        if next % 50 == 49 {
            batch.seal(stream);
        }
        store.commit(batch).await.unwrap();
        println!("acknowledged {writer} {next}");
        expect = Expect::Version(next + 1);
        next += 1;
    }
}

fn event(writer: u64, count: u64) -> BusEvent {
    BusEvent {
        id: format!("{writer} {count}"),
        time_ms: 0,
        account: String::new(),
        region: String::new(),
        bus: "default".into(),
        source: "crash".into(),
        detail_type: String::new(),
        resources: vec![],
        detail: "{}".into(),
        internal: true,
    }
}

fn start(file: &Path, before: &str) -> Child {
    let this = env::current_exe().unwrap();
    let command = format!("{before} exec \"$0\" --exact child --nocapture --quiet");
    let mut command_line = Command::new("sh");
    command_line
        .arg("-c")
        .arg(command)
        .arg(this)
        .env(FILE, file);
    command_line
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads acknowledgements until `enough` have come, then what else is in the pipe; returns the highest per writer.
fn acknowledged(child: &mut Child, enough: usize, kill: bool) -> [Option<u64>; WRITERS as usize] {
    let mut highest = [None; WRITERS as usize];
    let mut seen = 0;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines {
        let line = line.unwrap();
        // The harness prints its own words, without an end of line, before the first.
        let Some((_, rest)) = line.split_once("acknowledged ") else {
            continue;
        };
        let Some((writer, count)) = rest.split_once(' ') else {
            continue;
        };
        let Ok(count) = count.parse::<u64>() else {
            continue;
        };
        let place: &mut Option<u64> = &mut highest[writer.parse::<usize>().unwrap()];
        *place = (*place).max(Some(count));
        seen += 1;
        if kill && seen == enough {
            child.kill().unwrap();
        }
    }
    highest
}

/// Checks that what was acknowledged is there and that every batch is whole; returns how many there are.
async fn check(file: &Path, highest: &[Option<u64>]) -> usize {
    let store = Store::open(file, Options::default()).unwrap();
    let mut total = 0;
    for (writer, acknowledged) in highest.iter().enumerate() {
        let key = Key::of(&[&writer.to_string()]);
        let Some(record) = store.get(TABLE, &key).await.unwrap() else {
            assert_eq!(*acknowledged, None, "writer {writer} lost all");
            continue;
        };
        let (stream, count): (i64, u64) = record.json().unwrap();
        assert!(
            Some(count) >= *acknowledged,
            "writer {writer}: {acknowledged:?} was acknowledged, {count} is there"
        );
        let rows = store.read(stream, 0).await.unwrap();
        assert_eq!(
            rows.iter().map(|r| r.seq).collect::<Vec<_>>(),
            (0..=count).collect::<Vec<_>>()
        );
        assert!(
            rows.iter()
                .all(|r| r.row == format!("row {} ", r.seq).repeat(20))
        );
        let timers = store
            .timers("crash/timers", i64::MAX, usize::MAX)
            .await
            .unwrap();
        assert_eq!(
            timers.iter().find(|t| t.key == key).unwrap().due_ms,
            i64::try_from(count).unwrap()
        );
        total += usize::try_from(count).unwrap() + 1;
    }
    let events = store.bus_after(0, usize::MAX).await.unwrap();
    assert_eq!(events.len(), total, "events of whole batches");
    assert_eq!(
        *store.bus_watch().borrow(),
        events.last().map_or(0, |e| e.0)
    );
    total
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_acknowledged_is_lost_by_killing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let mut total = 0;
    for round in 0..KILLS {
        let mut child = start(&file, "");
        let enough = rand::rng().random_range(1..120);
        let highest = acknowledged(&mut child, enough, true);
        child.wait().unwrap();
        let now = check(&file, &highest).await;
        assert!(now > total, "round {round} wrote nothing");
        total = now;
        if round % 20 == 19 {
            // Begin afresh, so that reading it all stays quick.
            for name in ["store.db", "store.db-wal", "store.db-shm", "store.db-mark"] {
                let _ = std::fs::remove_file(folder.path().join(name));
            }
            total = 0;
        }
    }
}

/// The file may not grow past a limit of the process's: writing answers an I/O error (not "disk full"), as a dying
/// disk does.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_failed_write_ends_the_process_with_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    // In blocks of 512 bytes, or of 1 KiB, as the shell has it.
    let mut child = start(&file, "trap '' XFSZ; ulimit -f 1200;");
    let highest = acknowledged(&mut child, usize::MAX, false);
    let status = child.wait().unwrap();
    let mut message = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut message)
        .unwrap();
    assert_eq!(status.code(), Some(74), "{message}");
    assert!(
        message.contains("taxiway: cannot write ") && message.contains("I/O error"),
        "{message}"
    );
    assert!(check(&file, &highest).await > 0);
}
