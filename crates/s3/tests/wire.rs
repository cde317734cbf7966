//! S3 behind the door on a port of its own, driven by boto3 and the AWS CLI: `tests/e2e/test_s3.py`.
//!
//! `TAXIWAY_PYTEST` adds arguments, such as `-k copy`.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::{convert::Infallible, path::Path, process::Command, sync::Arc};

use aws::door::{Body, Door};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use objects::Objects;
use store::{Options, Store, SystemClock};

/// Serves until dropped; returns the address.
async fn serve(data: &Path) -> String {
    let clock = Arc::new(SystemClock);
    let store = Store::open(&data.join("objects.db"), Options::default()).unwrap();
    let objects = Objects::open(store, &data.join("objects"), clock.clone())
        .await
        .unwrap();
    let s3 = s3::S3::new(objects, clock);
    s3.start();
    let door = Door::builder().raw("s3", s3).build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let door = door.clone();
            let service = hyper::service::service_fn(
                move |request: hyper::Request<hyper::body::Incoming>| {
                    let door = door.clone();
                    async move { Ok::<_, Infallible>(door.handle(request.map(Body::new)).await) }
                },
            );
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    format!("http://{address}")
}

fn has(command: &str, arguments: &[&str]) -> bool {
    Command::new(command)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_clients_are_served() {
    if !has("python3", &["-c", "import boto3, pytest"]) {
        assert!(
            std::env::var_os("CI").is_none(),
            "boto3 and pytest are needed"
        );
        println!("skipped: boto3 and pytest are not installed");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let endpoint = serve(data.path()).await;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/test_s3.py");
    let more = std::env::var("TAXIWAY_PYTEST").unwrap_or_default();
    let status = tokio::task::spawn_blocking(move || {
        let mut command = Command::new("python3");
        command
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .arg(tests)
            .args(more.split_whitespace());
        command
            .env("TAXIWAY_ENDPOINT", endpoint)
            .env("TAXIWAY_SERVER_PID", std::process::id().to_string());
        command.status().unwrap()
    });
    assert!(status.await.unwrap().success());
}
