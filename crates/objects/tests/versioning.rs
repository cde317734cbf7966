//! Versions and delete markers.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod house;

use house::{BUCKET, House, bytes};
use objects::{Caller, DeleteTarget, Deleted, Error, GetRequest, ListRequest, Versioning};

async fn read(house: &House, version_id: &str) -> Result<String, Error> {
    let request = GetRequest {
        version_id: Some(version_id.into()),
        ..GetRequest::default()
    };
    let got = house.objects.get_with(BUCKET, "k", request).await?;
    let chunks: Vec<_> = futures::StreamExt::collect(got.body).await;
    Ok(chunks
        .into_iter()
        .map(|c| String::from_utf8(c.unwrap().to_vec()).unwrap())
        .collect())
}

async fn delete(house: &House, version_id: &str) -> Deleted {
    let target = DeleteTarget {
        key: "k".into(),
        version_id: Some(version_id.into()),
        if_match: None,
    };
    house
        .objects
        .delete_with(BUCKET, &target, &Caller::default())
        .await
        .unwrap()
}

#[tokio::test]
async fn versions_are_kept_read_and_brought_back() {
    let house = House::new().await;
    house.put("k", "null one").await;
    house
        .objects
        .set_versioning(BUCKET, Versioning::Enabled)
        .await
        .unwrap();
    let one = house.put("k", "one").await.version_id.unwrap();
    let two = house.put("k", "two").await.version_id.unwrap();
    assert_eq!(read(&house, "null").await.unwrap(), "null one");
    assert_eq!(read(&house, &one).await.unwrap(), "one");
    assert_eq!(read(&house, &two).await.unwrap(), "two");
    assert_eq!(house.text("k").await, "two");

    let marker = house.objects.delete(BUCKET, "k").await.unwrap();
    assert!(marker.delete_marker);
    let gone = house.objects.head(BUCKET, "k").await.unwrap_err();
    assert!(
        matches!(gone, Error::DeleteMarker { newest: true, .. }),
        "{gone:?}"
    );
    assert!(
        house
            .objects
            .list(BUCKET, &ListRequest::default())
            .await
            .unwrap()
            .objects
            .is_empty()
    );
    let marker = marker.version_id.unwrap();
    assert!(matches!(
        read(&house, &marker).await,
        Err(Error::DeleteMarker { newest: false, .. })
    ));
    assert!(matches!(
        house.objects.delete_bucket(BUCKET).await,
        Err(Error::BucketNotEmpty { .. })
    ));

    assert!(delete(&house, &marker).await.delete_marker);
    assert_eq!(house.text("k").await, "two");
    assert!(!delete(&house, &two).await.delete_marker);
    assert_eq!(house.text("k").await, "one");
    delete(&house, "null").await;
    assert!(matches!(
        read(&house, "null").await,
        Err(Error::NoSuchVersion { .. })
    ));
    assert_eq!(house.text("k").await, "one");
    delete(&house, &one).await;
    assert!(matches!(
        house.objects.head(BUCKET, "k").await,
        Err(Error::NoSuchKey { .. })
    ));
    delete(&house, &one).await;
    house.objects.delete_bucket(BUCKET).await.unwrap();
}

#[tokio::test]
async fn a_suspended_bucket_has_one_null_version() {
    let house = House::new().await;
    let large = String::from_utf8(vec![b'x'; 70_000]).unwrap();
    house
        .objects
        .set_versioning(BUCKET, Versioning::Enabled)
        .await
        .unwrap();
    let kept = house.put("k", large.clone()).await.version_id.unwrap();
    house
        .objects
        .set_versioning(BUCKET, Versioning::Suspended)
        .await
        .unwrap();
    assert_eq!(house.put("k", bytes(70_001)).await.version_id, None);
    assert_eq!(house.files(), 2);
    house.put("k", "null").await;
    house.until_files(1).await;
    let marker = house.objects.delete(BUCKET, "k").await.unwrap();
    assert_eq!(
        marker,
        Deleted {
            delete_marker: true,
            version_id: Some("null".into())
        }
    );
    house.objects.delete(BUCKET, "k").await.unwrap();
    let all = house
        .objects
        .list_versions(BUCKET, &ListRequest::default(), None)
        .await
        .unwrap();
    assert_eq!(all.versions.len(), 2, "{all:?}");
    house.put("k", "again").await;
    let all = house
        .objects
        .list_versions(BUCKET, &ListRequest::default(), None)
        .await
        .unwrap();
    assert_eq!(
        all.versions.len(),
        2,
        "the null marker is replaced: {all:?}"
    );
    assert_eq!(read(&house, &kept).await.unwrap(), large);
    delete(&house, "null").await;
    assert_eq!(house.text("k").await, large);
}
