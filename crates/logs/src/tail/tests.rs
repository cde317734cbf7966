use std::sync::Arc;

use aws::{ApiError, Context, Principal, Service, testing::TestDoor};
use serde_json::{Value, json};
use store::{Clock, Store, testing::SimClock};

use super::{Late, Looked, Tail, TailFrom};
use crate::Logs;

struct Bench {
    logs: Arc<Logs>,
    door: TestDoor,
    clock: SimClock,
}

impl Bench {
    async fn new() -> Self {
        let clock = SimClock::at(1_795_477_530_000);
        let logs = Logs::new(Store::in_memory().unwrap(), Arc::new(clock.clone()));
        let door = TestDoor::new(Arc::clone(&logs) as Arc<dyn Service>);
        let bench = Self { logs, door, clock };
        bench
            .call("CreateLogGroup", json!({"logGroupName": "g"}))
            .await;
        for stream in ["a", "b"] {
            bench.stream(stream).await;
        }
        bench
    }

    async fn call(&self, operation: &str, input: Value) {
        self.door.call("logs", operation, input).await.unwrap();
    }

    async fn stream(&self, name: &str) {
        let input = json!({"logGroupName": "g", "logStreamName": name});
        self.call("CreateLogStream", input).await;
    }

    /// Puts events whose messages tell how many seconds they are older than now.
    async fn put(&self, stream: &str, ages_s: &[i64]) {
        let now = self.clock.now_ms();
        let event = |age: &i64| json!({"timestamp": now - age * 1_000, "message": format!("{stream}{age}")});
        let events: Vec<Value> = ages_s.iter().map(event).collect();
        let input = json!({"logGroupName": "g", "logStreamName": stream, "logEvents": events});
        self.call("PutLogEvents", input).await;
        self.clock.advance(1);
    }

    async fn tail(&self, pattern: &str, from: TailFrom) -> Tail {
        self.of(None, pattern, from).await.unwrap()
    }

    async fn of(
        &self,
        stream: Option<&str>,
        pattern: &str,
        from: TailFrom,
    ) -> Result<Tail, ApiError> {
        let context = Context {
            principal: Principal::root("000000000000", "us-east-1"),
            request_id: "r".into(),
        };
        self.logs.tail(context, "g", stream, pattern, from).await
    }

    async fn newest(&self, count: usize) -> Tail {
        let tail = self.of(Some("a"), "", TailFrom::Newest(count)).await;
        tail.unwrap()
    }

    async fn again(&self, looked: &Looked) -> Tail {
        let from = TailFrom::Cursor(looked.cursor.clone().unwrap());
        self.of(Some("a"), "", from).await.unwrap()
    }
}

fn messages(looked: &Looked) -> Vec<&str> {
    let events = looked.events.iter();
    events.map(|e| e["message"].as_str().unwrap()).collect()
}

fn looked_at(looked: &Looked) -> i64 {
    let cursor = looked.cursor.as_deref().unwrap();
    cursor.strip_prefix('@').unwrap().parse().unwrap()
}

async fn told(tail: &mut Tail) -> String {
    messages(&tail.look().await.unwrap()).join(" ")
}

#[tokio::test]
async fn what_comes_late_is_told_when_it_comes() {
    let bench = Bench::new().await;
    bench.put("a", &[30, 10]).await;
    bench.put("b", &[20]).await;
    let since = bench.clock.now_ms() - 25_000;
    let mut tail = bench.tail("", TailFrom::Since(since)).await;
    assert_eq!(told(&mut tail).await, "b20 a10", "in order of time");
    assert_eq!(told(&mut tail).await, "");
    bench.put("a", &[60]).await;
    bench.put("b", &[5]).await;
    bench.put("a", &[1]).await;
    bench.put("a", &[90, 40, 2]).await;
    let late = "a60 b5 a1 a90 a40 a2";
    assert_eq!(
        told(&mut tail).await,
        late,
        "in the order in which they came"
    );
    assert_eq!(told(&mut tail).await, "");
    // A stream that is new, with what is old.
    bench.stream("c").await;
    bench.put("c", &[3_600, 0]).await;
    assert_eq!(told(&mut tail).await, "c3600 c0");
    assert_eq!(told(&mut tail).await, "");
}

#[tokio::test]
async fn a_page_of_get_log_events_goes_on_as_a_tail() {
    let bench = Bench::new().await;
    bench.put("a", &[30, 10]).await;
    let input = json!({"logGroupName": "g", "logStreamName": "a"});
    let page = bench.door.call("logs", "GetLogEvents", input).await;
    let token = page.unwrap()["nextForwardToken"]
        .as_str()
        .map(str::to_owned);
    let from = TailFrom::Cursor(token.unwrap());
    let behind = async |from: &TailFrom| bench.of(Some("a"), "", from.clone()).await.unwrap();
    let mut tail = behind(&from).await;
    assert_eq!(told(&mut tail).await, "", "the page is not told again");
    bench.put("a", &[60, 9]).await;
    assert_eq!(told(&mut tail).await, "a60 a9");
    let mut later = behind(&from).await;
    assert_eq!(
        told(&mut later).await,
        "a9",
        "in order of time, as the token is"
    );
    let of_group = bench.of(None, "", from).await;
    assert_eq!(of_group.err().unwrap().code, "InvalidParameterException");
}

#[tokio::test]
async fn what_comes_while_the_rest_is_told_is_told_once() {
    let bench = Bench::new().await;
    bench.put("a", &[30, 10]).await;
    let mut tail = bench.tail("", TailFrom::Since(0)).await;
    bench.put("a", &[20, 5]).await;
    assert_eq!(told(&mut tail).await, "a30 a10");
    assert_eq!(told(&mut tail).await, "a20 a5");
    assert_eq!(told(&mut tail).await, "");
}

#[tokio::test]
async fn more_late_batches_than_are_kept_are_all_told() {
    let bench = Bench::new().await;
    bench.put("a", &[0]).await;
    let mut tail = bench.tail("", TailFrom::Since(0)).await;
    assert_eq!(told(&mut tail).await, "a0");
    let many = Late::KEPT + 3;
    for age in 1..=many {
        bench.put("a", &[i64::try_from(age).unwrap() * 100]).await;
    }
    let looked = tail.look().await.unwrap();
    assert_eq!(messages(&looked).len(), many);
    assert_eq!(messages(&looked)[0], "a100");
}

#[tokio::test]
async fn who_comes_back_is_told_what_came_meanwhile() {
    let bench = Bench::new().await;
    bench.put("a", &[30, 10]).await;
    let mut tail = bench.tail("", TailFrom::Since(0)).await;
    assert_eq!(told(&mut tail).await, "a30 a10");
    let looked = tail.look().await.unwrap();
    let at = looked_at(&looked);
    // Long after, so that nothing is told twice.
    bench.clock.advance(60_000);
    bench.put("a", &[0]).await;
    bench.put("b", &[500]).await;
    bench.put("a", &[400, 300]).await;
    bench.clock.advance(60_000);
    let mut again = bench
        .tail("", TailFrom::Cursor(format!("@{}", at + 20_000)))
        .await;
    assert_eq!(told(&mut again).await, "a0 b500 a400 a300");
    assert_eq!(told(&mut again).await, "");
    let mut at_once = bench.tail("", TailFrom::Cursor(format!("@{at}"))).await;
    let all = at_once.look().await.unwrap();
    assert_eq!(
        messages(&all),
        ["a30", "a10", "a0", "b500", "a400", "a300"],
        "what came just before is told again: who asks knows it by its id"
    );
    let known: Vec<&Value> = all.events.iter().map(|e| &e["eventId"]).collect();
    assert!(
        known
            .iter()
            .all(|id| id.as_str().is_some_and(|id| id.len() == 56))
    );
    for _ in 0..Late::KEPT + 2 {
        bench.put("a", &[1_000]).await;
    }
    let mut lost = bench
        .tail("", TailFrom::Cursor(format!("@{}", at + 20_000)))
        .await;
    let lost = lost.look().await.unwrap();
    assert_eq!(
        messages(&lost).len(),
        4 + Late::KEPT + 2,
        "beyond what is kept of late ones"
    );
}

#[tokio::test]
async fn a_pattern_and_a_stream_choose() {
    let bench = Bench::new().await;
    bench.put("a", &[30, 10]).await;
    let mut tail = bench.tail("b50", TailFrom::Since(0)).await;
    assert_eq!(told(&mut tail).await, "");
    bench.put("a", &[50]).await;
    bench.put("b", &[50]).await;
    bench.put("b", &[60]).await;
    assert_eq!(told(&mut tail).await, "b50");
    let context = || Context {
        principal: Principal::root("000000000000", "us-east-1"),
        request_id: "r".into(),
    };
    let from = TailFrom::Since(0);
    let one = bench
        .logs
        .tail(context(), "g", Some("a"), "", from.clone())
        .await;
    assert_eq!(told(&mut one.unwrap()).await, "a50 a30 a10");
    for (group, stream, pattern) in [
        ("none", None, ""),
        ("g", Some("none"), ""),
        ("g", None, "{"),
    ] {
        let refused = bench
            .logs
            .tail(context(), group, stream, pattern, from.clone())
            .await;
        assert!(refused.is_err(), "{group} {stream:?} {pattern}");
    }
}

#[tokio::test]
async fn one_stream_is_told_its_newest_and_then_what_comes_however_late() {
    let bench = Bench::new().await;
    bench.put("a", &[50, 40, 30]).await;
    bench.put("b", &[20]).await;
    let mut tail = bench.newest(2).await;
    bench.put("a", &[45]).await;
    assert_eq!(told(&mut tail).await, "a40 a30", "in order of time");
    assert_eq!(told(&mut tail).await, "a45");
    bench.put("a", &[60, 35, 10]).await;
    bench.put("b", &[5]).await;
    assert_eq!(
        told(&mut tail).await,
        "a60 a35 a10",
        "older than what was told"
    );
    assert_eq!(told(&mut tail).await, "");
    let group = bench.of(None, "", TailFrom::Newest(2)).await;
    assert!(group.is_err(), "a group has no order of its own");
}

#[tokio::test]
async fn who_comes_back_to_one_stream_is_told_nothing_twice() {
    let bench = Bench::new().await;
    bench.put("a", &[50, 40]).await;
    let mut tail = bench.newest(9).await;
    bench.put("a", &[30]).await;
    let first = tail.look().await.unwrap();
    assert_eq!(messages(&first), ["a50", "a40"]);
    let mut again = bench.again(&first).await;
    assert_eq!(told(&mut again).await, "a30");
    let second = again.look().await.unwrap();
    bench.put("a", &[100, 10]).await;
    bench.put("a", &[90]).await;
    let mut again = bench.again(&second).await;
    let third = again.look().await.unwrap();
    assert_eq!(messages(&third), ["a100", "a10", "a90"]);
    assert_eq!(told(&mut bench.again(&third).await).await, "");
    for _ in 0..Late::KEPT + 2 {
        bench.put("a", &[1_000]).await;
    }
    let late = bench.again(&third).await.look().await.unwrap();
    assert_eq!(messages(&late).len(), Late::KEPT + 2, "more than is kept");
    // Another stream of the same name is told whole.
    let of = json!({"logGroupName": "g", "logStreamName": "a"});
    bench.call("DeleteLogStream", of).await;
    bench.stream("a").await;
    bench.put("a", &[7]).await;
    assert_eq!(told(&mut bench.again(&third).await).await, "a7");
    for bad in ["", "@x", "#1"] {
        let refused = bench.of(None, "", TailFrom::Cursor(bad.into())).await;
        assert_eq!(refused.err().unwrap().code, "InvalidParameterException");
    }
}
