//! Which of the job runs that name a location wrote what is there.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    facts::{Facts, JobFacts},
    text::overlap,
};
use crate::inventory::list;

/// Objects of a location that are looked at.
const OBJECTS: usize = 1_000;

/// What a job run did at a location that it names, as far as that can be told.
const EITHER: &str = "writes or reads";

impl Facts<'_> {
    /// Returns what a job run did at a location; nothing where it does not name it. What is there and was written while
    /// it ran is taken for its work. Nothing there of its time proves nothing: a later run may have written it anew.
    pub(super) async fn role(
        &mut self,
        job: &JobFacts,
        (bucket, key): (&str, &str),
    ) -> Option<&'static str> {
        let named = job.locations.iter();
        let mut named = named.filter(|(b, k)| overlap((b, k), (bucket, key)));
        named.next()?;
        let Some(from) = job.run["createdAt"].as_f64() else {
            return Some(EITHER);
        };
        let to = job.run["finishedAt"].as_f64().unwrap_or(f64::INFINITY);
        // A script is no work of the run that it is.
        if job
            .script
            .as_ref()
            .is_some_and(|(b, k)| b == bucket && k == key)
        {
            return Some(EITHER);
        }
        let written = self.written(bucket, key).await;
        // Some answers have whole seconds.
        let is_its = |at: &f64| from.floor() <= *at && *at <= to.ceil();
        Some(if written.iter().any(is_its) {
            "writes"
        } else {
            EITHER
        })
    }

    /// Returns when the objects at a location were written, in epoch seconds.
    async fn written(&mut self, bucket: &str, key: &str) -> Arc<Vec<f64>> {
        let at = (bucket.to_owned(), key.to_owned());
        if let Some(known) = self.written.get(&at) {
            return Arc::clone(known);
        }
        let input =
            json!({"Bucket": bucket, "Prefix": key.trim_end_matches('/'), "MaxKeys": OBJECTS});
        let mut page = self.call("s3", "ListObjectsV2", input).await;
        let objects = list(page["Contents"].take());
        let there = |object: &Value| {
            let name = object["Key"].as_str()?;
            let time = object["LastModified"].as_f64()?;
            overlap((bucket, key), (bucket, name)).then_some(time)
        };
        let written = Arc::new(objects.iter().filter_map(there).collect());
        self.written.insert(at, Arc::clone(&written));
        written
    }
}
