//! Log lines on their way to CloudWatch Logs.
//!
//! The queue holds so many bytes. Who has lines to add waits for room before the commit that they tell of, so that a
//! slow log slows executions down and nothing is dropped for want of room. A log that takes nothing at all does not
//! stop them: after some tries lines are dropped, counted, and the program's own log says so.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use aws::{ApiError, Call, Invoke, Principal};
use futures::stream::{self, StreamExt};
use metrics::counter;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::logging::{Line, Place};

/// How many bytes of lines wait at most, but for one turn's that are more alone.
const ROOM: usize = 16 << 20;
/// What a line takes besides its text.
const OVERHEAD: usize = 128;
/// Turns whose lines are taken out of the queue at once.
const TURNS_AT_ONCE: usize = 512;
/// Streams that are written to at the same time: their commits go into one group.
const STREAMS_AT_ONCE: usize = 64;
/// What one PutLogEvents takes: lines, and bytes with 26 for each. Source: the API's reference.
const LINES_PER_PUT: usize = 1000;
const BYTES_PER_PUT: usize = 1_048_576;
const BYTES_PER_LINE: usize = 26;
/// How often a put is tried that failed for want of the log, and how long is between.
const TRIES: usize = 10;
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The queue.
pub(super) struct LogQueue {
    room: Arc<Semaphore>,
    // Bounded by `room`, which a turn's lines take before they are sent.
    lines: mpsc::UnboundedSender<Admitted>,
    queued: Mutex<Option<mpsc::UnboundedReceiver<Admitted>>>,
}

/// A turn's lines with their room in the queue.
pub(super) struct Admitted {
    lines: Vec<Line>,
    _room: OwnedSemaphorePermit,
}

impl LogQueue {
    pub(super) fn new() -> Self {
        Self::of(ROOM)
    }

    fn of(bytes: usize) -> Self {
        let (lines, queued) = mpsc::unbounded_channel();
        Self {
            room: Arc::new(Semaphore::new(bytes)),
            lines,
            queued: Mutex::new(Some(queued)),
        }
    }

    /// Waits until there is room for a turn's lines. They go when they are sent, or are forgotten.
    pub(super) async fn admit(&self, lines: Vec<Line>) -> Option<Admitted> {
        if lines.is_empty() {
            return None;
        }
        let bytes: usize = lines.iter().map(|line| line.text.len() + OVERHEAD).sum();
        let bytes = u32::try_from(bytes.min(ROOM)).unwrap_or(u32::MAX);
        // It is never closed.
        let room = Arc::clone(&self.room)
            .acquire_many_owned(bytes)
            .await
            .ok()?;
        Some(Admitted { lines, _room: room })
    }

    pub(super) fn send(&self, admitted: Option<Admitted>) {
        if let Some(admitted) = admitted {
            // Nobody listens any more when the server stops.
            let _ = self.lines.send(admitted);
        }
    }

    /// Puts the lines that come in, for as long as anybody sends; the second time nothing.
    pub(super) fn write(&self, door: &Arc<dyn Invoke>) {
        if let Some(queued) = self.queued.lock().take() {
            let writer = Writer {
                door: Arc::clone(door),
                well: AtomicBool::new(true),
                dropped: AtomicU64::new(0),
            };
            tokio::spawn(writer.run(queued));
        }
    }
}

/// Empties the queue.
struct Writer {
    door: Arc<dyn Invoke>,
    /// The last put was not in vain.
    well: AtomicBool,
    /// Lines that were dropped since it was well.
    dropped: AtomicU64,
}

impl Writer {
    async fn run(self, mut queued: mpsc::UnboundedReceiver<Admitted>) {
        let mut turns = Vec::new();
        while queued.recv_many(&mut turns, TURNS_AT_ONCE).await > 0 {
            // Their room is free again when they are written.
            let (lines, room): (Vec<_>, Vec<_>) =
                turns.drain(..).map(|t| (t.lines, t._room)).unzip();
            stream::iter(by_place(lines.into_iter().flatten()))
                .for_each_concurrent(STREAMS_AT_ONCE, |(place, lines)| self.put_all(place, lines))
                .await;
            drop(room);
        }
    }

    /// Puts lines of one stream, in as few calls as may be.
    async fn put_all(&self, place: Place, lines: Vec<Line>) {
        for lines in puts(lines) {
            let count = lines.len() as u64;
            let events: Vec<Value> = lines
                .into_iter()
                .map(|line| json!({"timestamp": line.at_ms, "message": line.text}))
                .collect();
            match self.put_patiently(&place, events.into()).await {
                Ok(()) => self.written(count),
                Err(error) => self.lost(&place, count, &error),
            }
        }
    }

    /// Puts, again and again while the log is not there; but once it is known to be gone, once.
    async fn put_patiently(&self, place: &Place, events: Value) -> Result<(), ApiError> {
        let mut tries = 1;
        loop {
            match put(&*self.door, place, events.clone()).await {
                Err(error) if error.status >= 500 => {
                    if tries >= TRIES || !self.well.load(Ordering::Relaxed) {
                        return Err(error);
                    }
                }
                other => return other,
            }
            tries += 1;
            tokio::time::sleep(RETRY_AFTER).await;
        }
    }

    fn written(&self, count: u64) {
        counter!("taxiway_execution_log_lines_total", "outcome" => "written").increment(count);
        if !self.well.swap(true, Ordering::Relaxed) {
            let dropped = self.dropped.swap(0, Ordering::Relaxed);
            tracing::warn!(
                dropped,
                "executions are logged again; lines are missing in CloudWatch Logs"
            );
        }
    }

    fn lost(&self, place: &Place, count: u64, error: &ApiError) {
        counter!("taxiway_execution_log_lines_total", "outcome" => "dropped").increment(count);
        if error.status < 500 {
            // The log is there, this one is refused: its group is gone, for example.
            tracing::warn!(%error, group = %place.group, count, "lines of an execution could not be logged");
            return;
        }
        self.dropped.fetch_add(count, Ordering::Relaxed);
        if self.well.swap(false, Ordering::Relaxed) {
            tracing::error!(%error, group = %place.group, "executions cannot be logged; lines are dropped until they can");
        }
    }
}

/// Sorts lines by where they go, each place's in the order in which they came.
fn by_place(lines: impl Iterator<Item = Line>) -> HashMap<Place, Vec<Line>> {
    let mut sorted: HashMap<Place, Vec<Line>> = HashMap::new();
    for line in lines {
        match sorted.get_mut(&line.place) {
            Some(of_place) => of_place.push(line),
            None => {
                sorted.insert(line.place.clone(), vec![line]);
            }
        }
    }
    sorted
}

/// Cuts lines into what one call takes, each in the order of their times: a clock may have been set back.
fn puts(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let mut puts: Vec<Vec<Line>> = Vec::new();
    let mut bytes = 0;
    for line in lines {
        let size = line.text.len() + BYTES_PER_LINE;
        match puts.last_mut() {
            Some(last) if last.len() < LINES_PER_PUT && bytes + size <= BYTES_PER_PUT => {
                bytes += size;
                last.push(line);
            }
            _ => {
                bytes = size;
                puts.push(vec![line]);
            }
        }
    }
    for put in &mut puts {
        put.sort_by_key(|line| line.at_ms);
    }
    puts
}

async fn put(door: &dyn Invoke, place: &Place, events: Value) -> Result<(), ApiError> {
    let stream = json!({"logGroupName": &*place.group, "logStreamName": &*place.stream});
    let mut input = stream.clone();
    input["logEvents"] = events;
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
    use futures::{FutureExt, future::BoxFuture};

    use super::*;

    fn line(stream: &str, at_ms: i64, bytes: usize) -> Line {
        let place = Place {
            account: "a".into(),
            region: "r".into(),
            group: "g".into(),
            stream: stream.into(),
        };
        Line {
            place,
            at_ms,
            text: "x".repeat(bytes),
        }
    }

    /// A log that fails so often, and then takes everything.
    #[derive(Default)]
    struct Log {
        failures: AtomicU64,
        status: u16,
        /// Streams with the times of their lines, a call each.
        taken: Mutex<Vec<(String, Vec<i64>)>>,
    }

    impl Invoke for Log {
        fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
            let failing = self
                .failures
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
            let answer = if failing.is_ok() {
                let mut error = ApiError::new("ServiceUnavailableException", "no");
                error.status = self.status;
                Err(error)
            } else {
                let events = call.input["logEvents"].as_array().unwrap();
                let times = events.iter().map(|e| e["timestamp"].as_i64().unwrap());
                let stream = call.input["logStreamName"].as_str().unwrap().to_owned();
                self.taken.lock().push((stream, times.collect()));
                Ok(Value::Null)
            };
            futures::future::ready(answer).boxed()
        }
    }

    async fn written(log: Log, lines: Vec<Line>) -> Vec<(String, Vec<i64>)> {
        let (log, queue) = (Arc::new(log), LogQueue::new());
        let door: Arc<dyn Invoke> = log.clone();
        queue.write(&door);
        for line in lines {
            let admitted = queue.admit(vec![line]).await;
            queue.send(admitted);
        }
        // All room is free again when all is written or given up.
        let _all = queue.room.acquire_many(u32::try_from(ROOM).unwrap()).await;
        let mut taken = std::mem::take(&mut *log.taken.lock());
        taken.sort();
        taken
    }

    #[tokio::test]
    async fn lines_come_in_few_calls_in_the_order_of_their_times() {
        let lines = [("s", 5), ("t", 1), ("s", 4), ("s", 6)];
        let lines = lines.map(|(stream, at_ms)| line(stream, at_ms, 10));
        let taken = written(Log::default(), lines.into()).await;
        assert_eq!(
            taken,
            [("s".into(), vec![4, 5, 6]), ("t".to_owned(), vec![1])]
        );
    }

    #[test]
    fn a_call_holds_what_the_api_takes() {
        let half = BYTES_PER_PUT / 2 - BYTES_PER_LINE;
        let sizes = |lines: Vec<Line>| puts(lines).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(
            sizes((0..5).map(|n| line("s", n, half)).collect()),
            [2, 2, 1]
        );
        assert_eq!(
            sizes((0..3).map(|n| line("s", n, half + 1)).collect()),
            [1, 1, 1]
        );
        assert_eq!(
            sizes((0..1001).map(|n| line("s", n, 1)).collect()),
            [1000, 1]
        );
        assert_eq!(sizes(vec![]), [0; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_that_is_away_for_a_while_loses_nothing() {
        let log = Log {
            failures: AtomicU64::new(TRIES as u64 - 1),
            status: 503,
            ..Log::default()
        };
        assert_eq!(
            written(log, vec![line("s", 1, 1)]).await,
            [("s".to_owned(), vec![1])]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_that_takes_nothing_does_not_stop_executions() {
        // Each stream is tried in vain; the last one comes when the log is well again.
        let log = Log {
            failures: AtomicU64::new(TRIES as u64 + 5),
            status: 503,
            ..Log::default()
        };
        let (log, queue) = (Arc::new(log), LogQueue::new());
        let door: Arc<dyn Invoke> = log.clone();
        queue.write(&door);
        for n in 0..7 {
            let admitted = queue.admit(vec![line("s", n, ROOM)]).await;
            queue.send(admitted);
        }
        let _all = queue.room.acquire_many(u32::try_from(ROOM).unwrap()).await;
        assert_eq!(*log.taken.lock(), [("s".to_owned(), vec![6])]);
    }

    #[tokio::test]
    async fn what_is_refused_is_not_tried_again() {
        let log = Log {
            failures: AtomicU64::new(1),
            status: 400,
            ..Log::default()
        };
        assert_eq!(written(log, vec![line("s", 1, 1)]).await, []);
    }

    #[tokio::test]
    async fn whoever_has_more_than_there_is_room_for_waits() {
        let queue = LogQueue::of(1000);
        let first = queue.admit(vec![line("s", 1, 600)]).await;
        let second = queue.admit(vec![line("s", 2, 600)]);
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        assert!(queue.admit(vec![]).now_or_never().unwrap().is_none());
        // A commit that failed: its lines are forgotten.
        drop(first);
        assert!(second.now_or_never().unwrap().is_some());
    }
}
