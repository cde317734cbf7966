//! Objects come back as they went in, whole or not at all.

mod house;

use std::convert::Infallible;

use bytes::Bytes;
use futures::{StreamExt, stream};
use house::{BUCKET, House, bytes};
use objects::{
    Algorithm, ByteRange, Checks, CopyRequest, Error, GetRequest, Headers, Owner, PutRequest,
    ReadConditions, WriteCondition,
};

const SIZES: [usize; 7] = [0, 1, 65_535, 65_536, 65_537, 1_048_576, 3_000_001];

#[tokio::test]
async fn bodies_of_all_sizes_come_back() {
    let house = House::new().await;
    for size in SIZES {
        let key = format!("of {size}");
        let body = bytes(size);
        let chunks: Vec<_> = body
            .chunks(7001)
            .map(|c| Ok::<_, Infallible>(Bytes::copy_from_slice(c)))
            .collect();
        let put = house
            .objects
            .put(BUCKET, &key, PutRequest::default(), stream::iter(chunks))
            .await
            .unwrap();
        assert_eq!(put.size, size as u64);
        assert_eq!(
            house.objects.get_bytes(BUCKET, &key).await.unwrap(),
            body,
            "{size}"
        );
        assert_eq!(house.objects.head(BUCKET, &key).await.unwrap(), put);
    }
    assert_eq!(house.files(), 3, "those over 64 KiB are files");
    let info = house.objects.head(BUCKET, "of 0").await.unwrap();
    assert_eq!(info.etag, "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(info.checksums[&Algorithm::Crc64Nvme], "AAAAAAAAAAA=");
}

#[tokio::test]
async fn ranges() {
    let house = House::new().await;
    for size in [100usize, 700_000] {
        let body = bytes(size);
        house.put("k", body.clone()).await;
        let all = size as u64;
        for (range, expected) in [
            (ByteRange::FromTo(0, 0), 0..1),
            (ByteRange::FromTo(10, 19), 10..20),
            (ByteRange::FromTo(5, all + 50), 5..size),
            (ByteRange::From(all - 1), size - 1..size),
            (ByteRange::Last(30), size - 30..size),
            (ByteRange::Last(all * 2), 0..size),
        ] {
            assert_eq!(
                house.range("k", range).await.unwrap(),
                body[expected],
                "{range:?} of {size}"
            );
        }
        for range in [
            ByteRange::From(all),
            ByteRange::FromTo(all, all + 1),
            ByteRange::Last(0),
        ] {
            assert!(
                matches!(
                    house.range("k", range).await,
                    Err(Error::InvalidRange { .. })
                ),
                "{range:?}"
            );
        }
    }
}

#[tokio::test]
async fn odd_keys_are_kept_apart() {
    let house = House::new().await;
    let keys = [
        "a b", "a+b", "a%20b", "a//b", "a/", "a", ".", "..", "ä/ö", "a\u{1f}b", "🦀", "/", "a\0b",
    ];
    for key in keys {
        house.put(key, key).await;
    }
    for key in keys {
        assert_eq!(house.text(key).await, key);
    }
    let listed = house
        .objects
        .list(BUCKET, &Default::default())
        .await
        .unwrap();
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    assert_eq!(
        listed
            .objects
            .iter()
            .map(|o| o.key.as_str())
            .collect::<Vec<_>>(),
        sorted
    );
    let long = "k".repeat(1024);
    house.put(&long, "long").await;
    let longer = house
        .objects
        .put_bytes(BUCKET, &"k".repeat(1025), PutRequest::default(), "")
        .await;
    assert!(matches!(longer, Err(Error::KeyTooLong { .. })));
}

#[tokio::test]
async fn a_broken_body_leaves_what_was_there() {
    let house = House::new().await;
    house.put("k", "before").await;
    let good = Bytes::from(bytes(200_000));
    let broken = stream::iter([Ok(good.clone()), Err(std::io::Error::other("gone"))]);
    let result = house
        .objects
        .put(BUCKET, "k", PutRequest::default(), broken)
        .await;
    assert!(matches!(result, Err(Error::Body { .. })));

    let with = |checks| PutRequest {
        checks,
        ..PutRequest::default()
    };
    let sums = [(Algorithm::Sha256, "AAAA".to_owned())];
    type Refused = (Checks, fn(&Error) -> bool);
    let refused: [Refused; 4] = [
        (
            Checks {
                expected: sums.to_vec(),
                ..Checks::default()
            },
            |e| matches!(e, Error::BadDigest { .. }),
        ),
        (
            Checks {
                content_md5: Some([0; 16]),
                ..Checks::default()
            },
            |e| matches!(e, Error::BadDigest { .. }),
        ),
        (
            Checks {
                length: Some(200_001),
                ..Checks::default()
            },
            |e| matches!(e, Error::IncompleteBody { .. }),
        ),
        (
            Checks {
                algorithms: vec![Algorithm::Crc32],
                trailing: Some(std::sync::Arc::new(|| {
                    vec![(Algorithm::Crc32, "AAAAAA==".into())]
                })),
                ..Checks::default()
            },
            |e| matches!(e, Error::BadDigest { .. }),
        ),
    ];
    for (checks, expected) in refused {
        let error = house
            .objects
            .put_bytes(BUCKET, "k", with(checks), good.clone())
            .await
            .unwrap_err();
        assert!(expected(&error), "{error:?}");
    }
    house.until_files(0).await;
    assert_eq!(house.text("k").await, "before");
}

#[tokio::test]
async fn what_was_acknowledged_survives_and_what_nothing_names_is_swept() {
    let house = House::new().await;
    house.put("small", "small").await;
    let large = bytes(100_000);
    house.put("large", large.clone()).await;
    std::fs::write(
        house.bodies().join("0123456789abcdef"),
        "cut off before its commit",
    )
    .unwrap();
    let again = house.again().await;
    assert_eq!(house.files(), 1);
    assert_eq!(again.get_bytes(BUCKET, "large").await.unwrap(), large);
    assert_eq!(again.get_bytes(BUCKET, "small").await.unwrap(), "small");
}

#[tokio::test]
async fn a_copy_shares_its_bytes_until_the_last_is_gone() {
    let house = House::new().await;
    let body = bytes(300_000);
    let request = PutRequest {
        tags: vec![("a".into(), "b".into())],
        ..PutRequest::of_type("text/x")
    };
    let put = house
        .objects
        .put_bytes(BUCKET, "one", request, body.clone())
        .await
        .unwrap();
    let from = |key: &str| CopyRequest {
        source_bucket: BUCKET.into(),
        source_key: key.into(),
        ..CopyRequest::default()
    };
    let copied = house
        .objects
        .copy(BUCKET, "two", from("one"))
        .await
        .unwrap();
    assert_eq!(
        (&copied.etag, &copied.headers, &copied.tags),
        (&put.etag, &put.headers, &put.tags)
    );
    let replace = Some((
        Headers::default(),
        [("m".to_owned(), "1".to_owned())].into(),
    ));
    let onto_itself = CopyRequest {
        replace,
        tags: Some(vec![]),
        ..from("one")
    };
    let replaced = house
        .objects
        .copy(BUCKET, "one", onto_itself)
        .await
        .unwrap();
    assert_eq!(
        (
            replaced.headers.content_type,
            replaced.metadata.len(),
            replaced.tags.len()
        ),
        (None, 1, 0)
    );
    assert_eq!(house.files(), 1);

    house.objects.delete(BUCKET, "one").await.unwrap();
    let again = house.again().await;
    assert_eq!(again.get_bytes(BUCKET, "two").await.unwrap(), body);
    house.objects.delete(BUCKET, "two").await.unwrap();
    house.until_files(0).await;

    house.put("small", "abc").await;
    house
        .objects
        .copy(BUCKET, "small too", from("small"))
        .await
        .unwrap();
    house.objects.delete(BUCKET, "small").await.unwrap();
    assert_eq!(house.text("small too").await, "abc");
    let missing = house.objects.copy(BUCKET, "x", from("nothing")).await;
    assert!(matches!(missing, Err(Error::NoSuchKey { .. })));
}

#[tokio::test]
async fn a_reader_keeps_its_bytes_though_the_object_is_replaced() {
    let house = House::new().await;
    let body = bytes(2_000_000);
    house.put("k", body.clone()).await;
    let (_, mut reading) = house.objects.get(BUCKET, "k", None).await.unwrap();
    let mut read = reading.next().await.unwrap().unwrap().to_vec();
    house.put("k", "replaced").await;
    while let Some(chunk) = reading.next().await {
        read.extend_from_slice(&chunk.unwrap());
    }
    assert!(read == body);
    drop(reading);
    house.until_files(0).await;
}

#[tokio::test]
async fn conditions_on_reads() {
    let house = House::new().await;
    let info = house.put("k", "abc").await;
    let at = info.modified_ms / 1000;
    let tag = || vec![info.etag.clone()];
    let other = || vec!["other".to_owned()];
    let cases: [(ReadConditions, &str); 9] = [
        (
            ReadConditions {
                if_match: tag(),
                ..Default::default()
            },
            "ok",
        ),
        (
            ReadConditions {
                if_match: vec!["*".into()],
                ..Default::default()
            },
            "ok",
        ),
        (
            ReadConditions {
                if_match: other(),
                ..Default::default()
            },
            "failed",
        ),
        (
            ReadConditions {
                if_none_match: tag(),
                ..Default::default()
            },
            "same",
        ),
        (
            ReadConditions {
                if_none_match: other(),
                if_modified_since_s: Some(at),
                ..Default::default()
            },
            "ok",
        ),
        (
            ReadConditions {
                if_modified_since_s: Some(at),
                ..Default::default()
            },
            "same",
        ),
        (
            ReadConditions {
                if_modified_since_s: Some(at - 1),
                ..Default::default()
            },
            "ok",
        ),
        (
            ReadConditions {
                if_unmodified_since_s: Some(at - 1),
                ..Default::default()
            },
            "failed",
        ),
        (
            ReadConditions {
                if_match: tag(),
                if_unmodified_since_s: Some(at - 1),
                ..Default::default()
            },
            "ok",
        ),
    ];
    for (conditions, expected) in cases {
        let request = GetRequest {
            conditions: conditions.clone(),
            ..GetRequest::default()
        };
        let found = match house.objects.head_with(BUCKET, "k", &request).await {
            Ok(_) => "ok",
            Err(Error::PreconditionFailed { .. }) => "failed",
            Err(Error::NotModified { .. }) => "same",
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, expected, "{conditions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_conditional_writers_one_wins() {
    let house = House::new().await;
    for round in 0..20 {
        let key = format!("k{round}");
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..16 {
            let (objects, key) = (house.objects.clone(), key.clone());
            // Some are large, so that files are in the race too.
            let body = vec![b'0' + writer; if writer % 2 == 0 { 10 } else { 70_000 }];
            writers.spawn(async move {
                let request = PutRequest {
                    condition: WriteCondition::Absent,
                    ..PutRequest::default()
                };
                (writer, objects.put_bytes(BUCKET, &key, request, body).await)
            });
        }
        let results = writers.join_all().await;
        let won: Vec<_> = results
            .iter()
            .filter(|(_, r)| r.is_ok())
            .map(|(w, _)| *w)
            .collect();
        assert_eq!(won.len(), 1, "{won:?}");
        let lost = |r: &Result<_, Error>| matches!(r, Err(Error::PreconditionFailed { .. }));
        assert_eq!(results.iter().filter(|(_, r)| lost(r)).count(), 15);
        assert!(
            house
                .text(&key)
                .await
                .starts_with(char::from(b'0' + won[0]))
        );
    }
    let large = |o: &&objects::ObjectInfo| o.size > 100;
    let listed = house
        .objects
        .list(BUCKET, &Default::default())
        .await
        .unwrap();
    house
        .until_files(listed.objects.iter().filter(large).count())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_that_match_a_tag_one_wins() {
    let house = House::new().await;
    let mut etag = house.put("k", "0").await.etag;
    for round in 1..20 {
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8 {
            let (objects, condition) =
                (house.objects.clone(), WriteCondition::Matches(etag.clone()));
            writers.spawn(async move {
                let request = PutRequest {
                    condition,
                    ..PutRequest::default()
                };
                objects
                    .put_bytes(BUCKET, "k", request, format!("{round} {writer}"))
                    .await
            });
        }
        let won: Vec<_> = writers
            .join_all()
            .await
            .into_iter()
            .filter_map(Result::ok)
            .collect();
        assert_eq!(won.len(), 1);
        etag.clone_from(&won[0].etag);
    }
    let request = PutRequest {
        condition: WriteCondition::Matches("*".into()),
        ..PutRequest::default()
    };
    let missing = house.objects.put_bytes(BUCKET, "none", request, "").await;
    assert!(matches!(missing, Err(Error::NoSuchKey { .. })));
}

#[tokio::test]
async fn buckets() {
    let house = House::new().await;
    let mine = Owner::new("000000000000", "us-east-1");
    let again = house.objects.create_bucket(BUCKET, &mine).await;
    assert!(matches!(again, Err(Error::BucketAlreadyOwnedByYou { .. })));
    let theirs = house
        .objects
        .create_bucket(BUCKET, &Owner::new("111111111111", "us-east-1"))
        .await;
    assert!(matches!(theirs, Err(Error::BucketAlreadyExists { .. })));
    assert!(matches!(
        house.objects.head_bucket("other").await,
        Err(Error::NoSuchBucket { .. })
    ));
    let nowhere = house
        .objects
        .put_bytes("other", "k", PutRequest::default(), "")
        .await;
    assert!(matches!(nowhere, Err(Error::NoSuchBucket { .. })));

    house.put("k", "v").await;
    assert!(matches!(
        house.objects.delete_bucket(BUCKET).await,
        Err(Error::BucketNotEmpty { .. })
    ));
    house.objects.delete(BUCKET, "k").await.unwrap();
    house.objects.delete(BUCKET, "k").await.unwrap();
    house
        .objects
        .create_upload(BUCKET, "k", Default::default())
        .await
        .unwrap();
    house.objects.delete_bucket(BUCKET).await.unwrap();
    assert!(
        house
            .objects
            .list_buckets("000000000000")
            .await
            .unwrap()
            .is_empty()
    );
    house.objects.create_bucket(BUCKET, &mine).await.unwrap();
    assert!(
        house
            .objects
            .list_uploads(BUCKET, "")
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn events_come_with_the_change_when_the_bucket_wants_them() {
    let house = House::new().await;
    house.put("unheard", "x").await;
    house.objects.set_event_bridge(BUCKET, true).await.unwrap();
    let put = house.put("k", "abc").await;
    let copy = CopyRequest {
        source_bucket: BUCKET.into(),
        source_key: "k".into(),
        ..CopyRequest::default()
    };
    house.objects.copy(BUCKET, "copy", copy).await.unwrap();
    house.objects.delete(BUCKET, "k").await.unwrap();
    house.objects.delete(BUCKET, "k").await.unwrap();
    let events = house.events().await;
    let seen: Vec<_> = events
        .iter()
        .map(|e| {
            let detail: serde_json::Value = serde_json::from_str(&e.detail).unwrap();
            (
                e.detail_type.clone(),
                detail["object"]["key"].clone(),
                detail["reason"].clone(),
            )
        })
        .collect();
    let of = |kind: &str, key: &str, reason: &str| (kind.to_owned(), key.into(), reason.into());
    assert_eq!(
        seen,
        [
            of("Object Created", "k", "PutObject"),
            of("Object Created", "copy", "CopyObject"),
            of("Object Deleted", "k", "DeleteObject"),
        ]
    );
    let detail: serde_json::Value = serde_json::from_str(&events[0].detail).unwrap();
    assert_eq!(events[0].resources, ["arn:aws:s3:::bucket"]);
    assert_eq!(detail["object"]["etag"], put.etag.as_str());
    assert_eq!(detail["object"]["size"], 3);
    assert_eq!(detail["requester"], "000000000000");
}
