//! A store with some of everything in it, and all that can be read of one.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;

use store::{Batch, BusEvent, Expect, Key, Options, Scan, Store, StoreError};

pub(crate) const TABLE: &str = "content/records";
pub(crate) const QUEUE: &str = "content/timers";

/// How many commits [`commit`] knows.
pub(crate) const COMMITS: u64 = 60;

pub(crate) fn open(path: &Path) -> Result<Store, store::OpenError> {
    let options = Options {
        sync: false,
        on_fatal: std::sync::Arc::new(|_| {}),
        ..Options::default()
    };
    Store::open(path, options)
}

/// Makes the commit of this number: a record new and one changed, a row, a timer, an event; now and then a stream
/// is sealed.
pub(crate) fn commit(number: u64) -> Batch {
    let mut batch = Batch::new();
    let stream = i64::try_from(number / 10).unwrap() + 1;
    let value = format!("value {number} ").repeat(usize::try_from(number % 7).unwrap() * 20);
    let key = Key::of(&["000000000000", &format!("name {number}")]);
    batch.put_if(TABLE, key.clone(), value.clone(), Expect::Absent);
    batch.put(TABLE, Key::of(&["changes"]), number.to_string());
    batch.append(stream, number % 10, format!("row {number} {value}"));
    batch.set_timer(
        QUEUE,
        key,
        i64::try_from(number * 37 % 101).unwrap(),
        "payload",
    );
    if number % 10 == 9 && stream % 2 == 0 {
        batch.seal(stream);
    }
    batch.publish(BusEvent {
        id: number.to_string(),
        time_ms: i64::try_from(number).unwrap(),
        account: "000000000000".into(),
        region: "us-east-1".into(),
        bus: "default".into(),
        source: "content".into(),
        detail_type: "t".into(),
        resources: vec![],
        detail: "{\"some\":\"detail\"}".into(),
        internal: false,
    });
    batch
}

/// Everything that a store holds after some commits, in words.
pub(crate) type Content = Vec<String>;

/// Reads all of it: by scans, and each record, stream and timer that may be there by itself.
pub(crate) async fn read(store: &Store) -> Result<Content, StoreError> {
    let mut content = Vec::new();
    for (key, record) in store.scan(TABLE, &Scan::prefix(&[])).await? {
        content.push(format!("{key:?} {record:?}"));
    }
    for number in 0..COMMITS {
        let key = Key::of(&["000000000000", &format!("name {number}")]);
        content.push(format!("{number} {:?}", store.get(TABLE, &key).await?));
    }
    for stream in 0..10 {
        content.push(format!("{stream} {:?}", store.read(stream, 0).await?));
    }
    content.push(format!("{:?}", store.timers(QUEUE, i64::MAX, 1000).await?));
    content.push(format!("{:?}", store.bus_after(0, 1000).await?));
    Ok(content)
}
