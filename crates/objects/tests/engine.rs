//! The object layer as the engines see it.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod house;

use futures::{StreamExt, TryStreamExt};
use house::{BUCKET, House, bytes};
use object_store::{
    CopyMode, CopyOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion,
    path::Path,
};

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

#[tokio::test]
async fn reads_writes_and_lists() {
    let house = House::new().await;
    let all = objects::as_object_store(house.objects.clone());
    let one = objects::bucket_as_object_store(house.objects.clone(), BUCKET);
    let body = bytes(900_000);
    all.put(&path("bucket/a/b.parquet"), body.clone().into())
        .await
        .unwrap();
    let key = path("a/b.parquet");
    let meta = one.head(&key).await.unwrap();
    assert_eq!((meta.size, &meta.location), (900_000, &key));
    assert!(one.get(&key).await.unwrap().bytes().await.unwrap() == body);
    assert!(one.get_range(&key, 899_992..900_000).await.unwrap() == body[899_992..]);
    let ranges = one
        .get_ranges(&key, &[0..10, 300_000..600_000])
        .await
        .unwrap();
    assert!(ranges[0] == body[..10] && ranges[1] == body[300_000..600_000]);

    for key in ["a/", "a//c", "a/d=1%2F2/e f", "ab", "z"] {
        house.put(key, key).await;
    }
    let listed: Vec<_> = one
        .list(Some(&path("a")))
        .map_ok(|m| m.location.to_string())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed, ["a/b.parquet", "a/d=1%2F2/e f"]);
    let from_all: Vec<_> = all
        .list(Some(&path("bucket/a")))
        .map_ok(|m| m.location)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(from_all[0], path("bucket/a/b.parquet"));
    let level = one.list_with_delimiter(Some(&path("a"))).await.unwrap();
    assert_eq!(
        (level.common_prefixes, level.objects.len()),
        (vec![path("a/d=1%2F2")], 1)
    );
    let top = one.list_with_delimiter(None).await.unwrap();
    assert_eq!(
        (top.common_prefixes, top.objects.len()),
        (vec![path("a")], 2)
    );
    let after: Vec<_> = one
        .list_with_offset(None, &path("ab"))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(after.len(), 1);
    assert_eq!(
        one.get(&path("a/d=1%2F2/e f"))
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        "a/d=1%2F2/e f"
    );

    let gone = futures::stream::iter([Ok(path("z")), Ok(path("never"))]).boxed();
    assert_eq!(
        one.delete_stream(gone)
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .len(),
        2
    );
    assert!(matches!(
        one.head(&path("z")).await,
        Err(Error::NotFound { .. })
    ));
    assert!(matches!(
        all.head(&path("none/z")).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn conditions_copies_and_parts() {
    let house = House::new().await;
    let store = objects::bucket_as_object_store(house.objects.clone(), BUCKET);
    let (a, b) = (path("a"), path("b"));
    let create = || PutOptions::from(PutMode::Create);
    let first = store.put_opts(&a, "1".into(), create()).await.unwrap();
    assert!(matches!(
        store.put_opts(&a, "2".into(), create()).await,
        Err(Error::AlreadyExists { .. })
    ));
    let update = PutOptions::from(PutMode::Update(UpdateVersion::from(first)));
    store
        .put_opts(&a, "2".into(), update.clone())
        .await
        .unwrap();
    assert!(matches!(
        store.put_opts(&a, "3".into(), update).await,
        Err(Error::Precondition { .. })
    ));

    store.copy(&a, &b).await.unwrap();
    let copy = store
        .copy_opts(&a, &b, CopyOptions::new().with_mode(CopyMode::Create))
        .await;
    assert!(matches!(copy, Err(Error::AlreadyExists { .. })));
    store.rename(&b, &path("c")).await.unwrap();
    assert_eq!(house.text("c").await, "2");

    let body = bytes(6 * 1024 * 1024);
    let mut upload = store.put_multipart(&path("m")).await.unwrap();
    let (one, two) = body.split_at(5 * 1024 * 1024);
    let (one, two) = (
        upload.put_part(one.to_vec().into()),
        upload.put_part(two.to_vec().into()),
    );
    let (second, first) = futures::join!(two, one);
    first.and(second).unwrap();
    upload.complete().await.unwrap();
    assert!(house.objects.get_bytes(BUCKET, "m").await.unwrap() == body);
    let mut empty = store.put_multipart(&path("e")).await.unwrap();
    empty.complete().await.unwrap();
    assert_eq!(house.text("e").await, "");
    let mut aborted = store.put_multipart(&path("x")).await.unwrap();
    aborted.put_part("x".into()).await.unwrap();
    aborted.abort().await.unwrap();
    assert!(
        house
            .objects
            .list_uploads(BUCKET, "")
            .await
            .unwrap()
            .is_empty()
    );
}
