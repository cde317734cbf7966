//! Metrics as Prometheus reads them, traces as a collector gets them, a log that programs read.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io::{self, Read, Write},
    net::TcpListener,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use parking_lot::Mutex;
use serde_json::Value;
use telemetry::{
    log::{Format, layer},
    traces::{Exporting, Settings, TARGET},
};
use tracing_subscriber::{Layer, layer::SubscriberExt};

#[test]
fn metrics_are_counted_and_described() {
    telemetry::metrics::install();
    metrics::counter!("taxiway_store_commits_total", "file" => "a.db").increment(3);
    metrics::histogram!("taxiway_store_sync_seconds", "file" => "a.db").record(0.004);
    metrics::gauge!("taxiway_requests_running").set(2.0);
    let page = telemetry::metrics::page();
    for line in [
        "# TYPE taxiway_store_commits_total counter",
        "taxiway_store_commits_total{file=\"a.db\"} 3",
        "# TYPE taxiway_store_sync_seconds histogram",
        "taxiway_store_sync_seconds_bucket{file=\"a.db\",le=\"0.0025\"} 0",
        "taxiway_store_sync_seconds_bucket{file=\"a.db\",le=\"0.005\"} 1",
        "taxiway_store_sync_seconds_count{file=\"a.db\"} 1",
        "taxiway_requests_running 2",
        "# TYPE process_resident_memory_bytes gauge",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
    }
    let help = "# HELP taxiway_store_commits_total Transactions committed";
    assert!(page.contains(help), "{page}");
}

/// A collector of one's own: answers every request and hands over its head and body.
fn collector() -> (String, mpsc::Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut got, mut buffer) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let n = stream.read(&mut buffer).unwrap();
                got.extend_from_slice(&buffer[..n]);
                let text = String::from_utf8_lossy(&got).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let lower = head.to_lowercase();
                let length = lower.split("content-length: ").nth(1).unwrap();
                if body.len() >= length.lines().next().unwrap().parse::<usize>().unwrap() {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = sender.send((head, serde_json::from_str(&body).unwrap()));
        }
    });
    (url, requests)
}

fn settings(url: &str) -> Settings {
    let read = |name: &str| match name {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" => Some(url.to_owned()),
        "OTEL_EXPORTER_OTLP_HEADERS" => Some("api-key=k1".to_owned()),
        _ => None,
    };
    Settings::read(read).unwrap().unwrap()
}

#[test]
fn spans_go_to_the_collector_below_their_parents() {
    let (url, requests) = collector();
    let exporting = Exporting::new(settings(&url));
    let subscriber = tracing_subscriber::registry().with(exporting.layer());
    tracing::subscriber::with_default(subscriber, || {
        let outer = tracing::info_span!(
            target: TARGET,
            "request",
            otel.kind = "server",
            otel.name = tracing::field::Empty,
            traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            status = tracing::field::Empty,
        );
        let entered = outer.enter();
        tracing::info_span!(
            target: TARGET,
            "inner",
            otel.status_code = "ERROR",
            traceparent = "00-11111111111111111111111111111111-1111111111111111-01",
        );
        tracing::info_span!("of the log alone");
        outer
            .record("otel.name", "states:StartExecution")
            .record("status", 200_u16);
        drop(entered);
        drop(outer);
        tracing::info_span!(
            target: TARGET,
            "not sampled",
            traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        );
    });
    exporting.finish();
    let (head, body) = requests.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(head.starts_with("POST /v1/traces "), "{head}");
    let lower = head.to_lowercase();
    assert!(lower.contains("api-key: k1"), "{head}");
    assert!(lower.contains("content-type: application/json"), "{head}");
    let group = &body["resourceSpans"][0];
    let service = &group["resource"]["attributes"][0];
    assert_eq!(service["key"], "service.name");
    assert_eq!(service["value"]["stringValue"], "taxiway");
    let spans = group["scopeSpans"][0]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 2, "{spans:#?}");
    let (inner, outer) = (&spans[0], &spans[1]);
    assert_eq!(outer["name"], "states:StartExecution");
    assert_eq!(outer["kind"], 2);
    assert_eq!(outer["traceId"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(outer["parentSpanId"], "b7ad6b7169203331");
    let attributes = outer["attributes"].as_array().unwrap();
    let status = attributes.iter().find(|a| a["key"] == "status").unwrap();
    assert_eq!(status["value"]["intValue"], "200");
    assert_eq!(inner["name"], "inner");
    assert_eq!(
        inner["traceId"], outer["traceId"],
        "the span around it comes before the field"
    );
    assert_eq!(inner["parentSpanId"], outer["spanId"]);
    assert_eq!(inner["status"]["code"], 2);
    let time = |span: &Value, end: &str| span[end].as_str().unwrap().parse::<u64>().unwrap();
    assert!(time(outer, "startTimeUnixNano") <= time(inner, "startTimeUnixNano"));
    assert!(time(inner, "endTimeUnixNano") <= time(outer, "endTimeUnixNano"));
}

#[test]
fn a_collector_that_is_not_there_holds_nothing_up() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let url = format!("http://{}/v1/traces", closed.unwrap());
    let exporting = Exporting::new(settings(&url));
    let subscriber = tracing_subscriber::registry().with(exporting.layer());
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..5_000 {
            tracing::info_span!(target: TARGET, "request");
        }
    });
    exporting.finish();
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_json_log_is_an_object_a_line_with_the_requests_id() {
    let lines = Lines::default();
    let out = lines.clone();
    let log = layer(Format::Json, move || out.clone());
    let subscriber = tracing_subscriber::registry().with(log.boxed());
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!(target: TARGET, "request", request_id = "r-1");
        let _entered = span.enter();
        tracing::warn!(service = "s3", "two\nlines \"quoted\"");
    });
    let text = String::from_utf8(lines.0.lock().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["fields"]["message"], "two\nlines \"quoted\"");
    assert_eq!(line["fields"]["service"], "s3");
    assert_eq!(line["span"]["request_id"], "r-1");
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
}
