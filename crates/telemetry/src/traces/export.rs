//! Sends spans to the collector, on a thread of its own.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::Settings;

/// Spans that wait; the specification's default, and so is the next.
const QUEUE: usize = 2_048;
/// Spans in a request.
const BATCH: usize = 512;
/// How long the end of the process may wait for the collector.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

enum Item {
    Span(Value),
    /// Asks for everything to be sent, and to be told so.
    Flush(SyncSender<()>),
}

pub(super) struct Exporter {
    queue: SyncSender<Item>,
    dropped: metrics::Counter,
}

impl Exporter {
    pub(super) fn start(settings: Settings) -> Arc<Self> {
        let (queue, items) = sync_channel(QUEUE);
        let sender = Sender::new(settings);
        let thread = std::thread::Builder::new()
            .name("traces".into())
            .spawn(move || sender.run(&items));
        if let Err(error) = thread {
            tracing::warn!(%error, "no traces are sent");
        }
        Arc::new(Self {
            queue,
            dropped: outcome("dropped"),
        })
    }

    /// Hands over a span; never waits.
    pub(super) fn add(&self, span: Value) {
        if self.queue.try_send(Item::Span(span)).is_err() {
            self.dropped.increment(1);
        }
    }

    pub(super) fn finish(&self) {
        let (done, all) = sync_channel(1);
        if self.queue.send(Item::Flush(done)).is_ok() {
            // What the collector does not take in time is lost, as it is in a crash.
            let _ = all.recv_timeout(FINISH_WITHIN);
        }
    }
}

fn outcome(outcome: &'static str) -> metrics::Counter {
    metrics::counter!("taxiway_spans_total", "outcome" => outcome)
}

struct Sender {
    settings: Settings,
    agent: ureq::Agent,
    sent: metrics::Counter,
    failed: metrics::Counter,
    /// Told once, until it works again.
    said: bool,
}

impl Sender {
    fn new(settings: Settings) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .http_status_as_error(true)
            .build();
        Self {
            settings,
            agent: config.into(),
            sent: outcome("sent"),
            failed: outcome("failed"),
            said: false,
        }
    }

    /// Sends until all ends of the queue are gone.
    fn run(mut self, items: &Receiver<Item>) {
        let mut spans = Vec::new();
        let mut due = Instant::now() + self.settings.delay;
        loop {
            let left = due.saturating_duration_since(Instant::now());
            let item = items.recv_timeout(left);
            let over = matches!(item, Err(RecvTimeoutError::Disconnected));
            let mut waiter = None;
            match item {
                Ok(Item::Span(span)) => spans.push(span),
                Ok(Item::Flush(done)) => waiter = Some(done),
                Err(_) => {}
            }
            if spans.len() >= BATCH || waiter.is_some() || over || Instant::now() >= due {
                self.send(std::mem::take(&mut spans));
                due = Instant::now() + self.settings.delay;
            }
            if let Some(done) = waiter {
                // Whoever waited may have given up.
                let _ = done.send(());
            }
            if over {
                return;
            }
        }
    }

    fn send(&mut self, spans: Vec<Value>) {
        if spans.is_empty() {
            return;
        }
        let count = spans.len() as u64;
        let mut request = self
            .agent
            .post(&self.settings.url)
            .content_type("application/json");
        for (name, value) in &self.settings.headers {
            request = request.header(name, value);
        }
        match request.send(body(&self.settings.resource, spans).to_string()) {
            Ok(_) => {
                self.sent.increment(count);
                self.said = false;
            }
            Err(error) => {
                self.failed.increment(count);
                if !std::mem::replace(&mut self.said, true) {
                    let url = &self.settings.url;
                    tracing::warn!(%error, url, "traces are not taken; they are dropped until they are");
                }
            }
        }
    }
}

/// **Shape**: OTLP's `ExportTraceServiceRequest`.
fn body(resource: &[(String, String)], spans: Vec<Value>) -> Value {
    let attributes: Vec<Value> = resource
        .iter()
        .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
        .collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes},
        "scopeSpans": [{"scope": {"name": "taxiway"}, "spans": spans}],
    }]})
}
