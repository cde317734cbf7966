//! Lists against a naive model.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod house;

use std::collections::BTreeSet;

use house::{BUCKET, House};
use objects::{ListRequest, Versioning};
use proptest::{prelude::*, test_runner::TestRunner};

/// What S3 says a full list is: keys under the prefix, those with the delimiter rolled up, in byte order.
fn model(keys: &BTreeSet<String>, prefix: &str, delimiter: Option<&str>) -> Vec<(String, bool)> {
    let mut entries = BTreeSet::new();
    for key in keys.iter().filter(|key| key.starts_with(prefix)) {
        let rest = &key[prefix.len()..];
        match delimiter.and_then(|d| rest.find(d).map(|at| at + d.len())) {
            Some(end) => entries.insert((key[..prefix.len() + end].to_owned(), true)),
            None => entries.insert((key.clone(), false)),
        };
    }
    entries.into_iter().collect()
}

async fn pages(house: &House, request: ListRequest) -> Vec<(String, bool)> {
    let (mut request, mut found) = (request, Vec::new());
    loop {
        let page = house.objects.list(BUCKET, &request).await.unwrap();
        let mut here: Vec<_> = page.objects.into_iter().map(|o| (o.key, false)).collect();
        here.extend(page.common_prefixes.into_iter().map(|p| (p, true)));
        here.sort();
        assert!(here.len() <= request.max);
        let Some(next) = page.next else {
            found.extend(here);
            return found;
        };
        assert_eq!(here.len(), request.max);
        assert_eq!(here.last().map(|(name, _)| name), Some(&next));
        found.extend(here);
        request.start_after = Some(next);
    }
}

#[test]
fn pages_join_to_what_the_model_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let name =
        || proptest::collection::vec("[ab/é]|//|\u{1f}|~", 1..6).prop_map(|parts| parts.concat());
    let keys = proptest::collection::btree_set(name(), 0..40);
    let cases = (
        keys,
        prop_oneof![Just(String::new()), name()],
        prop_oneof!["/", "a", "//"],
        1usize..5,
    );
    let config = ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&cases, |(keys, prefix, delimiter, max)| {
            runtime.block_on(async {
                let house = House::new().await;
                for key in &keys {
                    house.put(key, "").await;
                }
                for delimiter in [None, Some(delimiter)] {
                    let expected = model(&keys, &prefix, delimiter.as_deref());
                    let request = ListRequest {
                        delimiter,
                        max,
                        ..ListRequest::prefix(prefix.clone())
                    };
                    assert_eq!(pages(&house, request.clone()).await, expected);
                    // Starting after any key gives the keys after it, and prefixes with keys after it.
                    let Some(start) = keys.iter().nth(keys.len() / 2) else {
                        continue;
                    };
                    let later = keys.iter().filter(|key| *key > start).cloned().collect();
                    let rolled = model(&later, &prefix, request.delimiter.as_deref());
                    let expected: Vec<_> = rolled
                        .into_iter()
                        .filter(|(name, _)| name != start)
                        .collect();
                    let after = ListRequest {
                        start_after: Some(start.clone()),
                        ..request
                    };
                    assert_eq!(pages(&house, after).await, expected, "after {start:?}");
                }
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_large_group_is_one_prefix_and_pages_are_long() {
    let house = House::new().await;
    for n in 0..2500 {
        house.put(&format!("d/{n:05}"), "").await;
    }
    house.put("e", "").await;
    let request = ListRequest {
        delimiter: Some("/".into()),
        ..ListRequest::default()
    };
    let page = house.objects.list(BUCKET, &request).await.unwrap();
    assert_eq!(
        (page.common_prefixes, page.objects.len(), page.next),
        (vec!["d/".to_owned()], 1, None)
    );
    assert_eq!(pages(&house, ListRequest::prefix("d/")).await.len(), 2500);
    let none = ListRequest {
        max: 0,
        ..ListRequest::default()
    };
    assert_eq!(
        house.objects.list(BUCKET, &none).await.unwrap(),
        Default::default()
    );
}

#[tokio::test]
async fn versions_are_listed_by_key_and_newest_first() {
    let house = House::new().await;
    house.put("a/1", "old").await;
    house
        .objects
        .set_versioning(BUCKET, Versioning::Enabled)
        .await
        .unwrap();
    for key in ["a/1", "a/2", "b", "b", "b"] {
        house.put(key, key).await;
    }
    house.objects.delete(BUCKET, "b").await.unwrap();
    let all = house
        .objects
        .list_versions(BUCKET, &ListRequest::default(), None)
        .await
        .unwrap();
    let shape: Vec<_> = all
        .versions
        .iter()
        .map(|(n, v)| (v.key.as_str(), *n, v.delete_marker))
        .collect();
    let expected = [
        ("a/1", true, false),
        ("a/1", false, false),
        ("a/2", true, false),
        ("b", true, true),
        ("b", false, false),
        ("b", false, false),
        ("b", false, false),
    ];
    assert_eq!(shape, expected);
    for max in 1..4 {
        let (mut request, mut marker) = (
            ListRequest {
                max,
                ..ListRequest::default()
            },
            None,
        );
        let mut found = Vec::new();
        loop {
            let page = house
                .objects
                .list_versions(BUCKET, &request, marker.as_deref())
                .await
                .unwrap();
            found.extend(page.versions);
            let Some((key, version)) = page.next else {
                break;
            };
            (request.start_after, marker) = (Some(key), version);
        }
        assert_eq!(found, all.versions, "in pages of {max}");
    }
    let rolled = ListRequest {
        delimiter: Some("/".into()),
        max: 1,
        ..ListRequest::default()
    };
    let page = house
        .objects
        .list_versions(BUCKET, &rolled, None)
        .await
        .unwrap();
    assert_eq!(page.common_prefixes, ["a/"]);
    let (key, version) = page.next.unwrap();
    let next = ListRequest {
        start_after: Some(key),
        max: 10,
        ..rolled
    };
    let page = house
        .objects
        .list_versions(BUCKET, &next, version.as_deref())
        .await
        .unwrap();
    assert_eq!((page.common_prefixes.len(), page.versions.len()), (0, 4));
}
