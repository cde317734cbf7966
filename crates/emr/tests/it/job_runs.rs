//! Job runs from start to end, with a shell for an engine: states, logs, failures, cancelling, restarts.
use std::io::Read;

use crate::support::{House, file, job, lives, until_gone};
use serde_json::json;

async fn unzipped(house: &House, key: &str) -> String {
    let packed = house.objects.get_bytes("bucket", key).await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_completes_and_its_output_is_delivered() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let script = "echo one; echo; echo two; echo oops >&2; mkdir -p $1/eventlog; echo '{}' > $1/eventlog/app-1";
    let id = server.job(&cluster, script).await;
    let done = server.until_state(&cluster, &id, "COMPLETED").await;
    assert!(done["finishedAt"].as_f64() >= done["createdAt"].as_f64());
    let states = ["PENDING", "SUBMITTED", "RUNNING", "COMPLETED"];
    assert_eq!(server.published(&id).await, states);
    let home = format!("{cluster}/jobs/{id}");
    let pod = format!("{home}/containers/spark-{id}/spark-{id}-driver");
    assert_eq!(
        unzipped(&house, &format!("logs/{pod}/stdout.gz")).await,
        "one\n\ntwo\n"
    );
    assert_eq!(
        unzipped(&house, &format!("logs/{pod}/stderr.gz")).await,
        "a note\noops\n"
    );
    let log = format!("logs/{home}/sparklogs/app-1");
    assert_eq!(
        house.objects.get_bytes("bucket", &log).await.unwrap(),
        "{}\n"
    );
    let streams = house.logs.0.lock().unwrap().clone();
    assert_eq!(streams[&format!("/emr/p/{pod}/stdout")], ["one", "two"]);
    assert_eq!(streams[&format!("/emr/p/{pod}/stderr")], ["a note", "oops"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_says_what_went_wrong() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let script = "printf 'Traceback (most recent call last):\\n  File x\\nValueError: no taxis today\\n'; exit 1";
    let id = server.job(&cluster, script).await;
    let failed = server.until_state(&cluster, &id, "FAILED").await;
    assert_eq!(failed["failureReason"], "USER_ERROR");
    assert!(
        failed["stateDetails"]
            .as_str()
            .unwrap()
            .ends_with("ValueError: no taxis today"),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_is_not_there_fails_by_name() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    for missing in ["s3://bucket/no.py", "s3://no-bucket/job.py"] {
        let mut input = job(&cluster, "true");
        input["jobDriver"]["sparkSubmitJobDriver"]["entryPoint"] = missing.into();
        let id = server.start(input).await;
        let failed = server.until_state(&cluster, &id, "FAILED").await;
        let want = format!("The entry point {missing} does not exist");
        assert_eq!(
            (&failed["failureReason"], &failed["stateDetails"]),
            (&json!("USER_ERROR"), &json!(want))
        );
        let log =
            format!("logs/{cluster}/jobs/{id}/containers/spark-{id}/spark-{id}-driver/stderr.gz");
        assert!(unzipped(&house, &log).await.contains(missing));
        assert_eq!(
            server.published(&id).await,
            ["PENDING", "SUBMITTED", "FAILED"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_fails_in_its_words() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let id = server
        .job(&cluster, "refuse: Unrecognized option: --x")
        .await;
    let failed = server.until_state(&cluster, &id, "FAILED").await;
    assert_eq!(failed["stateDetails"], "Unrecognized option: --x");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_whole_tree() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    // A child, and one that leaves for a session of its own, both deaf to the first signal.
    let script = "trap '' TERM; sleep 600 & echo $! > $1/child; setsid sh -c 'echo $$ > '$1'/far; exec sleep 600' & wait; wait";
    let id = server.job(&cluster, script).await;
    let folder = house.attempt(&id, 1);
    let (child, far) = (
        file(&folder.join("child")).await,
        file(&folder.join("far")).await,
    );
    assert!(lives(&child) && lives(&far));
    server.until_state(&cluster, &id, "RUNNING").await;
    let input = json!({"id": id, "virtualClusterId": cluster});
    server.call("CancelJobRun", input.clone()).await.unwrap();
    let cancelled = server.until_state(&cluster, &id, "CANCELLED").await;
    assert_eq!(cancelled["failureReason"], json!(null));
    assert!(!lives(&child) && !lives(&far));
    let states = [
        "PENDING",
        "SUBMITTED",
        "RUNNING",
        "CANCEL_PENDING",
        "CANCELLED",
    ];
    assert_eq!(server.published(&id).await, states);
    let refused = server.call("CancelJobRun", input).await.unwrap_err();
    assert_eq!(
        refused.message,
        format!("Job run {id} is not in a cancellable state")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_runner_fails_its_job_and_leaves_nothing_behind() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let id = server
        .job(&cluster, "echo $$ > $1/driver; exec sleep 600")
        .await;
    let folder = house.attempt(&id, 1);
    let driver = file(&folder.join("driver")).await;
    let started = std::fs::read_to_string(folder.join("started.json")).unwrap();
    let started: serde_json::Value = serde_json::from_str(&started).unwrap();
    let kill = std::process::Command::new("kill")
        .args(["-9", &started["runner"].to_string()])
        .status();
    assert!(kill.unwrap().success());
    let failed = server.until_state(&cluster, &id, "FAILED").await;
    assert_eq!(failed["failureReason"], "INTERNAL_ERROR");
    assert!(
        failed["stateDetails"]
            .as_str()
            .unwrap()
            .contains("ended without a word"),
        "{failed}"
    );
    until_gone(&driver).await;
}

/// Lets a server go without a word, as `kill -9` does.
fn kill(runtime: tokio::runtime::Runtime) {
    runtime.shutdown_background();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_job_outlives_its_server_and_is_found_again() {
    let watch = runtime();
    let house = watch.block_on(House::new());
    let first = runtime();
    let server = house.server(2);
    let script = "echo begun >> $1/starts; echo one; echo > $1/ready; until [ -e $1/go ]; do sleep 0.02; done; echo two";
    let (cluster, id) = first.block_on(async {
        server.emr.start();
        let cluster = server.cluster("a").await;
        let id = server.job(&cluster, script).await;
        file(&house.attempt(&id, 1).join("ready")).await;
        server.until_state(&cluster, &id, "RUNNING").await;
        (cluster, id)
    });
    kill(first);
    drop(server);
    watch.block_on(async {
        let server = house.server(2);
        server.emr.start();
        assert_eq!(server.describe(&cluster, &id).await["state"], "RUNNING");
        std::fs::write(house.attempt(&id, 1).join("go"), "").unwrap();
        server.until_state(&cluster, &id, "COMPLETED").await;
        assert_eq!(file(&house.attempt(&id, 1).join("starts")).await, "begun");
        let states = ["PENDING", "SUBMITTED", "RUNNING", "COMPLETED"];
        assert_eq!(server.published(&id).await, states);
        let stream =
            format!("/emr/p/{cluster}/jobs/{id}/containers/spark-{id}/spark-{id}-driver/stdout");
        assert_eq!(house.logs.0.lock().unwrap()[&stream], ["one", "two"]);
    });
}

#[test]
fn a_job_that_ended_while_no_server_was_there_is_concluded() {
    let watch = runtime();
    let house = watch.block_on(House::new());
    let first = runtime();
    let server = house.server(2);
    let script = "echo > $1/ready; until [ -e $1/go ]; do sleep 0.02; done; echo done; exit 4";
    let (cluster, id) = first.block_on(async {
        server.emr.start();
        let cluster = server.cluster("a").await;
        let id = server.job(&cluster, script).await;
        file(&house.attempt(&id, 1).join("ready")).await;
        (cluster, id)
    });
    kill(first);
    let folder = house.attempt(&id, 1);
    std::fs::write(folder.join("go"), "").unwrap();
    while !folder.join("exit.json").exists() {
        std::thread::yield_now();
    }
    watch.block_on(async {
        let server = house.server(2);
        server.emr.start();
        let failed = server.until_state(&cluster, &id, "FAILED").await;
        assert!(
            failed["stateDetails"]
                .as_str()
                .unwrap()
                .contains("status 4"),
            "{failed}"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_accepted_before_a_crash_is_started_once() {
    let house = House::new().await;
    // This server accepts and never gets to run anything.
    let accepting = house.server(2);
    let cluster = accepting.cluster("a").await;
    let id = accepting.job(&cluster, "echo begun >> $1/starts").await;
    // Two servers' worth of attention: the folder's lock lets one runner start it.
    let (one, two) = (house.server(2), house.server(2));
    one.emr.start();
    two.emr.start();
    one.until_state(&cluster, &id, "COMPLETED").await;
    assert_eq!(file(&house.attempt(&id, 1).join("starts")).await, "begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_jobs_than_there_is_room_for_wait_in_order() {
    let house = House::new().await;
    let server = house.server(1);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let first = server
        .job(&cluster, "until [ -e $1/go ]; do sleep 0.02; done")
        .await;
    let second = server.job(&cluster, "true").await;
    let third = server.job(&cluster, "true").await;
    server.until_state(&cluster, &first, "RUNNING").await;
    let cancel = json!({"id": third, "virtualClusterId": cluster});
    server.call("CancelJobRun", cancel).await.unwrap();
    server.until_state(&cluster, &third, "CANCELLED").await;
    assert_eq!(server.describe(&cluster, &second).await["state"], "PENDING");
    std::fs::write(house.attempt(&first, 1).join("go"), "").unwrap();
    server.until_state(&cluster, &second, "COMPLETED").await;
    assert_eq!(
        server.describe(&cluster, &first).await["state"],
        "COMPLETED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_policy_gives_a_failed_job_another_attempt() {
    let house = House::new().await;
    let server = house.server(2);
    server.emr.start();
    let cluster = server.cluster("a").await;
    let mut input = job(&cluster, "case $1 in */1) exit 1;; esac; echo second");
    input["retryPolicyConfiguration"] = json!({"maxAttempts": 3});
    let id = server.start(input).await;
    let done = server.until_state(&cluster, &id, "COMPLETED").await;
    assert_eq!(
        done["retryPolicyExecution"],
        json!({"currentAttemptCount": 2})
    );
}
