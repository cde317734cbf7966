use objects::{Owner, PutRequest, UploadRequest, Versioning};
use s3s::xml::{Deserialize, Deserializer};
use store::{Store, testing::SimClock};

use super::*;

const BUCKET: &str = "bucket";

struct House {
    objects: Arc<Objects>,
    clock: SimClock,
    _dir: tempfile::TempDir,
}

impl House {
    async fn with(rules: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = SimClock::default();
        let store = Store::in_memory().unwrap();
        let objects = Objects::open(store, dir.path(), Arc::new(clock.clone()))
            .await
            .unwrap();
        objects
            .create_bucket(BUCKET, &Owner::new("000000000000", "us-east-1"))
            .await
            .unwrap();
        let document = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
        let read =
            BucketLifecycleConfiguration::deserialize(&mut Deserializer::new(document.as_bytes()))
                .unwrap();
        check(&read).unwrap();
        objects
            .set_document(BUCKET, LIFECYCLE, Some(document))
            .await
            .unwrap();
        Self {
            objects,
            clock,
            _dir: dir,
        }
    }

    async fn put(&self, key: &str, tags: &[(&str, &str)]) {
        let tags = tags
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let request = PutRequest {
            tags,
            ..PutRequest::default()
        };
        self.objects
            .put_bytes(BUCKET, key, request, key.to_owned())
            .await
            .unwrap();
    }

    async fn days_later(&self, days: i64) {
        self.clock.advance(days * DAY_MS);
        once(&self.objects, self.clock.now_ms()).await.unwrap();
    }

    async fn keys(&self) -> Vec<String> {
        let listed = self
            .objects
            .list(BUCKET, &ListRequest::default())
            .await
            .unwrap();
        listed.objects.into_iter().map(|info| info.key).collect()
    }
}

#[tokio::test]
async fn objects_expire_by_prefix_tag_and_age() {
    let house = House::with(
        "<Rule><Status>Enabled</Status><Filter><And><Prefix>tmp/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>\
         </Filter><Expiration><Days>2</Days></Expiration></Rule>\
         <Rule><Status>Disabled</Status><Filter><Prefix></Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule>",
    )
    .await;
    house.put("tmp/1", &[("a", "b")]).await;
    house.put("tmp/2", &[("a", "c")]).await;
    house.put("kept", &[("a", "b")]).await;
    house.days_later(1).await;
    assert_eq!(house.keys().await.len(), 3);
    house.days_later(1).await;
    assert_eq!(house.keys().await, ["kept", "tmp/2"]);
}

#[tokio::test]
async fn versions_markers_and_uploads_expire() {
    let house = House::with(
        "<Rule><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>\
         <NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>\
         <NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>\
         <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>\
         <AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload>\
         </Rule>",
    )
    .await;
    house
        .objects
        .set_versioning(BUCKET, Versioning::Enabled)
        .await
        .unwrap();
    for _ in 0..4 {
        house.put("k", &[]).await;
    }
    house.objects.delete(BUCKET, "lone").await.unwrap();
    house.put("hidden", &[]).await;
    house.objects.delete(BUCKET, "hidden").await.unwrap();
    house
        .objects
        .create_upload(BUCKET, "u", UploadRequest::default())
        .await
        .unwrap();
    house.days_later(2).await;
    let all = house
        .objects
        .list_versions(BUCKET, &ListRequest::default(), None)
        .await
        .unwrap();
    let keys: Vec<_> = all
        .versions
        .iter()
        .map(|(_, info)| info.key.as_str())
        .collect();
    assert_eq!(keys, ["hidden", "hidden", "k", "k"]);
    assert_eq!(
        house.objects.list_uploads(BUCKET, "").await.unwrap().len(),
        1
    );
    house.days_later(2).await;
    assert!(
        house
            .objects
            .list_uploads(BUCKET, "")
            .await
            .unwrap()
            .is_empty()
    );
}

#[test]
fn days_count_from_the_next_midnight() {
    assert!(!passed(1, 1, DAY_MS + 1) && passed(1, 1, 2 * DAY_MS));
    assert!(passed(0, 1, DAY_MS) && !passed(0, 1, DAY_MS - 1));
}
