//! Buckets in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use workflow::{BucketError, BucketObject, Buckets};

#[derive(Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub(crate) fn keep(&self, bucket: &str, key: &str, text: &str) {
        self.keep_bytes(bucket, key, text.as_bytes());
    }

    pub(crate) fn keep_bytes(&self, bucket: &str, key: &str, body: &[u8]) {
        let body = Bytes::from(body.to_vec());
        self.0
            .lock()
            .unwrap()
            .insert(format!("{bucket}/{key}"), body);
    }

    pub(crate) fn text(&self, bucket: &str, key: &str) -> String {
        String::from_utf8(self.0.lock().unwrap()[&format!("{bucket}/{key}")].to_vec()).unwrap()
    }
}

impl Buckets for Shelf {
    fn get(
        &self,
        _: &str,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> BoxFuture<'static, Result<Bytes, BucketError>> {
        let key = &version.map_or(key.to_owned(), |v| format!("{key}@{v}"));
        let found = self
            .0
            .lock()
            .unwrap()
            .get(&format!("{bucket}/{key}"))
            .cloned();
        let missing = BucketError {
            code: "NoSuchKey".into(),
            message: "The specified key does not exist.".into(),
        };
        async move { found.ok_or(missing) }.boxed()
    }

    /// Files here are lines of JSON whatever they are taken for.
    fn parquet(
        &self,
        file: Bytes,
        limit: usize,
    ) -> BoxFuture<'static, Result<String, BucketError>> {
        let text = String::from_utf8(file.to_vec()).unwrap();
        let lines: Vec<&str> = text.lines().take(limit).collect();
        let lines = lines.join("\n");
        async move { Ok(lines) }.boxed()
    }

    fn put(
        &self,
        _: &str,
        bucket: &str,
        key: &str,
        body: Bytes,
    ) -> BoxFuture<'static, Result<(), BucketError>> {
        self.0
            .lock()
            .unwrap()
            .insert(format!("{bucket}/{key}"), body);
        async { Ok(()) }.boxed()
    }

    fn list(
        &self,
        _: &str,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<BucketObject>, BucketError>> {
        let start = format!("{bucket}/{prefix}");
        let kept = self.0.lock().unwrap();
        let all = kept
            .iter()
            .filter(|(k, _)| k.starts_with(&start))
            .map(|(k, v)| BucketObject {
                key: k[bucket.len() + 1..].to_owned(),
                size: v.len() as u64,
                etag: "\"e\"".into(),
                modified_ms: 1000,
            });
        let page = all
            .filter(|o| after.is_none_or(|a| o.key.as_str() > a))
            .take(limit)
            .collect();
        async move { Ok(page) }.boxed()
    }
}
