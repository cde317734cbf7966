//! What every backend must do, as one function over a maker of empty stores.
#![expect(clippy::unwrap_used, reason = "a failing step is a failing test")]

use crate::{Batch, BusEvent, Expect, Key, Op, Scan, Store, StoreError};

const T: &str = "conformance/records";
const U: &str = "conformance/others";
const Q: &str = "conformance/timers";

/// Runs all checks, each on a store of its own. Panics at the first that fails.
pub async fn all(fresh: impl Fn() -> Store) {
    versions_grow(&fresh()).await;
    expectations_hold(&fresh()).await;
    batches_are_whole(&fresh()).await;
    ops_see_earlier_ones(&fresh()).await;
    scans_keep_order(&fresh()).await;
    scans_take_any_bytes(&fresh()).await;
    streams_have_no_holes(&fresh()).await;
    sealed_streams_read_the_same(&fresh()).await;
    stream_numbers_are_new(&fresh()).await;
    timers_come_in_order(&fresh()).await;
    the_bus_counts(&fresh()).await;
    cursors_move_with_their_batch(&fresh()).await;
    a_conflict_fails_alone(&fresh()).await;
    racing_writers_agree(&fresh()).await;
}

fn key(text: &str) -> Key {
    Key::of(&[text])
}

fn event(id: &str) -> BusEvent {
    BusEvent {
        id: id.into(),
        time_ms: 1,
        account: "000000000000".into(),
        region: "us-east-1".into(),
        bus: "default".into(),
        source: "aws.test".into(),
        detail_type: "Test \"quoted\"".into(),
        resources: vec!["arn:aws:test".into()],
        detail: "{\"a\":1}".into(),
        internal: false,
    }
}

async fn commit(store: &Store, fill: impl FnOnce(&mut Batch)) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    fill(&mut batch);
    store.commit(batch).await
}

fn is_conflict(answer: &Result<(), StoreError>) -> bool {
    matches!(answer, Err(StoreError::Conflict { .. }))
}

async fn versions_grow(store: &Store) {
    assert_eq!(store.get(T, &key("a")).await.unwrap(), None);
    for version in 1..4u64 {
        commit(store, |b| {
            b.put(T, key("a"), version.to_string());
        })
        .await
        .unwrap();
        let record = store.get(T, &key("a")).await.unwrap().unwrap();
        assert_eq!(
            (record.version, &record.value[..]),
            (version, version.to_string().as_bytes())
        );
    }
    assert_eq!(
        store.get(U, &key("a")).await.unwrap(),
        None,
        "tables are apart"
    );
    commit(store, |b| {
        b.delete(T, key("a"));
    })
    .await
    .unwrap();
    commit(store, |b| {
        b.put(T, key("a"), "");
    })
    .await
    .unwrap();
    let record = store.get(T, &key("a")).await.unwrap().unwrap();
    assert_eq!(
        (record.version, record.value.len()),
        (1, 0),
        "a new record begins at 1"
    );
}

async fn expectations_hold(store: &Store) {
    let cases = [
        (Expect::Any, true, true),
        (Expect::Absent, true, false),
        (Expect::Present, false, true),
        (Expect::Version(1), false, true),
        (Expect::Version(2), false, false),
    ];
    for (expect, when_absent, when_there) in cases {
        for (there, wanted) in [(false, when_absent), (true, when_there)] {
            for delete in [false, true] {
                commit(store, |b| {
                    b.delete(T, key("k"));
                })
                .await
                .unwrap();
                if there {
                    commit(store, |b| {
                        b.put(T, key("k"), "old");
                    })
                    .await
                    .unwrap();
                }
                let op = match delete {
                    true => Op::Delete {
                        table: T,
                        key: key("k"),
                        expect,
                    },
                    false => Op::Put {
                        table: T,
                        key: key("k"),
                        value: "new".into(),
                        expect,
                    },
                };
                let answer = commit(store, |b| b.ops.push(op)).await;
                assert_eq!(
                    answer.is_ok(),
                    wanted,
                    "{expect:?} there={there} delete={delete}: {answer:?}"
                );
                assert!(wanted || is_conflict(&answer), "{answer:?}");
                let left = store.get(T, &key("k")).await.unwrap().map(|r| r.value);
                let right = match (wanted, delete) {
                    (true, true) => None,
                    (true, false) => Some("new"),
                    (false, _) => there.then_some("old"),
                };
                assert_eq!(
                    left.as_deref(),
                    right.map(str::as_bytes),
                    "{expect:?} there={there} delete={delete}"
                );
            }
        }
    }
}

async fn batches_are_whole(store: &Store) {
    let stream = store.new_stream().await.unwrap();
    let answer = commit(store, |b| {
        b.put(T, key("a"), "1")
            .append(stream, 0, "row")
            .set_timer(Q, key("t"), 5, "p")
            .publish(event("lost"));
        b.put_if(T, key("b"), "2", Expect::Present);
    })
    .await;
    assert!(is_conflict(&answer), "{answer:?}");
    assert_eq!(store.get(T, &key("a")).await.unwrap(), None);
    assert_eq!(store.read(stream, 0).await.unwrap(), []);
    assert_eq!(store.timers(Q, i64::MAX, 9).await.unwrap(), []);
    assert_eq!(store.bus_after(0, 9).await.unwrap(), []);
    commit(store, |b| {
        b.append(stream, 0, "again").publish(event("kept"));
    })
    .await
    .unwrap();
    assert_eq!(store.read(stream, 0).await.unwrap()[0].row, "again");
    assert_eq!(store.bus_after(0, 9).await.unwrap()[0].1.id, "kept");
}

async fn ops_see_earlier_ones(store: &Store) {
    let stream = store.new_stream().await.unwrap();
    commit(store, |b| {
        b.put_if(T, key("a"), "1", Expect::Absent)
            .put_if(T, key("a"), "2", Expect::Version(1));
        b.append(stream, 0, "x").append(stream, 1, "y").seal(stream);
    })
    .await
    .unwrap();
    assert_eq!(store.get(T, &key("a")).await.unwrap().unwrap().version, 2);
    assert_eq!(store.read(stream, 1).await.unwrap()[0].row, "y");
}

async fn keys(store: &Store, scan: Scan) -> Vec<String> {
    store
        .scan(T, &scan)
        .await
        .unwrap()
        .into_iter()
        .map(|(k, _)| k.parts().join("/"))
        .collect()
}

async fn scans_keep_order(store: &Store) {
    for parts in [
        &["a", "1"][..],
        &["a", "2"],
        &["a", "2", "x"],
        &["ab", "1"],
        &["b"],
    ] {
        commit(store, |b| {
            b.put(T, Key::of(parts), "v");
        })
        .await
        .unwrap();
    }
    commit(store, |b| {
        b.put(U, Key::of(&["a", "9"]), "v");
    })
    .await
    .unwrap();
    let a = || Scan::prefix(&["a"]);
    let after = |parts: &[&str]| Some(Key::of(parts));
    assert_eq!(
        keys(store, Scan::prefix(&[])).await,
        ["a/1", "a/2", "a/2/x", "ab/1", "b"]
    );
    assert_eq!(keys(store, a()).await, ["a/1", "a/2", "a/2/x"]);
    assert_eq!(
        keys(
            store,
            Scan {
                reverse: true,
                ..a()
            }
        )
        .await,
        ["a/2/x", "a/2", "a/1"]
    );
    assert_eq!(keys(store, Scan { limit: 1, ..a() }).await, ["a/1"]);
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["a", "1"]),
                ..a()
            }
        )
        .await,
        ["a/2", "a/2/x"]
    );
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["a", "2"]),
                reverse: true,
                ..a()
            }
        )
        .await,
        ["a/1"]
    );
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["0"]),
                ..a()
            }
        )
        .await,
        ["a/1", "a/2", "a/2/x"]
    );
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["b"]),
                ..a()
            }
        )
        .await,
        Vec::<String>::new()
    );
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["b"]),
                reverse: true,
                limit: 1,
                ..a()
            }
        )
        .await,
        ["a/2/x"]
    );
    assert_eq!(
        keys(
            store,
            Scan {
                after: after(&["0"]),
                reverse: true,
                ..a()
            }
        )
        .await,
        Vec::<String>::new()
    );
}

async fn scans_take_any_bytes(store: &Store) {
    let raw = |bytes: &'static [u8]| Key(bytes.into());
    for bytes in [&b"\xfe"[..], b"\xff", b"\xff\xff", b"\xff\xff\x01", b""] {
        commit(store, |b| {
            b.put(T, raw(bytes), "v");
        })
        .await
        .unwrap();
    }
    for (prefix, count) in [
        (&b""[..], 5),
        (b"\xff", 3),
        (b"\xff\xff", 2),
        (b"\xfe", 1),
        (b"\xfd", 0),
    ] {
        let found = store
            .scan(
                T,
                &Scan {
                    prefix: raw(prefix),
                    ..Scan::prefix(&[])
                },
            )
            .await
            .unwrap();
        assert_eq!(found.len(), count, "{prefix:?}");
    }
}

async fn streams_have_no_holes(store: &Store) {
    let (one, other) = (
        store.new_stream().await.unwrap(),
        store.new_stream().await.unwrap(),
    );
    for seq in 0..3u64 {
        commit(store, |b| {
            b.append(one, seq, format!("one {seq}"))
                .append(other, seq, "o");
        })
        .await
        .unwrap();
    }
    for wrong in [0, 2, 4] {
        let answer = commit(store, |b| {
            b.append(one, wrong, "wrong");
        })
        .await;
        assert!(is_conflict(&answer), "row {wrong} after three: {answer:?}");
    }
    let rows = store.read(one, 1).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| (r.seq, &r.row[..])).collect::<Vec<_>>(),
        [(1, &b"one 1"[..]), (2, b"one 2")]
    );
    commit(store, |b| b.ops.push(Op::Drop { stream: one }))
        .await
        .unwrap();
    assert_eq!(store.read(one, 0).await.unwrap(), []);
    assert_eq!(
        store.read(other, 0).await.unwrap().len(),
        3,
        "neighbours stay"
    );
    commit(store, |b| {
        b.append(one, 0, "anew");
    })
    .await
    .unwrap();
}

async fn sealed_streams_read_the_same(store: &Store) {
    let stream = store.new_stream().await.unwrap();
    let mut rows: Vec<String> = (0..50)
        .map(|n| format!("row {n} {}", "x".repeat(n * 7)))
        .collect();
    rows[3] = String::new();
    for (seq, row) in (0..).zip(&rows) {
        commit(store, |b| {
            b.append(stream, seq, row.clone());
        })
        .await
        .unwrap();
        if seq % 20 == 19 {
            // Sealing twice, and going on after it, changes nothing for readers.
            commit(store, |b| {
                b.seal(stream);
            })
            .await
            .unwrap();
            commit(store, |b| {
                b.seal(stream);
            })
            .await
            .unwrap();
        }
        let from = seq.saturating_sub(30);
        let read = store.read(stream, from).await.unwrap();
        assert_eq!(
            read.iter().map(|r| r.seq).collect::<Vec<_>>(),
            (from..=seq).collect::<Vec<_>>()
        );
        assert!(
            read.iter()
                .zip(&rows[from as usize..])
                .all(|(a, b)| a.row == b.as_bytes()),
            "at {seq}"
        );
    }
    let answer = commit(store, |b| {
        b.append(stream, 40, "wrong");
    })
    .await;
    assert!(is_conflict(&answer), "{answer:?}");
    commit(store, |b| b.ops.push(Op::Drop { stream }))
        .await
        .unwrap();
    assert_eq!(store.read(stream, 0).await.unwrap(), []);
    commit(store, |b| {
        b.seal(stream);
    })
    .await
    .unwrap();
    assert_eq!(store.read(stream, 0).await.unwrap(), []);
}

async fn stream_numbers_are_new(store: &Store) {
    let mut last = 0;
    for _ in 0..3000 {
        let next = store.new_stream().await.unwrap();
        assert!(next > last);
        last = next;
    }
}

async fn timers_come_in_order(store: &Store) {
    commit(store, |b| {
        b.set_timer(Q, key("late"), 30, "l")
            .set_timer(Q, key("b"), 10, "b")
            .set_timer(Q, key("a"), 10, "a");
        b.set_timer(Q, key("early"), -5, "e")
            .set_timer(U, key("a"), 1, "other queue");
    })
    .await
    .unwrap();
    let due = async |until, limit| {
        let timers = store.timers(Q, until, limit).await.unwrap();
        timers
            .into_iter()
            .map(|t| (t.key.parts().join("/"), t.due_ms))
            .collect::<Vec<_>>()
    };
    let named = |list: &[(&str, i64)]| {
        list.iter()
            .map(|(k, d)| ((*k).to_owned(), *d))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        due(10, 9).await,
        named(&[("early", -5), ("a", 10), ("b", 10)])
    );
    assert_eq!(due(9, 9).await, named(&[("early", -5)]));
    assert_eq!(due(i64::MAX, 2).await, named(&[("early", -5), ("a", 10)]));
    commit(store, |b| {
        b.set_timer(Q, key("early"), 20, "moved")
            .clear_timer(Q, key("a"))
            .clear_timer(Q, key("no"));
    })
    .await
    .unwrap();
    assert_eq!(
        due(i64::MAX, 9).await,
        named(&[("b", 10), ("early", 20), ("late", 30)])
    );
    assert_eq!(store.timers(Q, 20, 9).await.unwrap()[1].payload, "moved");
    let all = store.timers(Q, i64::MAX, 99).await.unwrap();
    for after in [i64::MIN, 0, 10, 15, 20] {
        let expected: Vec<_> = all
            .iter()
            .filter(|t| t.due_ms > after && t.due_ms <= 20)
            .cloned()
            .collect();
        assert_eq!(
            store.timers_after(Q, after, 20, 99).await.unwrap(),
            expected,
            "after {after}"
        );
        let first: Vec<_> = expected.into_iter().take(1).collect();
        assert_eq!(store.timers_after(Q, after, 20, 1).await.unwrap(), first);
    }
    commit(store, |b| {
        for (parts, due_ms) in [(["1", "b"], 2), (["1", "a"], 9), (["10", "a"], 3)] {
            b.set_timer(Q, Key::of(&parts), due_ms, "of");
        }
    })
    .await
    .unwrap();
    let of = async |prefix| {
        let timers = store.timers_of(Q, &prefix).await.unwrap();
        timers
            .into_iter()
            .map(|t| (t.key.parts().join("/"), t.due_ms))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(Key::prefix(&["1"])).await,
        named(&[("1/a", 9), ("1/b", 2)])
    );
    assert_eq!(of(Key::prefix(&["2"])).await, []);
    assert_eq!(of(Key::prefix(&[])).await.len(), 6);
}

async fn the_bus_counts(store: &Store) {
    let mut watch = store.bus_watch();
    assert_eq!(*watch.borrow_and_update(), 0);
    commit(store, |b| {
        b.publish(event("1")).publish(event("2"));
    })
    .await
    .unwrap();
    watch.changed().await.unwrap();
    let newest = *watch.borrow_and_update();
    commit(store, |b| {
        b.put(T, key("silent"), "");
    })
    .await
    .unwrap();
    assert!(!watch.has_changed().unwrap(), "nothing was published");
    let events = store.bus_after(0, 9).await.unwrap();
    assert_eq!(
        events
            .iter()
            .map(|(_, e)| e.id.as_str())
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(events[0].1, event("1"));
    assert_eq!(events[1].0, newest);
    assert_eq!(store.bus_after(events[0].0, 9).await.unwrap(), events[1..]);
    assert_eq!(store.bus_after(0, 1).await.unwrap(), events[..1]);
    assert_eq!(store.bus_after(newest, 9).await.unwrap(), []);
}

async fn cursors_move_with_their_batch(store: &Store) {
    assert_eq!(store.bus_cursor("rules").await.unwrap(), 0);
    commit(store, |b| {
        b.move_cursor("rules", 300);
    })
    .await
    .unwrap();
    let failed = commit(store, |b| {
        b.move_cursor("rules", 400)
            .put_if(T, key("a"), "", Expect::Present);
    })
    .await;
    assert!(is_conflict(&failed), "{failed:?}");
    assert_eq!(store.bus_cursor("rules").await.unwrap(), 300);
    assert_eq!(store.bus_cursor("others").await.unwrap(), 0);
}

/// Handed in together, so that a backend that groups has them in one group.
async fn a_conflict_fails_alone(store: &Store) {
    let stream = store.new_stream().await.unwrap();
    let batches = (0..100u64).map(|n| {
        let mut batch = Batch::new();
        batch
            .put(T, Key::of(&[&n.to_string()]), "v")
            .publish(event(&n.to_string()));
        // Every third demands what is not there, after it has written already.
        batch.put_if(
            T,
            key("never"),
            "v",
            if n % 3 == 0 {
                Expect::Present
            } else {
                Expect::Any
            },
        );
        batch.delete(T, key("never"));
        store.commit(batch)
    });
    let answers = futures::future::join_all(batches).await;
    for (n, answer) in answers.iter().enumerate() {
        let there = store
            .get(T, &Key::of(&[&n.to_string()]))
            .await
            .unwrap()
            .is_some();
        assert_eq!(
            (answer.is_ok(), there),
            (n % 3 != 0, n % 3 != 0),
            "batch {n}: {answer:?}"
        );
    }
    let events = store.bus_after(0, 200).await.unwrap();
    assert_eq!(events.len(), answers.iter().filter(|a| a.is_ok()).count());
    // A refused row must not be remembered as written.
    let appends = (0..9u64).map(|n| {
        let mut batch = Batch::new();
        batch.append(stream, 0, n.to_string());
        batch.put_if(
            T,
            key("gate"),
            "v",
            if n < 4 { Expect::Present } else { Expect::Any },
        );
        store.commit(batch)
    });
    let answers = futures::future::join_all(appends).await;
    assert_eq!(
        answers.iter().map(Result::is_ok).collect::<Vec<_>>(),
        (0..9).map(|n| n == 4).collect::<Vec<_>>()
    );
    assert_eq!(store.read(stream, 0).await.unwrap()[0].row, "4");
}

async fn racing_writers_agree(store: &Store) {
    let tasks = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut won = 0u64;
            for _ in 0..50 {
                let record = store.get(T, &key("counter")).await.unwrap();
                let (now, expect) = match &record {
                    None => (0, Expect::Absent),
                    Some(r) => (
                        std::str::from_utf8(&r.value)
                            .unwrap()
                            .parse::<u64>()
                            .unwrap(),
                        Expect::Version(r.version),
                    ),
                };
                let answer = commit(&store, |b| {
                    b.put_if(T, key("counter"), (now + 1).to_string(), expect);
                })
                .await;
                assert!(answer.is_ok() || is_conflict(&answer), "{answer:?}");
                won += u64::from(answer.is_ok());
            }
            won
        })
    });
    let mut won = 0;
    for task in tasks.collect::<Vec<_>>() {
        won += task.await.unwrap();
    }
    let record = store.get(T, &key("counter")).await.unwrap().unwrap();
    assert_eq!(
        (record.version, &record.value[..]),
        (won, won.to_string().as_bytes())
    );
}
