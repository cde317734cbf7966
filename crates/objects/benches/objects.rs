//! What the object layer manages on this machine: `cargo bench -p taxiway-objects`.
#![expect(clippy::unwrap_used, reason = "a measurement ends by it")]

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use futures::StreamExt;
use objects::{ByteRange, ListRequest, Objects, Owner, PutRequest};
use store::{Options, Store, SystemClock};

const BUCKET: &str = "bucket";
const SMALL: usize = 2000;
const AT_ONCE: usize = 64;
const LARGE: usize = 256 * 1024 * 1024;

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("objects.db"), Options::default()).unwrap();
    let objects = Objects::open(store, &dir.path().join("bodies"), Arc::new(SystemClock))
        .await
        .unwrap();
    objects
        .create_bucket(BUCKET, &Owner::new("000000000000", "us-east-1"))
        .await
        .unwrap();

    let body = Bytes::from(vec![7u8; 4096]);
    let put = |n: usize| {
        let (objects, body) = (Arc::clone(&objects), body.clone());
        async move {
            objects
                .put_bytes(
                    BUCKET,
                    &format!("small/{n:06}"),
                    PutRequest::default(),
                    body,
                )
                .await
                .unwrap();
        }
    };
    let start = Instant::now();
    for n in 0..200 {
        put(n).await;
    }
    tell(
        "4 KiB puts, one after the other",
        200.0 / start.elapsed().as_secs_f64(),
        "/s",
    );
    let start = Instant::now();
    futures::stream::iter((0..SMALL).map(put))
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    tell(
        "4 KiB puts, 64 at once",
        SMALL as f64 / start.elapsed().as_secs_f64(),
        "/s",
    );
    let start = Instant::now();
    for n in 0..SMALL {
        objects
            .get_bytes(BUCKET, &format!("small/{n:06}"))
            .await
            .unwrap();
    }
    tell(
        "4 KiB gets",
        SMALL as f64 / start.elapsed().as_secs_f64(),
        "/s",
    );
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(
            objects
                .list(BUCKET, &ListRequest::prefix("small/"))
                .await
                .unwrap()
                .objects
                .len(),
            1000
        );
    }
    tell(
        "pages of 1,000 listed",
        20.0 / start.elapsed().as_secs_f64(),
        "/s",
    );

    let chunk = Bytes::from(vec![1u8; 1024 * 1024]);
    let chunks = (0..LARGE / chunk.len()).map(|_| Ok::<_, std::convert::Infallible>(chunk.clone()));
    let start = Instant::now();
    objects
        .put(
            BUCKET,
            "large",
            PutRequest::default(),
            futures::stream::iter(chunks),
        )
        .await
        .unwrap();
    tell(
        "256 MiB put",
        LARGE as f64 / 1e6 / start.elapsed().as_secs_f64(),
        "MB/s",
    );
    let start = Instant::now();
    let (_, mut stream) = objects.get(BUCKET, "large", None).await.unwrap();
    let mut read = 0;
    while let Some(chunk) = stream.next().await {
        read += chunk.unwrap().len();
    }
    assert_eq!(read, LARGE);
    tell(
        "256 MiB get",
        LARGE as f64 / 1e6 / start.elapsed().as_secs_f64(),
        "MB/s",
    );
    let start = Instant::now();
    for n in 0..2000u64 {
        let from = n * 100_003;
        let (_, mut stream) = objects
            .get(BUCKET, "large", Some(ByteRange::FromTo(from, from + 4095)))
            .await
            .unwrap();
        stream.next().await.unwrap().unwrap();
    }
    tell(
        "4 KiB ranges of a large one",
        2000.0 / start.elapsed().as_secs_f64(),
        "/s",
    );
}

fn tell(what: &str, value: f64, unit: &str) {
    println!("{what:<34} {value:>9.0} {unit}");
}
