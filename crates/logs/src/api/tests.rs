use std::sync::Arc;

use aws::{ApiError, Service, testing::TestDoor};
use serde_json::{Value, json};
use store::{Clock, Scan, Store, testing::SimClock};

use crate::{Logs, events::CHUNKS};

const DAY_MS: i64 = 24 * 3_600_000;

struct Bench {
    logs: Arc<Logs>,
    door: TestDoor,
    clock: SimClock,
}

impl Bench {
    fn new() -> Self {
        let clock = SimClock::default();
        let logs = Logs::new(Store::in_memory().unwrap(), Arc::new(clock.clone()));
        let door = TestDoor::new(Arc::clone(&logs) as Arc<dyn Service>);
        Self { logs, door, clock }
    }

    async fn with_stream() -> Self {
        let bench = Self::new();
        bench
            .ok("CreateLogGroup", json!({"logGroupName": "g"}))
            .await;
        bench
            .ok(
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": "s"}),
            )
            .await;
        bench
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.door.call("logs", operation, input).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap()
    }

    async fn refused(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).await.unwrap_err().to_string()
    }

    /// Puts events of the given ages in milliseconds, newest last, and returns the answer.
    async fn put(&self, stream: &str, events: &[(i64, &str)]) -> Value {
        let now = self.clock.now_ms();
        let events: Vec<Value> = events
            .iter()
            .map(|(at, message)| json!({"timestamp": now + at, "message": message}))
            .collect();
        self.ok(
            "PutLogEvents",
            json!({"logGroupName": "g", "logStreamName": stream, "logEvents": events}),
        )
        .await
    }

    async fn get(&self, mut more: Value) -> Value {
        more["logGroupName"] = "g".into();
        more["logStreamName"] = "s".into();
        self.ok("GetLogEvents", more).await
    }
}

fn messages(answer: &Value) -> Vec<&str> {
    answer["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect()
}

#[test]
fn every_member_of_every_input_is_accounted_for() {
    let logs = Logs::new(Store::in_memory().unwrap(), Arc::new(SimClock::default()));
    let wrong = aws::coverage::check_declared("logs", &logs.operations());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn groups_come_and_go() {
    let bench = Bench::new();
    for name in ["b", "a/1", "a/2"] {
        bench
            .ok(
                "CreateLogGroup",
                json!({"logGroupName": name, "tags": {"k": "v"}}),
            )
            .await;
    }
    let again = bench
        .refused("CreateLogGroup", json!({"logGroupName": "b"}))
        .await;
    assert_eq!(
        again,
        "ResourceAlreadyExistsException: The specified log group already exists"
    );
    let page = bench
        .ok(
            "DescribeLogGroups",
            json!({"logGroupNamePrefix": "a", "limit": 1}),
        )
        .await;
    assert_eq!(page["logGroups"][0]["logGroupName"], "a/1");
    assert_eq!(
        page["logGroups"][0]["arn"],
        "arn:aws:logs:us-east-1:000000000000:log-group:a/1:*"
    );
    let next = json!({"logGroupNamePrefix": "a", "limit": 1, "nextToken": page["nextToken"]});
    let page = bench.ok("DescribeLogGroups", next).await;
    assert_eq!(
        (&page["logGroups"][0]["logGroupName"], page.get("nextToken")),
        (&json!("a/2"), None)
    );
    bench
        .ok(
            "PutRetentionPolicy",
            json!({"logGroupName": "b", "retentionInDays": 7}),
        )
        .await;
    let page = bench
        .ok("DescribeLogGroups", json!({"logGroupNamePattern": "b"}))
        .await;
    assert_eq!(page["logGroups"][0]["retentionInDays"], 7);
    assert!(
        bench
            .refused(
                "PutRetentionPolicy",
                json!({"logGroupName": "b", "retentionInDays": 8})
            )
            .await
            .contains("Value '8'")
    );
    bench
        .ok("DeleteLogGroup", json!({"logGroupName": "b"}))
        .await;
    let gone = bench
        .refused("DeleteLogGroup", json!({"logGroupName": "b"}))
        .await;
    assert_eq!(
        gone,
        "ResourceNotFoundException: The specified log group does not exist."
    );
    let stream = json!({"logGroupName": "b", "logStreamName": "s"});
    assert!(
        bench
            .refused("CreateLogStream", stream)
            .await
            .contains("log group does not exist")
    );
    let protect = json!({"logGroupIdentifier": "a/1", "deletionProtectionEnabled": true});
    bench.ok("PutLogGroupDeletionProtection", protect).await;
    assert!(
        bench
            .refused("DeleteLogGroup", json!({"logGroupName": "a/1"}))
            .await
            .starts_with("ValidationException")
    );
}

#[tokio::test]
async fn tags_by_arn_and_by_name_are_the_same() {
    let bench = Bench::with_stream().await;
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:g";
    bench
        .ok(
            "TagResource",
            json!({"resourceArn": arn, "tags": {"a": "1", "b": "2"}}),
        )
        .await;
    bench
        .ok(
            "TagLogGroup",
            json!({"logGroupName": "g", "tags": {"c": "3"}}),
        )
        .await;
    bench
        .ok(
            "UntagResource",
            json!({"resourceArn": arn, "tagKeys": ["a"]}),
        )
        .await;
    let tags = bench
        .ok("ListTagsForResource", json!({"resourceArn": arn}))
        .await;
    assert_eq!(tags, json!({"tags": {"b": "2", "c": "3"}}));
    bench
        .ok("UntagLogGroup", json!({"logGroupName": "g", "tags": ["c"]}))
        .await;
    assert_eq!(
        bench
            .ok("ListTagsLogGroup", json!({"logGroupName": "g"}))
            .await,
        json!({"tags": {"b": "2"}})
    );
    assert!(
        bench
            .refused("ListTagsForResource", json!({"resourceArn": "arn:x"}))
            .await
            .contains("does not exist")
    );
}

#[tokio::test]
async fn streams_are_listed_by_name_and_by_time() {
    let bench = Bench::with_stream().await;
    for name in ["s", "t", "u"] {
        let answer = bench
            .call(
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": name}),
            )
            .await;
        assert_eq!(answer.is_err(), name == "s", "{answer:?}");
    }
    bench.put("s", &[(-5, "x")]).await;
    bench.put("u", &[(-9, "x"), (-7, "y")]).await;
    let list = async |more: Value| {
        let mut names = Vec::new();
        let mut input = json!({"logGroupName": "g", "limit": 2});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        loop {
            let page = bench.ok("DescribeLogStreams", input.clone()).await;
            let streams = page["logStreams"].as_array().unwrap();
            names.extend(
                streams
                    .iter()
                    .map(|s| s["logStreamName"].as_str().unwrap().to_owned()),
            );
            match page.get("nextToken") {
                Some(token) => input["nextToken"] = token.clone(),
                None => return names,
            }
        }
    };
    assert_eq!(list(json!({})).await, ["s", "t", "u"]);
    assert_eq!(list(json!({"descending": true})).await, ["u", "t", "s"]);
    assert_eq!(
        list(json!({"orderBy": "LastEventTime", "descending": true})).await,
        ["s", "u", "t"]
    );
    assert_eq!(list(json!({"logStreamNamePrefix": "t"})).await, ["t"]);
    let both = json!({"logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "t"});
    assert!(
        bench
            .refused("DescribeLogStreams", both)
            .await
            .contains("Cannot order by LastEventTime")
    );
    let page = bench
        .ok(
            "DescribeLogStreams",
            json!({"logGroupName": "g", "logStreamNamePrefix": "u"}),
        )
        .await;
    let now = bench.clock.now_ms();
    let times = [
        "firstEventTimestamp",
        "lastEventTimestamp",
        "lastIngestionTime",
    ]
    .map(|n| page["logStreams"][0][n].as_i64());
    assert_eq!(times, [Some(now - 9), Some(now - 7), Some(now)]);
}

#[tokio::test]
async fn tokens_walk_both_ways_and_stand_still_at_the_ends() {
    let bench = Bench::with_stream().await;
    let empty = bench.get(json!({"startFromHead": true})).await;
    assert_eq!(messages(&empty), Vec::<&str>::new());
    bench
        .put(
            "s",
            &[(-4, "1"), (-3, "2"), (-3, "3"), (-2, "4"), (-1, "5")],
        )
        .await;
    let all = bench
        .get(json!({"nextToken": empty["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&all), ["1", "2", "3", "4", "5"]);
    let newest = bench.get(json!({"limit": 2})).await;
    assert_eq!(messages(&newest), ["4", "5"]);
    let older = bench
        .get(json!({"limit": 2, "nextToken": newest["nextBackwardToken"]}))
        .await;
    assert_eq!(messages(&older), ["2", "3"]);
    let oldest = bench
        .get(json!({"limit": 2, "nextToken": older["nextBackwardToken"]}))
        .await;
    assert_eq!(messages(&oldest), ["1"]);
    let before = bench
        .get(json!({"nextToken": oldest["nextBackwardToken"]}))
        .await;
    assert_eq!(
        (messages(&before), &before["nextBackwardToken"]),
        (vec![], &oldest["nextBackwardToken"])
    );
    let first = bench.get(json!({"startFromHead": true, "limit": 3})).await;
    assert_eq!(messages(&first), ["1", "2", "3"]);
    let rest = bench
        .get(json!({"nextToken": first["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&rest), ["4", "5"]);
    let end = bench
        .get(json!({"nextToken": rest["nextForwardToken"]}))
        .await;
    assert_eq!(
        (messages(&end), &end["nextForwardToken"]),
        (vec![], &rest["nextForwardToken"])
    );
    let back = bench
        .get(json!({"nextToken": end["nextBackwardToken"], "limit": 1}))
        .await;
    assert_eq!(messages(&back), ["5"]);
    bench.put("s", &[(0, "6")]).await;
    let since = bench
        .get(json!({"nextToken": end["nextForwardToken"]}))
        .await;
    assert_eq!(messages(&since), ["6"]);
    let now = bench.clock.now_ms();
    let between = bench
        .get(json!({"startTime": now - 3, "endTime": now - 1, "startFromHead": true}))
        .await;
    assert_eq!(messages(&between), ["2", "3", "4"]);
    let between = bench
        .get(json!({"startTime": now - 3, "endTime": now - 1, "limit": 1}))
        .await;
    assert_eq!(messages(&between), ["4"]);
    let input = json!({"logGroupName": "g", "logStreamName": "s", "nextToken": "x/1"});
    assert_eq!(
        bench.refused("GetLogEvents", input).await,
        "InvalidParameterException: The specified nextToken is invalid."
    );
}

#[tokio::test]
async fn what_comes_late_stands_in_its_place() {
    let bench = Bench::with_stream().await;
    let mut expected = Vec::new();
    // Batches of all times crosswise, some large, so that chunks are met, split and added to.
    for round in 0..40i64 {
        let base = -(round * 7919 % 40) * 1000 - 1000;
        let filler = "x".repeat(if round % 3 == 0 { 2_000 } else { 5 });
        let lines: Vec<(i64, String)> = (0..100)
            .map(|n| (base + n * 25, format!("{round}.{n} {filler}")))
            .collect();
        let lines: Vec<(i64, &str)> = lines
            .iter()
            .map(|(at, line)| (*at, line.as_str()))
            .collect();
        bench.put("s", &lines).await;
        expected.extend(lines.iter().map(|(at, line)| (*at, (*line).to_owned())));
    }
    expected.sort_by_key(|(at, _)| *at);
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let input = if token.is_null() {
            json!({"startFromHead": true, "limit": 77})
        } else {
            json!({"limit": 77, "nextToken": token})
        };
        let page = bench.get(input).await;
        found.extend(messages(&page).into_iter().map(str::to_owned));
        if page["nextForwardToken"] == token {
            break;
        }
        token = page["nextForwardToken"].clone();
    }
    assert_eq!(
        found,
        expected
            .iter()
            .map(|(_, line)| line.clone())
            .collect::<Vec<_>>()
    );
    let mut backward = Vec::new();
    let mut token = Value::Null;
    loop {
        let input = if token.is_null() {
            json!({"limit": 91})
        } else {
            json!({"limit": 91, "nextToken": token})
        };
        let page = bench.get(input).await;
        backward.splice(0..0, messages(&page).into_iter().map(str::to_owned));
        if page["nextBackwardToken"] == token {
            break;
        }
        token = page["nextBackwardToken"].clone();
    }
    assert_eq!(backward, found);
}

#[tokio::test]
async fn single_lines_make_few_chunks() {
    let bench = Bench::with_stream().await;
    for n in 0..500 {
        bench
            .put("s", &[(n, "a line of some length, as logs have")])
            .await;
    }
    let chunks = bench
        .logs
        .store
        .scan(CHUNKS, &Scan::prefix(&[]))
        .await
        .unwrap();
    assert_eq!(chunks.len(), 1);
    assert_eq!(messages(&bench.get(json!({})).await).len(), 500);
}

#[tokio::test]
async fn what_is_out_of_time_is_rejected() {
    let bench = Bench::with_stream().await;
    let answer = bench
        .put("s", &[(-DAY_MS * 14 - 1, "old"), (-DAY_MS * 14, "kept")])
        .await;
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({"tooOldLogEventEndIndex": 1})
    );
    let answer = bench
        .put(
            "s",
            &[
                (0, "now"),
                (7_200_000, "soon"),
                (7_200_001, "new"),
                (7_200_002, "new"),
            ],
        )
        .await;
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({"tooNewLogEventStartIndex": 2})
    );
    bench
        .ok(
            "PutRetentionPolicy",
            json!({"logGroupName": "g", "retentionInDays": 1}),
        )
        .await;
    let answer = bench.put("s", &[(-DAY_MS - 1, "expired")]).await;
    assert_eq!(
        answer["rejectedLogEventsInfo"],
        json!({"expiredLogEventEndIndex": 1})
    );
    assert!(
        bench
            .put("s", &[(1, "fine")])
            .await
            .get("rejectedLogEventsInfo")
            .is_none()
    );
    assert_eq!(
        messages(&bench.get(json!({})).await),
        ["now", "fine", "soon"],
        "the one of 14 days is past retention"
    );
    let now = bench.clock.now_ms();
    let refuse = async |events: Value| {
        bench
            .refused(
                "PutLogEvents",
                json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events}),
            )
            .await
    };
    let two = |a: i64, b: i64| json!([{"timestamp": now + a, "message": "a"}, {"timestamp": now + b, "message": "b"}]);
    assert!(refuse(two(0, -1)).await.contains("chronological order"));
    assert!(refuse(two(-DAY_MS - 1, 0)).await.contains("24 hours"));
    let large = "x".repeat(600_000);
    let upload =
        refuse(json!([{"timestamp": now, "message": large}, {"timestamp": now, "message": large}]))
            .await;
    assert_eq!(
        upload,
        "InvalidParameterException: Upload too large: 1200052 bytes exceeds limit of 1048576"
    );
    let missing = json!({"logGroupName": "g", "logStreamName": "no", "logEvents": two(0, 0)});
    assert!(
        bench
            .refused("PutLogEvents", missing)
            .await
            .contains("log stream does not exist")
    );
}

#[tokio::test]
async fn filtering_merges_streams_page_by_page() {
    let bench = Bench::with_stream().await;
    for name in ["t", "u"] {
        bench
            .ok(
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": name}),
            )
            .await;
    }
    bench
        .put(
            "s",
            &[
                (1, "s1 ERROR"),
                (4, "s4"),
                (4, "s4b ERROR"),
                (9, "s9 ERROR"),
            ],
        )
        .await;
    bench
        .put("t", &[(2, "t2 ERROR"), (4, "t4 ERROR"), (5, "t5")])
        .await;
    bench.put("u", &[(0, "u0 ERROR"), (4, "u4 ERROR")]).await;
    let now = bench.clock.now_ms();
    let list = async |more: Value, limit: usize| {
        let mut input = json!({"logGroupName": "g", "limit": limit});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let (mut found, mut ids) = (Vec::new(), std::collections::HashSet::new());
        loop {
            let page = bench.ok("FilterLogEvents", input.clone()).await;
            found.extend(messages(&page).into_iter().map(str::to_owned));
            for event in page["events"].as_array().unwrap() {
                assert!(
                    ids.insert(event["eventId"].as_str().unwrap().to_owned()),
                    "{event}"
                );
            }
            match page.get("nextToken") {
                Some(token) => input["nextToken"] = token.clone(),
                None => return found,
            }
        }
    };
    let all = [
        "u0 ERROR",
        "s1 ERROR",
        "t2 ERROR",
        "s4",
        "s4b ERROR",
        "t4 ERROR",
        "u4 ERROR",
        "t5",
        "s9 ERROR",
    ];
    let errors: Vec<&str> = all
        .into_iter()
        .filter(|line| line.contains("ERROR"))
        .collect();
    for limit in 1..10 {
        assert_eq!(list(json!({}), limit).await, all);
        assert_eq!(list(json!({"filterPattern": "ERROR"}), limit).await, errors);
        assert_eq!(
            list(json!({"startTime": now + 4, "endTime": now + 5}), limit).await,
            all[3..7]
        );
    }
    assert_eq!(
        list(
            json!({"logStreamNames": ["t"], "filterPattern": "-ERROR"}),
            9
        )
        .await,
        ["t5"]
    );
    assert_eq!(
        list(json!({"logStreamNamePrefix": "u"}), 9).await,
        ["u0 ERROR", "u4 ERROR"]
    );
    let bad = bench
        .refused(
            "FilterLogEvents",
            json!({"logGroupName": "g", "filterPattern": "{ $.a = "}),
        )
        .await;
    assert!(
        bad.starts_with("InvalidParameterException: Invalid filter pattern"),
        "{bad}"
    );
    let missing = bench
        .refused(
            "FilterLogEvents",
            json!({"logGroupName": "g", "logStreamNames": ["no"]}),
        )
        .await;
    assert!(missing.contains("log stream does not exist"));
}

#[tokio::test]
async fn sweeping_frees_the_deleted_and_the_expired() {
    let bench = Bench::with_stream().await;
    let line = "x".repeat(1000);
    let lines = |from: i64| {
        (0..300)
            .map(|n| (from + n, line.as_str()))
            .collect::<Vec<_>>()
    };
    bench.put("s", &lines(-DAY_MS * 3)).await;
    bench.put("s", &lines(0)).await;
    let chunks = async || {
        bench
            .logs
            .store
            .scan(CHUNKS, &Scan::prefix(&[]))
            .await
            .unwrap()
            .len()
    };
    let before = chunks().await;
    bench.logs.sweep().await.unwrap();
    assert_eq!(chunks().await, before, "nothing is old");
    bench
        .ok(
            "PutRetentionPolicy",
            json!({"logGroupName": "g", "retentionInDays": 1}),
        )
        .await;
    bench.logs.sweep().await.unwrap();
    assert!((1..before).contains(&chunks().await));
    assert_eq!(messages(&bench.get(json!({})).await).len(), 300);
    let page = bench
        .ok("DescribeLogStreams", json!({"logGroupName": "g"}))
        .await;
    assert!(
        page["logStreams"][0]["firstEventTimestamp"]
            .as_i64()
            .unwrap()
            >= bench.clock.now_ms() - DAY_MS
    );
    bench
        .ok(
            "CreateLogStream",
            json!({"logGroupName": "g", "logStreamName": "t"}),
        )
        .await;
    bench.put("t", &lines(0)).await;
    bench
        .ok(
            "DeleteLogStream",
            json!({"logGroupName": "g", "logStreamName": "s"}),
        )
        .await;
    bench.logs.sweep().await.unwrap();
    assert_eq!(chunks().await, 3, "those of t are left");
    bench
        .ok("DeleteLogGroup", json!({"logGroupName": "g"}))
        .await;
    bench.logs.sweep().await.unwrap();
    assert_eq!(chunks().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_one_stream_at_once_lose_nothing() {
    let bench = Arc::new(Bench::with_stream().await);
    let tasks = (0..4).map(|writer| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            for n in 0..25 {
                bench.put("s", &[(n, &format!("{writer}.{n}"))]).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(messages(&bench.get(json!({})).await).len(), 100);
}

#[tokio::test]
async fn patterns_can_be_tried() {
    let bench = Bench::new();
    let test = async |pattern: &str, lines: Value| {
        bench
            .ok(
                "TestMetricFilter",
                json!({"filterPattern": pattern, "logEventMessages": lines}),
            )
            .await
    };
    let answer = test(
        "{ $.a.b > 1 || $.c[*] = x }",
        json!(["x", r#"{"a":{"b":2},"c":["y"]}"#]),
    )
    .await;
    let line = r#"{"a":{"b":2},"c":["y"]}"#;
    let values = json!({"$.a.b": "2", "$.c[*]": "y"});
    assert_eq!(
        answer["matches"],
        json!([{"eventNumber": 2, "eventMessage": line, "extractedValues": values}])
    );
    let answer = test("[first, ..., last = 7]", json!(["a b 7", "7"])).await;
    let values = json!({"$first": "a", "$last": "7"});
    assert_eq!(
        answer["matches"],
        json!([{"eventNumber": 1, "eventMessage": "a b 7", "extractedValues": values}])
    );
}
